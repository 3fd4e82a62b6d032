namespace ExecGraph.Tests.Samples;

/// <summary>
/// A clock for real work with waits in it: nothing really waits. Whoever would wait for less than the horizon is woken at once, and the clock has moved on by
/// as much; whatever is longer, such as a time-out, never comes.
/// </summary>
internal sealed class EagerTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly Queue<Action> _held = new();
    private long _now;
    private int _gatherings;

    /// <summary>The shortest wait that never ends.</summary>
    internal TimeSpan Horizon { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many must wait at the same time before one of them is woken, as long as there are <see cref="Gatherings"/> left.</summary>
    internal int Gather { get; init; } = 1;

    /// <summary>How often somebody is woken in that way; after that everybody is woken at once.</summary>
    internal int Gatherings { init => _gatherings = value; }

    /// <summary>Told how long somebody is about to wait; on another thread.</summary>
    internal Action<TimeSpan>? Waiting { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    internal TimeSpan Now => TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp()
    {
        lock (_lock)
            return _now;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new EagerTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance(TimeSpan time)
    {
        lock (_lock)
            _now += time.Ticks;
    }

    private void Wake(TimeSpan wait, Action ring)
    {
        lock (_lock)
        {
            long due = _now + wait.Ticks;
            _held.Enqueue(() =>
            {
                _now = Math.Max(_now, due);
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        Waiting?.Invoke(wait);
                        ring();
                    },
                    null);
            });
            while (_held.Count >= (_gatherings > 0 ? Gather : 1))
            {
                _gatherings--;
                _held.Dequeue()();
            }
        }
    }

    private sealed class EagerTimer(EagerTime time, TimerCallback callback, object? state) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
                throw new NotSupportedException("A clock that does not wait cannot ring again and again.");
            int version = Interlocked.Increment(ref _version);
            if (dueTime == Timeout.InfiniteTimeSpan || dueTime >= time.Horizon)
                return true;
            time.Wake(dueTime, () =>
            {
                if (Volatile.Read(ref _version) == version)
                    callback(state);
            });
            return true;
        }

        public void Dispose() => Interlocked.Increment(ref _version);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
