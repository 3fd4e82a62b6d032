namespace ExecGraph.Definition;

/// <summary>
/// The time to about a tenth of a second, for what is told to people: a time stamp would cost a pending call more than all else that is noted
/// about it. A timer keeps the time while somebody reads it, and stops when nobody does.
/// </summary>
/// <remarks>Any thread.</remarks>
/// <param name="provider">Whose time it is.</param>
/// <param name="isExact">Whether to ask it each time.</param>
internal sealed class CoarseClock(TimeProvider provider, bool isExact) : IDisposable
{
    private const long Stopped = 0;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _now = Stopped;
    private bool _wasRead;
    private bool _isDisposed;

    /// <summary>A run's clock. Another one than the system's is asked each time: only its owner knows when its timers fire, and what they disturb.</summary>
    internal CoarseClock(TimeProvider provider)
        : this(provider, isExact: !ReferenceEquals(provider, TimeProvider.System))
    {
    }

    /// <summary>A time stamp of the clock, never ahead of it.</summary>
    internal long Now
    {
        get
        {
            long now = Volatile.Read(ref _now);
            if (now == Stopped)
                return Start();
            if (!Volatile.Read(ref _wasRead))
                Volatile.Write(ref _wasRead, true); // once a tick, so that threads do not fight for the line
            return now;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Volatile.Write(ref _now, Stopped);
            _timer?.Dispose();
        }
    }

    private long Start()
    {
        long now = provider.GetTimestamp();
        if (isExact)
            return now;
        lock (_lock)
        {
            if (_isDisposed || _now != Stopped)
                return now;
            _timer ??= provider.CreateTimer(static clock => ((CoarseClock)clock!).Advance(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Tick, Tick);
            Volatile.Write(ref _wasRead, true);
            Volatile.Write(ref _now, now);
        }

        return now;
    }

    private void Advance()
    {
        lock (_lock)
        {
            if (_isDisposed || _now == Stopped)
                return;
            bool wasRead = _wasRead;
            Volatile.Write(ref _wasRead, false);
            Volatile.Write(ref _now, wasRead ? provider.GetTimestamp() : Stopped);
            if (!wasRead)
                _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
