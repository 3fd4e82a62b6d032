using ExecGraph.Limits;

namespace ExecGraph;

/// <summary>
/// A named limit that columns share, of one graph or many, in one run or many at a time. The name is for pictures and reports;
/// what is shared is the object.
/// </summary>
/// <remarks>Thread-safe. Waiting for a limiter holds no worker.</remarks>
public sealed class Limiter
{
    private readonly Lock _lock = new();
    private readonly List<ILimiterUser> _waiting = [];
    private int _maxConcurrency = int.MaxValue;
    private int _taken;

    /// <param name="name">Shown in the graph's picture and in reports; not empty.</param>
    public Limiter(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The limiter's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Calls under way at once, 1 or more; default: no limit. May be changed at any time: a lower limit takes effect as calls end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxConcurrency
    {
        get => Volatile.Read(ref _maxConcurrency);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref _maxConcurrency, value);
            WakeWaiting();
        }
    }

    /// <summary>Calls under way now, over all runs.</summary>
    public int CurrentConcurrency => Volatile.Read(ref _taken);

    /// <summary>Takes up to <paramref name="wanted"/> permits. When it takes none, <paramref name="user"/> is told once when there are some again.</summary>
    /// <param name="wanted">1 or more.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="isListed">Whether <paramref name="user"/> will be told.</param>
    internal int TryTake(int wanted, ILimiterUser user, out bool isListed)
    {
        int taken = TryTake(wanted);
        isListed = taken == 0;
        if (taken > 0)
            return taken;
        lock (_lock)
        {
            if (!_waiting.Contains(user))
                _waiting.Add(user);
        }

        // A permit that came back before we stood in the list told nobody: list first, then look, as Return gives first, then looks.
        Interlocked.MemoryBarrier();
        return TryTake(wanted);
    }

    internal void Return(int permits)
    {
        Interlocked.Add(ref _taken, -permits);
        WakeWaiting();
    }

    internal void Forget(ILimiterUser user)
    {
        lock (_lock)
            _waiting.Remove(user);
    }

    private int TryTake(int wanted)
    {
        int before = Volatile.Read(ref _taken);
        while (true)
        {
            int free = Math.Min(wanted, MaxConcurrency - before);
            if (free <= 0)
                return 0;
            int seen = Interlocked.CompareExchange(ref _taken, before + free, before);
            if (seen == before)
                return free;
            before = seen;
        }
    }

    private void WakeWaiting()
    {
        Interlocked.MemoryBarrier();
        if (_waiting.Count == 0)
            return;
        ILimiterUser[] waiting;
        lock (_lock)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (ILimiterUser user in waiting)
            user.PermitsReturned();
    }
}
