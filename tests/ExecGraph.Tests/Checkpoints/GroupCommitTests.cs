using ExecGraph.Checkpoints;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

public sealed class GroupCommitTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly MemoryFiles _files = new();

    private FileCheckpointOptions Options => new() { TimeProvider = _clock, FlushInterval = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task Entries_become_durable_together_a_while_after_the_first()
    {
        await using FileCheckpointStore store = await OpenAsync(_files);
        int flushes = 0;
        _files.Flushing = () => Interlocked.Increment(ref flushes);
        await AppendAsync(store, 0, 100);
        _clock.Advance(TimeSpan.FromMilliseconds(49));
        await AppendAsync(store, 100, 200);
        flushes.Should().Be(0);
        store.DurableEntries.Should().Be(0);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await UntilAsync(() => store.DurableEntries == 200);
        flushes.Should().Be(1);

        _clock.Advance(TimeSpan.FromSeconds(10));
        await AppendAsync(store, 200, 201);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        await UntilAsync(() => store.DurableEntries == 201);
        flushes.Should().Be(2, "there was nothing to do in between");
    }

    [Fact]
    public async Task A_flush_that_is_asked_for_does_not_wait_for_the_clock()
    {
        await using FileCheckpointStore store = await OpenAsync(_files);
        await AppendAsync(store, 0, 3);
        await store.FlushAsync();
        store.DurableEntries.Should().Be(3);
    }

    [Fact]
    public async Task Appending_and_reading_go_on_while_the_disk_is_busy_and_a_flush_waits_for_what_it_covers()
    {
        await using FileCheckpointStore store = await OpenAsync(_files);
        using var isFlushing = new SemaphoreSlim(0);
        using var mayFlush = new SemaphoreSlim(0);
        _files.Flushing = () =>
        {
            isFlushing.Release();
            mayFlush.Wait();
        };
        await AppendAsync(store, 0, 1);
        Task first = store.FlushAsync().AsTask();
        await isFlushing.WaitAsync();

        await AppendAsync(store, 1, 20);
        (await store.ReadAsync(Key(19))).Length.Should().Be(19);
        Task second = store.FlushAsync().AsTask();
        using var impatience = new CancellationTokenSource();
        Task third = store.FlushAsync(impatience.Token).AsTask();
        await impatience.CancelAsync();
        await FluentActions.Awaiting(() => third).Should().ThrowAsync<OperationCanceledException>();
        first.IsCompleted.Should().BeFalse();

        mayFlush.Release();
        await first;
        store.DurableEntries.Should().Be(1);
        second.IsCompleted.Should().BeFalse();
        await isFlushing.WaitAsync();
        mayFlush.Release();
        await second;
        store.DurableEntries.Should().Be(20);
        _files.Flushing = null;
    }

    [Fact]
    public async Task A_flush_that_fails_is_the_end_of_the_store()
    {
        FileCheckpointStore store = await OpenAsync(_files);
        await AppendAsync(store, 0, 2);
        await store.FlushAsync();
        await AppendAsync(store, 2, 5);
        _files.Flushing = () => throw new IOException("No space left.");
        Func<Task> flushing = async () => await store.FlushAsync();
        (await flushing.Should().ThrowAsync<CheckpointException>()).WithMessage("*memory/*No space left.*");
        _files.Flushing = null;

        store.DurableEntries.Should().Be(2);
        await EverythingThrowsAsync(store);
        await store.DisposeAsync();
        await using FileCheckpointStore next = await OpenAsync(_files);
        (await next.ReadAsync(Key(1))).Length.Should().Be(1);
    }

    [Fact]
    public async Task A_failure_that_nobody_was_told_of_is_told_at_the_end()
    {
        FileCheckpointStore store = await OpenAsync(_files);
        await AppendAsync(store, 0, 2);
        _files.Flushing = () => throw new IOException("No space left.");
        Func<Task> disposing = async () => await store.DisposeAsync();
        await disposing.Should().ThrowAsync<CheckpointException>();
        await disposing.Should().NotThrowAsync();
        _files.Flushing = null;
        await using FileCheckpointStore next = await OpenAsync(_files);
    }

    [Theory]
    [InlineData(Fault.Fails)]
    [InlineData(Fault.FailsAfterwards)]
    [InlineData(Fault.Tears)]
    public async Task A_write_that_fails_is_the_end_of_the_store_and_is_no_entry(Fault fault)
    {
        var files = new FaultyFiles(_files, int.MaxValue, fault);
        FileCheckpointStore store = await OpenAsync(files);
        await AppendAsync(store, 0, 2);
        files.FaultAt = files.Operations + 1;
        Func<Task> last = () => AppendAsync(store, 2, 3);
        await last.Should().ThrowAsync<CheckpointException>();
        files.Failed.Should().Be("Write " + StoreNames.Segment(1));
        await EverythingThrowsAsync(store);
        await store.DisposeAsync();

        await using var next = new FileCheckpointStore(_files, Options);
        StoredRun run = await next.OpenAsync();
        run.Keys.Should().HaveCount(fault == Fault.FailsAfterwards ? 3 : 2);
        await AppendAsync(next, 2, 4);
        (await next.ReadAsync(Key(3))).Length.Should().Be(3);
    }

    private async Task<FileCheckpointStore> OpenAsync(IStoreFiles files)
    {
        var store = new FileCheckpointStore(files, Options);
        await store.OpenAsync();
        return store;
    }

    private static async Task AppendAsync(FileCheckpointStore store, int from, int to)
    {
        for (int i = from; i < to; i++)
            await store.AppendAsync(Key(i), new byte[Math.Max(1, i)]);
    }

    private static async Task EverythingThrowsAsync(FileCheckpointStore store)
    {
        Func<Task>[] calls =
        [
            async () => await store.AppendAsync(Key(0), new byte[1]),
            async () => await store.ReadAsync(Key(0)),
            async () => await store.FlushAsync(),
            async () => await store.SaveManifestAsync(new byte[1]),
            async () => await store.ClearAsync(),
        ];
        foreach (Func<Task> call in calls)
            (await call.Should().ThrowAsync<CheckpointException>()).WithInnerException<CheckpointException>();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Yield();
    }

    private static CheckpointKey Key(int index) => new(CheckpointKind.RowGroup, 0, index);
}
