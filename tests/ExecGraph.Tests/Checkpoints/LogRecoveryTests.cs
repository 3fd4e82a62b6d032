using System.Buffers.Binary;
using ExecGraph.Checkpoints;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>What is damage, and what is only the end of a run that was killed.</summary>
public sealed class LogRecoveryTests
{
    private static readonly FileCheckpointOptions Options = new() { TimeProvider = new VirtualTimeProvider() };

    [Fact]
    public async Task A_file_is_laid_out_as_it_is_written_down()
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options, [5, 16]);
        byte[] segment = contents["checkpoint-00000001.segment"];
        segment.Should().HaveCount(40 + (48 + 8) + (48 + 16) + 48);
        segment.AsSpan(0, 8).SequenceEqual("EXECGSEG"u8).Should().BeTrue();
        Number(segment, 8, 4).Should().Be(1, "version");
        Number(segment, 16, 8).Should().Be(1, "number of the segment");
        Number(segment, 24, 8).Should().Be(0, "where it begins in the log");

        foreach ((int at, int kind, int index, int length) in new[] { (40, 1, 0, 5), (96, 1, 1, 16), (160, 0, 0, 0) })
        {
            segment.AsSpan(at, 4).SequenceEqual("xrec"u8).Should().BeTrue();
            Number(segment, at + 8, 4).Should().Be(kind);
            Number(segment, at + 12, 4).Should().Be(kind == 0 ? 0 : 7, "part");
            Number(segment, at + 16, 8).Should().Be(index);
            Number(segment, at + 24, 8).Should().Be(at, "position");
            Number(segment, at + 32, 8).Should().Be(kind == 0 ? 160 : 40, "durable");
            Number(segment, at + 40, 4).Should().Be(length);
            Number(segment, at + 44, 4).Should().Be(Crc32C.Of(segment.AsSpan(at + 48, length)));
            uint checksum = Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin, segment.AsSpan(32, 8)), segment.AsSpan(at + 8, 40)));
            Number(segment, at + 4, 4).Should().Be(checksum);
        }

        byte[] manifest = contents["checkpoint.manifest"];
        manifest.AsSpan(0, 8).SequenceEqual("EXECGONE"u8).Should().BeTrue();
        Number(manifest, 8, 4).Should().Be(1, "version");
        Number(manifest, 16, 8).Should().Be(3);
        manifest[24..].Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(40, "a header")]
    [InlineData(48, "a header")]
    [InlineData(40 + 152 + 8, "a header in the middle")]
    [InlineData(40 + 152 + 152 + 152, "the last header")]
    public async Task A_damaged_header_of_what_was_durable_is_refused(int at, string what)
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options, [100, 100, 100, 100]);
        contents[StoreNames.Segment(1)][at] ^= 4;
        CheckpointException refusal = await RefusalAsync(contents);
        refusal.Path.Should().EndWith(StoreNames.Segment(1), what);
        refusal.Offset.Should().Be(40 + ((at - 40) / 152 * 152));
        refusal.Message.Should().Contain("delete");
    }

    [Fact]
    public async Task A_damaged_content_of_what_was_durable_is_refused_when_it_is_read()
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options, [100, 100, 100]);
        contents[StoreNames.Segment(1)][40 + 152 + 48 + 30] ^= 1;
        await using FileCheckpointStore store = new(MemoryFiles.Of(contents), Options);
        (await store.OpenAsync()).Keys.Should().HaveCount(3);
        Func<Task> reading = async () => await store.ReadAsync(Key(1));
        (await reading.Should().ThrowAsync<CheckpointException>()).Which.Offset.Should().Be(40 + 152 + 48);
        (await store.ReadAsync(Key(2))).Length.Should().Be(100, "one damaged entry is not the end of the others");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_torn_content_that_was_never_durable_is_cut_off_with_everything_behind_it(int torn)
    {
        Dictionary<string, byte[]> contents = await KilledAsync(durable: 2, behind: 3);
        byte[] segment = contents[StoreNames.Segment(1)];
        int third = 40 + (2 * 152) + 48; // behind the mark that a flush leaves
        segment.AsSpan(third + 48 + torn, 50).Clear();
        (await KeysAsync(contents)).Should().Equal(Key(0), Key(1));
    }

    [Fact]
    public async Task A_torn_header_that_was_never_durable_is_cut_off_though_entries_behind_it_are_whole()
    {
        Dictionary<string, byte[]> contents = await KilledAsync(durable: 2, behind: 3);
        contents[StoreNames.Segment(1)].AsSpan(40 + (2 * 152) + 48 + 152, 20).Clear();
        (await KeysAsync(contents)).Should().Equal(Key(0), Key(1), Key(2));
    }

    [Fact]
    public async Task What_was_durable_before_a_kill_is_known_to_have_been()
    {
        Dictionary<string, byte[]> contents = await KilledAsync(durable: 2, behind: 0);
        contents[StoreNames.Segment(1)][40 + 152 + 5] ^= 1;
        (await RefusalAsync(contents)).Offset.Should().Be(40 + 152);
    }

    [Fact]
    public async Task Zeros_and_garbage_behind_the_last_entry_are_cut_off()
    {
        foreach (byte filler in new byte[] { 0, 0xA5 })
        {
            Dictionary<string, byte[]> contents = await KilledAsync(durable: 1, behind: 1);
            byte[] more = new byte[5_000];
            more.AsSpan().Fill(filler);
            contents[StoreNames.Segment(1)] = [.. contents[StoreNames.Segment(1)], .. more];
            MemoryFiles files = MemoryFiles.Of(contents);
            await using (var store = new FileCheckpointStore(files, Options))
            {
                (await store.OpenAsync()).Keys.Should().HaveCount(2);
                await store.AppendAsync(Key(9), new byte[9]);
            }

            files.Contents[StoreNames.Segment(1)].Length.Should().BeLessThan(1_000);
            (await KeysAsync(files.Contents)).Should().Equal(Key(0), Key(1), Key(9));
        }
    }

    [Fact]
    public async Task Damage_in_a_segment_that_is_not_the_last_is_refused()
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options with { MaxSegmentBytes = 200 }, [100, 100, 100]);
        foreach (Action<Dictionary<string, byte[]>> damage in new Action<Dictionary<string, byte[]>>[]
        {
            files => files.Remove(StoreNames.Segment(2)),
            files => files.Remove(StoreNames.Segment(1)),
            files => files[StoreNames.Segment(2)] = [],
            files => files[StoreNames.Segment(2)] = files[StoreNames.Segment(2)][..40],
            files => files[StoreNames.Segment(2)] = files[StoreNames.Segment(2)][..100],
            files => files[StoreNames.Segment(2)] = [.. files[StoreNames.Segment(2)], .. new byte[8]],
            files => files[StoreNames.Segment(2)] = new byte[188],
            files => files[StoreNames.Segment(1)] = new byte[188],
            files => (files[StoreNames.Segment(1)], files[StoreNames.Segment(2)]) = (files[StoreNames.Segment(2)], files[StoreNames.Segment(1)]),
        })
        {
            Dictionary<string, byte[]> damaged = contents.ToDictionary();
            damage(damaged);
            (await RefusalAsync(damaged)).Path.Should().EndWith(".segment");
        }

        (await KeysAsync(contents)).Should().HaveCount(3);
    }

    [Fact]
    public async Task Segments_that_were_begun_and_never_durable_are_deleted()
    {
        FileCheckpointOptions small = Options with { MaxSegmentBytes = 200 };
        var files = new MemoryFiles();
        await using var killed = new FileCheckpointStore(files, small);
        await killed.OpenAsync();
        for (int i = 0; i < 5; i++)
            await killed.AppendAsync(Key(i), new byte[100]);
        Dictionary<string, byte[]> contents = files.Contents;
        contents[StoreNames.Segment(3)] = [];
        (await KeysAsync(contents)).Should().Equal(Key(0), Key(1));

        contents.Remove(StoreNames.Segment(3));
        MemoryFiles left = MemoryFiles.Of(contents);
        await using (var store = new FileCheckpointStore(left, small))
        {
            (await store.OpenAsync()).Keys.Should().Equal(Key(0), Key(1));
            await store.AppendAsync(Key(7), new byte[100]);
        }

        left.Contents.Keys.Should().Contain(StoreNames.Segment(3)).And.NotContain(StoreNames.Segment(4));
        (await KeysAsync(left.Contents)).Should().Equal(Key(0), Key(1), Key(7));
    }

    [Fact]
    public async Task Files_of_another_kind_or_version_are_refused_by_name()
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options, [100]);
        foreach ((string name, int at, string said) in new[]
        {
            (StoreNames.Segment(1), 0, "begin"), (StoreNames.Segment(1), 8, "version"), (StoreNames.Manifest, 0, "begin"), (StoreNames.Manifest, 8, "version"),
        })
        {
            Dictionary<string, byte[]> changed = contents.ToDictionary(file => file.Key, file => file.Value.ToArray());
            changed[name][at] += 2;
            CheckpointException refusal = await RefusalAsync(changed);
            refusal.Path.Should().EndWith(name);
            refusal.Message.Should().Contain(name).And.Contain(said);
        }
    }

    [Fact]
    public async Task A_segment_of_another_log_is_refused()
    {
        FileCheckpointOptions small = Options with { MaxSegmentBytes = 200 };
        Dictionary<string, byte[]> contents = await ClosedAsync(small, [100, 100, 100]);
        contents[StoreNames.Segment(2)] = (await ClosedAsync(small, [100, 100, 100]))[StoreNames.Segment(2)];
        (await RefusalAsync(contents)).Message.Should().Contain("another log");
    }

    [Fact]
    public async Task A_refused_directory_is_left_as_it_was()
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options, [100, 100]);
        contents[StoreNames.Segment(1)][45] ^= 1;
        contents[StoreNames.Temporary(StoreNames.Manifest)] = [1];
        MemoryFiles files = MemoryFiles.Of(contents);
        await using var store = new FileCheckpointStore(files, Options);
        Func<Task> opening = async () => await store.OpenAsync();
        await opening.Should().ThrowAsync<CheckpointException>();
        files.Contents.Should().BeEquivalentTo(contents);
    }

    [Fact]
    public async Task An_entry_larger_than_a_segment_has_one_of_its_own()
    {
        Dictionary<string, byte[]> contents = await ClosedAsync(Options with { MaxSegmentBytes = 300 }, [50, 50, 5_000, 50]);
        contents.Keys.Where(name => StoreNames.TryParseSegment(name, out _)).Should().HaveCount(3);
        contents[StoreNames.Segment(2)].Length.Should().Be(40 + 48 + 5_000);
        (await KeysAsync(contents)).Should().HaveCount(4);
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Checksums_are_those_of_Castagnoli(string text, uint checksum) => Crc32C.Of(System.Text.Encoding.ASCII.GetBytes(text)).Should().Be(checksum);

    private static async Task<Dictionary<string, byte[]>> ClosedAsync(FileCheckpointOptions options, int[] lengths)
    {
        var files = new MemoryFiles();
        await using (var store = new FileCheckpointStore(files, options))
        {
            await store.OpenAsync();
            await store.SaveManifestAsync(new byte[] { 1, 2, 3 });
            for (int i = 0; i < lengths.Length; i++)
                await store.AppendAsync(Key(i), Content(i, lengths[i]));
        }

        return files.Contents;
    }

    /// <summary>What a killed run leaves that had some entries durable, and some more written.</summary>
    private static async Task<Dictionary<string, byte[]>> KilledAsync(int durable, int behind)
    {
        var files = new MemoryFiles();
        await using var store = new FileCheckpointStore(files, Options);
        await store.OpenAsync();
        for (int i = 0; i < durable + behind; i++)
        {
            if (i == durable)
                await store.FlushAsync();
            await store.AppendAsync(Key(i), Content(i, 100));
        }

        if (behind == 0)
            await store.FlushAsync();
        return files.Contents;
    }

    private static async Task<IEnumerable<CheckpointKey>> KeysAsync(IReadOnlyDictionary<string, byte[]> contents)
    {
        await using var store = new FileCheckpointStore(MemoryFiles.Of(contents), Options);
        return (await store.OpenAsync()).Keys.OrderBy(key => key.Index);
    }

    private static async Task<CheckpointException> RefusalAsync(IReadOnlyDictionary<string, byte[]> contents)
    {
        await using var store = new FileCheckpointStore(MemoryFiles.Of(contents), Options);
        Func<Task> opening = async () => await store.OpenAsync();
        return (await opening.Should().ThrowAsync<CheckpointException>()).Which;
    }

    private static byte[] Content(int seed, int length)
    {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++)
            content[i] = (byte)(seed + i + 1);
        return content;
    }

    private static long Number(byte[] bytes, int at, int size) =>
        size == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static CheckpointKey Key(int index) => new(CheckpointKind.RowGroup, 7, index);
}
