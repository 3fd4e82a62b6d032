namespace ExecGraph.Tests.Support;

/// <summary>What survives an interruption: a manifest and the entries that count.</summary>
internal sealed class StoredEntries
{
    internal byte[]? Manifest { get; set; }

    internal Dictionary<CheckpointKey, byte[]> ByKey { get; } = [];

    /// <summary>Everything that was appended, over all runs.</summary>
    internal List<CheckpointKey> Appended { get; } = [];
}

/// <summary>A store in memory that is lost at a moment of the test's choice: from some append on, everything fails, as if the process had been killed there.</summary>
/// <param name="stored">What is there before, and stays afterwards.</param>
/// <param name="appends">Appends that succeed.</param>
/// <param name="isAsync">Whether calls end later, on another thread.</param>
internal sealed class InterruptedStore(StoredEntries stored, int appends = int.MaxValue, bool isAsync = false) : ICheckpointStore
{
    private readonly Lock _lock = new();
    private int _left = appends;
    private bool _isPulled;
    private long _appended;

    internal bool IsDisposed { get; private set; }

    /// <summary>Is told after each append how many there were; null for nobody.</summary>
    internal Action<long>? Appended { get; init; }

    public long DurableEntries => Interlocked.Read(ref _appended);

    public async ValueTask<StoredRun> OpenAsync(CancellationToken cancellationToken = default)
    {
        await LaterAsync();
        return new StoredRun(stored.Manifest is { } manifest ? (ReadOnlyMemory<byte>?)manifest : null, [.. stored.ByKey.Keys]);
    }

    public async ValueTask ClearAsync(CancellationToken cancellationToken = default)
    {
        await LaterAsync();
        stored.Manifest = null;
        stored.ByKey.Clear();
    }

    public async ValueTask SaveManifestAsync(ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken = default)
    {
        await LaterAsync();
        stored.Manifest = manifest.ToArray();
    }

    public async ValueTask AppendAsync(CheckpointKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await LaterAsync();
        lock (_lock)
        {
            _isPulled |= _left == 0;
            ThrowIfPulled();
            _left--;
            Interlocked.Increment(ref _appended);
            stored.Appended.Add(key);
            if (content.IsEmpty)
                stored.ByKey.Remove(key);
            else
                stored.ByKey[key] = content.ToArray();
        }

        Appended?.Invoke(DurableEntries);
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
            ThrowIfPulled();
        return default;
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CheckpointKey key, CancellationToken cancellationToken = default)
    {
        await LaterAsync();
        lock (_lock)
            return stored.ByKey[key];
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }

    private void ThrowIfPulled()
    {
        if (_isPulled)
            throw new CheckpointException("The plug was pulled.");
    }

    private async ValueTask LaterAsync()
    {
        if (isAsync)
            await Task.Yield();
    }
}
