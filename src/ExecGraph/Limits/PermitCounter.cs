namespace ExecGraph.Limits;

/// <summary>
/// The permits that are taken, and in the same word whether they may be taken, and returned, without a lock: so nobody who found that he may
/// is overtaken by a change of it.
/// </summary>
internal struct PermitCounter
{
    private const long Guarded = 1L << 32;
    private const long Watched = 1L << 33;

    private long _state;

    internal int Taken => (int)Volatile.Read(ref _state);

    /// <summary>Takes some without the lock, if that may be.</summary>
    /// <returns>How many; 0 if there are none or the lock is needed.</returns>
    internal int TryTake(int wanted, int limit)
    {
        long before = Volatile.Read(ref _state);
        while (before < Guarded)
        {
            int free = Math.Min(wanted, limit - (int)before);
            if (free <= 0)
                return 0;
            long seen = Interlocked.CompareExchange(ref _state, before + free, before);
            if (seen == before)
                return free;
            before = seen;
        }

        return 0;
    }

    /// <summary>Takes some under the lock, while it is guarded.</summary>
    internal void Take_NeedsLock(int permits) => Interlocked.Add(ref _state, permits);

    /// <returns>Whether somebody wants to know.</returns>
    internal bool Return(int permits) => (Interlocked.Add(ref _state, -permits) & Watched) != 0;

    /// <summary>From now on nobody takes any without the lock, and who returns some comes by: a full fence.</summary>
    internal void Close_NeedsLock() => Interlocked.Or(ref _state, Guarded | Watched);

    /// <summary>How it is to be until the lock is taken the next time.</summary>
    internal void Open_NeedsLock(bool isGuarded, bool isWatched) =>
        Interlocked.And(ref _state, ~((isGuarded ? 0 : Guarded) | (isWatched ? 0 : Watched)));
}
