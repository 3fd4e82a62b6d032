namespace ExecGraph.Execution;

/// <summary>A clock that moves only when it is told to. Timers fire on the thread that moves it, in the order (due, armed).</summary>
/// <remarks>Arming, changing and disposing timers is safe for all threads; moving the clock is for one thread at a time.</remarks>
internal sealed class VirtualTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(VirtualTimer Timer, int Arming), (long Due, long Order)> _armed = new();
    private long _now;
    private long _order;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock to the earliest armed timer and fires it. Timers due at the same instant fire one call after the other.</summary>
    /// <returns>False if no timer is armed.</returns>
    internal bool TryAdvanceToNextTimer() => TryFireNext(long.MaxValue);

    /// <summary>Moves the clock on and fires every timer that falls due on the way, each at its own instant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    internal void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long until = GetTimestamp() + time.Ticks;
        while (TryFireNext(until))
        {
        }

        Volatile.Write(ref _now, until);
    }

    private bool TryFireNext(long until)
    {
        VirtualTimer? timer = null;
        lock (_lock)
        {
            while (timer is null)
            {
                if (!_armed.TryPeek(out (VirtualTimer Timer, int Arming) next, out (long Due, long Order) at) || at.Due > until)
                    return false;
                _armed.Dequeue();
                if (next.Timer.Arming != next.Arming)
                    continue; // changed or disposed since
                timer = next.Timer;
                Volatile.Write(ref _now, Math.Max(_now, at.Due));
                if (timer.Period > 0)
                    Arm_NeedsLock(timer, timer.Period);
                else
                    timer.Arming++;
            }
        }

        timer.Fire();
        return true;
    }

    private void Arm_NeedsLock(VirtualTimer timer, long dueTicks) =>
        _armed.Enqueue((timer, ++timer.Arming), (_now + dueTicks, _order++));

    private sealed class VirtualTimer(VirtualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private bool _disposed;

        /// <summary>Counts how often it was armed or disarmed: entries of an earlier count are void. Under the owner's lock.</summary>
        internal int Arming { get; set; }

        /// <summary>Ticks between firings; 0 for once.</summary>
        internal long Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "A due time is 0 or more, or infinite.");
            if (period < TimeSpan.Zero && period != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(period), period, "A period is 0 or more, or infinite.");
            lock (owner._lock)
            {
                if (_disposed)
                    return false;
                Period = Math.Max(0, period.Ticks);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    Arming++;
                else
                    owner.Arm_NeedsLock(this, dueTime.Ticks);
                return true;
            }
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                _disposed = true;
                Arming++;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fire()
        {
            if (_context is null)
                callback(state);
            else
                ExecutionContext.Run(_context, new ContextCallback(callback), state);
        }
    }
}
