using System.Buffers;
using System.Collections.Concurrent;

namespace ExecGraph.Tests.Contracts;

/// <summary>What every store of checkpoints does. A class of tests for a store inherits it.</summary>
public abstract class CheckpointStoreContract : IAsyncLifetime
{
    private readonly List<ICheckpointStore> _stores = [];

    /// <summary>A new store over the same place, which is empty when a test begins.</summary>
    protected abstract ICheckpointStore NewStore();

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (ICheckpointStore store in _stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        StoredRun run = await Store().OpenAsync();
        run.Manifest.Should().BeNull();
        run.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task A_manifest_is_there_when_the_store_is_opened_again()
    {
        ICheckpointStore store = await OpenAsync();
        await store.SaveManifestAsync(Bytes(100, 1));
        await store.SaveManifestAsync(Bytes(50, 2));
        StoredRun run = await ReopenAsync(store);
        run.Manifest!.Value.ToArray().Should().Equal(Bytes(50, 2));
    }

    [Fact]
    public async Task An_empty_manifest_is_not_none()
    {
        ICheckpointStore store = await OpenAsync();
        await store.SaveManifestAsync(ReadOnlyMemory<byte>.Empty);
        StoredRun run = await ReopenAsync(store);
        run.Manifest.Should().NotBeNull();
        run.Manifest!.Value.Length.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(4_096)]
    [InlineData(1_000_003)]
    public async Task An_entry_can_be_read_when_it_was_appended_and_when_the_store_is_opened_again(int length)
    {
        ICheckpointStore store = await OpenAsync();
        CheckpointKey key = Group(3);
        await store.AppendAsync(Group(2), Bytes(13, 0));
        await store.AppendAsync(key, Bytes(length, 1));
        await store.AppendAsync(Group(4), Bytes(13, 2));
        (await store.ReadAsync(key)).ToArray().Should().Equal(Bytes(length, 1));

        await store.DisposeAsync();
        ICheckpointStore next = Store();
        (await next.OpenAsync()).Keys.Should().BeEquivalentTo([Group(2), key, Group(4)]);
        (await next.ReadAsync(key)).ToArray().Should().Equal(Bytes(length, 1));
    }

    [Fact]
    public async Task Of_several_entries_under_one_key_the_last_one_counts()
    {
        ICheckpointStore store = await OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            await store.AppendAsync(Group(0), Bytes(10 * i, i));
            await store.AppendAsync(Group(1 + i), Bytes(5, i));
        }

        (await store.ReadAsync(Group(0))).ToArray().Should().Equal(Bytes(40, 4));
        await store.DisposeAsync();
        ICheckpointStore next = Store();
        (await next.OpenAsync()).Keys.Should().OnlyHaveUniqueItems().And.HaveCount(6);
        (await next.ReadAsync(Group(0))).ToArray().Should().Equal(Bytes(40, 4));
    }

    [Fact]
    public async Task An_entry_without_content_takes_its_key_away_until_there_is_another_one()
    {
        ICheckpointStore store = await OpenAsync();
        foreach (int group in (int[])[1, 2])
        {
            await store.AppendAsync(Group(group), Bytes(5, group));
            await store.AppendAsync(Group(group), ReadOnlyMemory<byte>.Empty);
        }

        await store.AppendAsync(Group(2), Bytes(7, 9));
        await store.Awaiting(s => s.ReadAsync(Group(1)).AsTask()).Should().ThrowAsync<KeyNotFoundException>();
        await store.DisposeAsync();
        ICheckpointStore next = Store();
        (await next.OpenAsync()).Keys.Should().Equal(Group(2));
        (await next.ReadAsync(Group(2))).ToArray().Should().Equal(Bytes(7, 9));
        await next.Awaiting(s => s.ReadAsync(Group(1)).AsTask()).Should().ThrowAsync<KeyNotFoundException>();
    }

    [Fact]
    public async Task Kind_part_and_index_all_tell_keys_apart()
    {
        CheckpointKey[] keys =
        [
            new(CheckpointKind.RowGroup, 0, 0), new(CheckpointKind.RowGroup, 1, 0), new(CheckpointKind.RowGroup, 0, 1), new(CheckpointKind.Sink, 0, 0),
            new(CheckpointKind.RowGroup, int.MaxValue, long.MaxValue), new((CheckpointKind)255, 0, 0),
        ];
        ICheckpointStore store = await OpenAsync();
        for (int i = 0; i < keys.Length; i++)
            await store.AppendAsync(keys[i], Bytes(i + 1, i));
        await store.DisposeAsync();
        ICheckpointStore next = Store();
        (await next.OpenAsync()).Keys.Should().BeEquivalentTo(keys);
        for (int i = 0; i < keys.Length; i++)
            (await next.ReadAsync(keys[i])).ToArray().Should().Equal(Bytes(i + 1, i));
    }

    [Fact]
    public async Task The_memory_of_an_entry_and_of_a_manifest_may_be_used_again()
    {
        ICheckpointStore store = await OpenAsync();
        byte[] memory = Bytes(1_000, 1);
        await store.AppendAsync(Group(1), memory);
        memory.AsSpan().Fill(9);
        await store.SaveManifestAsync(memory);
        memory.AsSpan().Clear();
        (await store.ReadAsync(Group(1))).ToArray().Should().Equal(Bytes(1_000, 1));
        StoredRun run = await ReopenAsync(store);
        run.Manifest!.Value.ToArray().Should().OnlyContain(one => one == 9);
    }

    [Fact]
    public async Task Reading_what_is_not_there_says_so()
    {
        ICheckpointStore store = await OpenAsync();
        await store.AppendAsync(Group(1), Bytes(1, 1));
        Func<Task> reading = async () => await store.ReadAsync(Group(2));
        await reading.Should().ThrowAsync<KeyNotFoundException>();
    }

    [Fact]
    public async Task Clearing_forgets_manifest_and_entries_for_good()
    {
        ICheckpointStore store = await OpenAsync();
        await store.SaveManifestAsync(Bytes(5, 1));
        await store.AppendAsync(Group(1), Bytes(5, 1));
        await store.AppendAsync(Group(2), Bytes(5, 1));
        await store.FlushAsync();
        await store.ClearAsync();
        store.DurableEntries.Should().Be(0);
        Func<Task> reading = async () => await store.ReadAsync(Group(1));
        await reading.Should().ThrowAsync<KeyNotFoundException>();
        await store.AppendAsync(Group(2), Bytes(6, 2));

        await store.DisposeAsync();
        ICheckpointStore next = Store();
        StoredRun run = await next.OpenAsync();
        run.Manifest.Should().BeNull();
        run.Keys.Should().Equal(Group(2));
        (await next.ReadAsync(Group(2))).ToArray().Should().Equal(Bytes(6, 2));
    }

    [Fact]
    public async Task A_cleared_store_that_is_opened_again_holds_nothing()
    {
        ICheckpointStore store = await OpenAsync();
        await store.SaveManifestAsync(Bytes(5, 1));
        await store.AppendAsync(Group(1), Bytes(5, 1));
        await store.ClearAsync();
        StoredRun run = await ReopenAsync(store);
        run.Manifest.Should().BeNull();
        run.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task What_a_flush_has_ended_for_is_counted_as_durable()
    {
        ICheckpointStore store = Store();
        store.DurableEntries.Should().Be(0);
        await store.OpenAsync();
        store.DurableEntries.Should().Be(0);
        for (int i = 0; i < 10; i++)
            await store.AppendAsync(Group(i % 7), Bytes(100, i));
        await store.FlushAsync();
        store.DurableEntries.Should().Be(10);
        await store.FlushAsync();
        store.DurableEntries.Should().Be(10);

        await store.DisposeAsync();
        ICheckpointStore next = await OpenAsync();
        next.DurableEntries.Should().Be(0, "only entries of this opening count");
        await next.AppendAsync(Group(0), Bytes(1, 1));
        await next.FlushAsync();
        next.DurableEntries.Should().Be(1);
    }

    [Fact]
    public async Task One_at_a_time_has_the_store()
    {
        ICheckpointStore store = await OpenAsync();
        ICheckpointStore second = Store();
        Func<Task> opening = async () => await second.OpenAsync();
        await opening.Should().ThrowAsync<CheckpointException>();
        await store.AppendAsync(Group(1), Bytes(1, 1));
        await store.DisposeAsync();
        (await second.OpenAsync()).Keys.Should().Equal(Group(1));
    }

    [Fact]
    public async Task Members_need_an_open_store()
    {
        ICheckpointStore store = Store();
        foreach (Func<Task> call in Calls(store))
            await call.Should().ThrowAsync<InvalidOperationException>();
        await store.OpenAsync();
        Func<Task> again = async () => await store.OpenAsync();
        await again.Should().ThrowAsync<InvalidOperationException>();
        await store.DisposeAsync();
        foreach (Func<Task> call in Calls(store).Append(again))
            await call.Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_store_may_be_disposed_twice_and_unopened()
    {
        ICheckpointStore unopened = Store();
        await unopened.DisposeAsync();
        ICheckpointStore store = await OpenAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await OpenAsync();
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        ICheckpointStore store = await OpenAsync();
        await store.AppendAsync(Group(1), Bytes(1, 1));
        var cancelled = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            async () => await store.AppendAsync(Group(2), Bytes(1, 1), cancelled),
            async () => await store.SaveManifestAsync(Bytes(1, 1), cancelled),
            async () => await store.ClearAsync(cancelled),
            async () => await store.FlushAsync(cancelled),
            async () => await store.ReadAsync(Group(1), cancelled),
            async () => await Store().OpenAsync(cancelled),
        ];
        foreach (Func<Task> call in calls)
            await call.Should().ThrowAsync<OperationCanceledException>();
        StoredRun run = await ReopenAsync(store);
        run.Manifest.Should().BeNull();
        run.Keys.Should().Equal(Group(1));
    }

    [Fact]
    public async Task Keys_and_contents_that_no_store_can_hold_are_refused_and_leave_it_in_order()
    {
        ICheckpointStore store = await OpenAsync();
        using var tooLong = new PretendedMemory(int.MaxValue - (64 * 1024) + 1);
        Func<Task>[] calls =
        [
            async () => await store.AppendAsync(new CheckpointKey(0, 0, 0), Bytes(1, 1)),
            async () => await store.AppendAsync(new CheckpointKey(CheckpointKind.Sink, -1, 0), Bytes(1, 1)),
            async () => await store.AppendAsync(new CheckpointKey(CheckpointKind.Sink, 0, -1), Bytes(1, 1)),
            async () => await store.AppendAsync(Group(1), tooLong.Memory),
        ];
        foreach (Func<Task> call in calls)
            await call.Should().ThrowAsync<ArgumentOutOfRangeException>();
        await store.AppendAsync(Group(1), Bytes(1, 1));
        (await ReopenAsync(store)).Keys.Should().Equal(Group(1));
    }

    [Fact]
    public async Task Many_may_append_read_and_flush_at_once()
    {
        ICheckpointStore store = await OpenAsync();
        var appended = new ConcurrentDictionary<CheckpointKey, byte[]>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                var key = new CheckpointKey(CheckpointKind.RowGroup, part, i % 20);
                byte[] content = Bytes(1 + (i * 37) % 500, part + i);
                await store.AppendAsync(key, content);
                appended[key] = content;
                (await store.ReadAsync(key)).ToArray().Should().Equal(content);
                if (i % 10 == 0)
                    await store.FlushAsync();
            }
        })));
        await store.FlushAsync();
        store.DurableEntries.Should().Be(200);

        await store.DisposeAsync();
        ICheckpointStore next = Store();
        (await next.OpenAsync()).Keys.Should().BeEquivalentTo(appended.Keys);
        foreach ((CheckpointKey key, byte[] content) in appended)
            (await next.ReadAsync(key)).ToArray().Should().Equal(content);
    }

    /// <summary>Disposed of with the test.</summary>
    private protected ICheckpointStore Store()
    {
        ICheckpointStore store = NewStore();
        _stores.Add(store);
        return store;
    }

    private protected async Task<ICheckpointStore> OpenAsync()
    {
        ICheckpointStore store = Store();
        await store.OpenAsync();
        return store;
    }

    private protected static CheckpointKey Group(long index) => new(CheckpointKind.RowGroup, 0, index);

    private protected static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private async Task<StoredRun> ReopenAsync(ICheckpointStore store)
    {
        await store.DisposeAsync();
        return await Store().OpenAsync();
    }

    private static Func<Task>[] Calls(ICheckpointStore store) =>
    [
        async () => await store.AppendAsync(Group(1), Bytes(1, 1)),
        async () => await store.ReadAsync(Group(1)),
        async () => await store.SaveManifestAsync(Bytes(1, 1)),
        async () => await store.ClearAsync(),
        async () => await store.FlushAsync(),
    ];

    /// <summary>Says that it is long, and is not: nobody may look at it.</summary>
    private sealed class PretendedMemory(int length) : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan() => throw new InvalidOperationException("The content was looked at.");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException("The content was looked at.");

        public override void Unpin() => throw new InvalidOperationException("The content was looked at.");

        protected override void Dispose(bool disposing)
        {
        }
    }
}
