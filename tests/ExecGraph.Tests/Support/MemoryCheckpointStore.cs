namespace ExecGraph.Tests.Support;

/// <summary>
/// A store in memory. Entries become durable when somebody flushes, or disposes. It can be told to complete its calls later, and to fail at one of them.
/// </summary>
/// <param name="checkpoints">What an earlier store kept; null for nothing.</param>
internal sealed class MemoryCheckpointStore(MemoryCheckpoints? checkpoints = null) : ICheckpointStore
{
    private int _calls;
    private int _durableBefore;
    private volatile CheckpointException? _failure;
    private bool _isReported;
    private State _state;

    private enum State
    {
        New,
        Open,
        Disposed,
    }

    /// <summary>What it keeps.</summary>
    internal MemoryCheckpoints Checkpoints { get; } = checkpoints ?? new MemoryCheckpoints();

    /// <summary>Calls complete on the thread pool, not before they return.</summary>
    internal bool IsAsynchronous { get; init; }

    /// <summary>
    /// Awaited before each call does anything, with the name of the member: for delays in virtual time, and to see or hold up calls. If it throws, that call fails with
    /// what it threw, and the store goes on.
    /// </summary>
    internal Func<string, Task>? Before { get; init; }

    /// <summary>The number of the call that fails, counted from 1 over all members but disposing; after it every call fails. Null for none.</summary>
    internal int? FailAt { get; init; }

    /// <summary>Calls so far.</summary>
    internal int Calls => Volatile.Read(ref _calls);

    public long DurableEntries
    {
        get
        {
            lock (Checkpoints.Gate)
                return _state == State.New ? 0 : Checkpoints.Durable - _durableBefore;
        }
    }

    public ValueTask<StoredRun> OpenAsync(CancellationToken cancellationToken = default) => CallAsync(nameof(OpenAsync), () =>
    {
        if (_state != State.New)
            throw new InvalidOperationException("The store is open already.");
        if (Checkpoints.Holder is not null)
            throw new CheckpointException("The checkpoints in memory are in use by another store.");
        Checkpoints.Holder = this;
        _state = State.Open;
        // What a crash left counts as durable once it was found.
        Checkpoints.Durable = Checkpoints.Log.Count;
        _durableBefore = Checkpoints.Durable;
        return new StoredRun(Checkpoints.Manifest is { } manifest ? manifest : default(ReadOnlyMemory<byte>?), [.. Checkpoints.Log.GroupBy(entry => entry.Key).Where(entries => entries.Last().Content.Length > 0).Select(entries => entries.Key)]);
    }, cancellationToken);

    public ValueTask ClearAsync(CancellationToken cancellationToken = default) => VoidAsync(nameof(ClearAsync), () =>
    {
        ThrowIfNotOpen();
        Checkpoints.Manifest = null;
        Checkpoints.Log.Clear();
        Checkpoints.Durable = 0;
        _durableBefore = 0;
    }, cancellationToken);

    public ValueTask SaveManifestAsync(ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken = default) => VoidAsync(nameof(SaveManifestAsync), () =>
    {
        ThrowIfNotOpen();
        Checkpoints.Manifest = manifest.ToArray();
    }, cancellationToken);

    public ValueTask AppendAsync(CheckpointKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)key.Kind, 0, nameof(key));
        ArgumentOutOfRangeException.ThrowIfNegative(key.Part, nameof(key));
        ArgumentOutOfRangeException.ThrowIfNegative(key.Index, nameof(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, int.MaxValue - (64 * 1024), nameof(content));
        return VoidAsync(nameof(AppendAsync), () =>
        {
            ThrowIfNotOpen();
            Checkpoints.Log.Add((key, content.ToArray()));
        }, cancellationToken);
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => VoidAsync(nameof(FlushAsync), () =>
    {
        ThrowIfNotOpen();
        Checkpoints.Durable = Checkpoints.Log.Count;
    }, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CheckpointKey key, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(ReadAsync), () =>
        {
            ThrowIfNotOpen();
            int found = Checkpoints.Log.FindLastIndex(entry => entry.Key == key);
            // A copy, so that whoever writes to it does not change what was kept.
            return found < 0 || Checkpoints.Log[found].Content.Length == 0 ? throw new KeyNotFoundException($"The store has no entry {key}.") : new ReadOnlyMemory<byte>([.. Checkpoints.Log[found].Content]);
        }, cancellationToken);

    public ValueTask DisposeAsync()
    {
        lock (Checkpoints.Gate)
        {
            if (_state == State.Disposed)
                return default;
            bool wasOpen = _state == State.Open;
            _state = State.Disposed;
            if (wasOpen)
            {
                Checkpoints.Holder = null;
                if (_failure is null)
                    Checkpoints.Durable = Checkpoints.Log.Count;
            }

            return _failure is { } failure && !_isReported ? ValueTask.FromException(failure) : default;
        }
    }

    private void ThrowIfNotOpen()
    {
        if (_state == State.New)
            throw new InvalidOperationException("The store is not open: call OpenAsync first.");
    }

    private async ValueTask VoidAsync(string member, Action action, CancellationToken cancellationToken) =>
        await CallAsync(member, () =>
        {
            action();
            return true;
        }, cancellationToken);

    private async ValueTask<T> CallAsync<T>(string member, Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _calls) == FailAt)
            _failure = new CheckpointException($"Call {FailAt} of the store, {member}, was told to fail.");
        if (Before is not null)
            await Before(member);
        if (IsAsynchronous)
            await Task.Run(static () => { }, CancellationToken.None);
        lock (Checkpoints.Gate)
        {
            ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
            if (_failure is { } failure)
            {
                _isReported = true;
                throw failure;
            }

            return call();
        }
    }
}
