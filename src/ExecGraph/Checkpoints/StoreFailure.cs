namespace ExecGraph.Checkpoints;

/// <summary>
/// The first failed write of a store. After it nobody knows what is in the files, so the store takes nothing more, and every call says so.
/// </summary>
internal sealed class StoreFailure
{
    private CheckpointException? _first;
    private volatile bool _isReported;

    internal bool IsSet => Volatile.Read(ref _first) is not null;

    /// <summary>Somebody who failed was not told why, because nobody called since.</summary>
    internal bool IsUnreported => IsSet && !_isReported;

    /// <returns>The first failure, this one or an earlier one.</returns>
    internal CheckpointException Set(CheckpointException failure) => Interlocked.CompareExchange(ref _first, failure, null) ?? failure;

    internal void ThrowIfSet()
    {
        if (IsSet)
            throw Report();
    }

    /// <summary>A new exception each time, because several threads may throw it.</summary>
    internal CheckpointException Report()
    {
        CheckpointException first = Volatile.Read(ref _first)!;
        _isReported = true;
        return new CheckpointException($"The store has failed and takes nothing more: {first.Message}", first) { Path = first.Path, Offset = first.Offset };
    }
}
