using System.Buffers.Binary;
using ExecGraph.Checkpoints;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>
/// Directories that were tampered with: opening and reading them either throws a <see cref="CheckpointException"/>, or gives what was once appended. It takes
/// no more memory than the files have bytes, times a little.
/// </summary>
public sealed class StoreFuzzTests
{
    private static readonly FileCheckpointOptions Options = new() { TimeProvider = new VirtualTimeProvider() };

    [Fact]
    public async Task A_changed_directory_is_refused_or_holds_what_was_appended()
    {
        int refused = 0;
        int rounds = Soak.Times(60);
        for (int seed = 0; seed < rounds; seed++)
        {
            var random = new Random(seed);
            (Dictionary<string, byte[]> contents, StoreModel model) = await DirectoryAsync(random);
            (Dictionary<string, byte[]> others, _) = await DirectoryAsync(random);
            for (int i = 0; i < 50; i++)
            {
                var changed = new SortedDictionary<string, byte[]>(contents, StringComparer.Ordinal);
                string change = Change(random, changed, others);
                try
                {
                    BoundedMemory(changed);
                    refused += await IsRefusedAsync(changed, model) ? 1 : 0;
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"Seed {seed}, change {i}: {change}.", exception);
                }
            }
        }

        refused.Should().BeInRange(rounds * 10, rounds * 49, "changes are found, and some of them only cut the end off");
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(CommitLog.MaxContent)]
    [InlineData(1_000_000_000)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_length_is_not_believed_even_if_its_checksum_is_right(int length)
    {
        var files = new MemoryFiles();
        await using (var store = new FileCheckpointStore(files, Options))
        {
            await store.OpenAsync();
            await store.AppendAsync(new CheckpointKey(CheckpointKind.RowGroup, 0, 0), new byte[100]);
        }

        Dictionary<string, byte[]> contents = files.Contents;
        byte[] segment = contents[StoreNames.Segment(1)];
        ulong log = BinaryPrimitives.ReadUInt64LittleEndian(segment.AsSpan(32));
        RecordHeader.TryRead(segment.AsSpan(SegmentHeader.Size), log, out RecordHeader header).Should().BeTrue();
        (header with { Length = length }).Write(segment.AsSpan(SegmentHeader.Size), log);

        BoundedMemory(contents);
        await using var changed = new FileCheckpointStore(MemoryFiles.Of(contents), Options);
        Func<Task> opening = async () => await changed.OpenAsync();
        await opening.Should().ThrowAsync<CheckpointException>().Where(exception => exception.Offset == SegmentHeader.Size);
    }

    private static async Task<(Dictionary<string, byte[]> Contents, StoreModel Model)> DirectoryAsync(Random random)
    {
        FileCheckpointOptions options = Options with { MaxSegmentBytes = random.Next(3) == 0 ? 1_000_000 : random.Next(1, 1_500) };
        var files = new MemoryFiles();
        var script = new StoreScript(random, options);
        Dictionary<string, byte[]>? killed = null;
        await script.RunAsync(files, random.Next(5, 50), 0, beforeEnd: random.Next(2) == 0 ? null : () => killed = files.Contents);
        return (killed ?? files.Contents, script.Model);
    }

    private static void BoundedMemory(IReadOnlyDictionary<string, byte[]> contents)
    {
        MemoryFiles files = MemoryFiles.Of(contents);
        OwnFiles own = OwnFiles.List(files);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (own.Has(StoreNames.Manifest))
                WholeFile.Read(files, StoreNames.Manifest);
            LogScan.Run(files, own.Segments, CancellationToken.None);
        }
        catch (CheckpointException)
        {
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(10_000 + contents.Sum(file => 160_000L + (20L * file.Value.Length)));
    }

    private static async Task<bool> IsRefusedAsync(IReadOnlyDictionary<string, byte[]> contents, StoreModel model)
    {
        await using var store = new FileCheckpointStore(MemoryFiles.Of(contents), Options);
        StoredRun run;
        try
        {
            run = await store.OpenAsync();
        }
        catch (CheckpointException)
        {
            return true;
        }

        (run.Manifest is null || model.MayBeManifest(run.Manifest?.ToArray())).Should().BeTrue("the manifest is the one that was saved, or was deleted");
        Dictionary<CheckpointKey, byte[]> found = [];
        foreach (CheckpointKey key in run.Keys)
        {
            try
            {
                found.Add(key, (await store.ReadAsync(key)).ToArray());
                model.WasAppended(key, found[key]).Should().BeTrue("what is read was appended under {0}", key);
            }
            catch (CheckpointException)
            {
            }
        }

        if (found.Count < run.Keys.Count)
            return true;
        model.PrefixOf(found, atLeast: 0).Should().NotBeNull("{0} keys are a prefix of what was appended", found.Count);
        return false;
    }

    private static string Change(Random random, SortedDictionary<string, byte[]> files, IReadOnlyDictionary<string, byte[]> others)
    {
        string name = Pick(random, files.Keys);
        byte[] content = [.. files[name]];
        files[name] = content;
        int at = random.Next(content.Length + 1);
        int length = random.Next(1 + Math.Min(64, content.Length - at));
        switch (random.Next(9))
        {
            case 0 or 1:
                int flips = content.Length == 0 ? 0 : random.Next(1, 9);
                for (int i = 0; i < flips; i++)
                    content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                return $"{flips} bits of {name} flipped";
            case 2:
                files[name] = content[..at];
                return $"{name} cut off at {at}";
            case 3:
                byte[] more = new byte[random.Next(1, 200)];
                if (random.Next(2) == 0)
                    random.NextBytes(more);
                files[name] = [.. content, .. more];
                return $"{more.Length} bytes added to {name}";
            case 4:
                content.AsSpan(at, length).Clear();
                return $"{length} bytes of {name} cleared from {at}";
            case 5:
                string source = Pick(random, random.Next(2) == 0 ? files.Keys : others.Keys);
                byte[] from = files.TryGetValue(source, out byte[]? own) ? own : others[source];
                int first = random.Next(from.Length + 1);
                // From the second byte on: another store's whole file in place of one's own is another store, and no damage.
                int to = random.Next(1, content.Length + 1);
                byte[] part = from[first..random.Next(first, from.Length + 1)];
                files[name] = [.. content[..Math.Min(to, content.Length)], .. part, .. content.Skip(random.Next(2) == 0 ? to + part.Length : to)];
                return $"{part.Length} bytes from {first} of {source} put into {name} at {to}";
            case 6:
                files.Remove(name);
                return $"{name} deleted";
            case 7:
                string other = random.Next(3) == 0 ? StoreNames.Segment(random.Next(1, 6)) : Pick(random, files.Keys);
                files.Remove(name);
                files[other] = content;
                return $"{name} renamed to {other}";
            default:
                if (content.Length < 8)
                    return "nothing";
                long value = random.Next(5) switch
                {
                    0 => -1,
                    1 => int.MaxValue,
                    2 => long.MaxValue,
                    3 => 0,
                    _ => random.Next(1_000),
                };
                BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(random.Next(content.Length / 8) * 8), value);
                return $"{value} put into {name}";
        }
    }

    private static string Pick(Random random, IEnumerable<string> names) => names.ElementAt(random.Next(names.Count()));
}
