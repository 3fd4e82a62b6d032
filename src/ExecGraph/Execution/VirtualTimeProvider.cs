namespace ExecGraph.Execution;

/// <summary>
/// A clock that moves only when it is told to, so that a run takes the same turns each time. Timers fire on the thread that moves it, in
/// the order (due, created): two timers of one instant have no order of their own, and the one they were created in is always the same.
/// </summary>
/// <remarks>
/// Creating, changing and disposing timers is safe for all threads; moving the clock is for one thread at a time, and not for callbacks.
/// </remarks>
internal sealed class VirtualTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What the system's timers accept, so that a wait which works in virtual time works outside of it.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Lock _lock = new();

    // A set rather than a heap, so that a disposed timer, and what its state holds, is let go at once: most time-outs never fire.
    private readonly SortedSet<VirtualTimer> _armed = new(Comparer<VirtualTimer>.Create(
        static (one, other) => (one.Due, one.Sequence).CompareTo((other.Due, other.Sequence))));

    private readonly List<VirtualTimer> _firing = [];
    private long _now;
    private long _created;
    private bool _isMoving;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>UTC: what a run does must not depend on where it is run.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How far off the earliest armed timer is; null if none is armed.</summary>
    internal TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
                return _armed.Min is { } first ? new TimeSpan(Math.Max(0, first.Due - _now)) : null;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state, Interlocked.Increment(ref _created));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock to the earliest armed timer and fires every timer of that instant. A timer that one of them arms for the same instant
    /// is left to the next call: what its own callback has made possible comes first.
    /// </summary>
    /// <returns>False if no timer is armed.</returns>
    internal bool TryAdvanceToNextTimer() => Move(this, static clock => clock.TryFireInstant(long.MaxValue));

    /// <summary>Moves the clock on and fires every timer that falls due on the way, each at its own instant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    internal void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Move((Clock: this, Time: time), static move =>
        {
            long until = checked(move.Clock._now + move.Time.Ticks);
            while (move.Clock.TryFireInstant(until))
            {
            }

            Volatile.Write(ref move.Clock._now, until);
            return true;
        });
    }

    private bool Move<TState>(TState state, Func<TState, bool> move)
    {
        if (Interlocked.Exchange(ref _isMoving, true))
            throw new InvalidOperationException("The virtual clock is being moved: a timer's callback, or another thread, cannot move it as well.");
        // In the context of the caller, what waits for a timer would go on wherever that context sends it, and not here.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return move(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            Volatile.Write(ref _isMoving, false);
        }
    }

    private bool TryFireInstant(long until)
    {
        lock (_lock)
        {
            if (_armed.Min is not { } first || first.Due > until)
                return false;
            Volatile.Write(ref _now, Math.Max(_now, first.Due));
            for (VirtualTimer? next = first; next is not null && next.Due <= _now; next = _armed.Min)
            {
                _armed.Remove(next);
                next.Phase = TimerPhase.Firing;
                _firing.Add(next);
            }
        }

        try
        {
            foreach (VirtualTimer timer in _firing)
                timer.FireIfStillDue();
        }
        finally
        {
            // After a callback that threw, the others of its instant are still due.
            lock (_lock)
            {
                foreach (VirtualTimer timer in _firing)
                {
                    if (timer.Phase == TimerPhase.Firing)
                        Arm_NeedsLock(timer, timer.Due);
                }
            }

            _firing.Clear();
        }

        return true;
    }

    private void Arm_NeedsLock(VirtualTimer timer, long due)
    {
        timer.Due = due;
        timer.Phase = TimerPhase.Armed;
        _armed.Add(timer);
    }

    private void Disarm_NeedsLock(VirtualTimer timer)
    {
        if (timer.Phase == TimerPhase.Armed)
            _armed.Remove(timer);
        timer.Phase = TimerPhase.Idle;
    }

    private enum TimerPhase
    {
        /// <summary>Will not fire unless it is changed.</summary>
        Idle,

        /// <summary>In the set of armed timers, the only phase in which it is; its due time is fixed as long.</summary>
        Armed,

        /// <summary>Taken out at its instant, its callback not begun: a callback before it may still change or dispose it.</summary>
        Firing,

        /// <summary>Will never fire again.</summary>
        Disposed,
    }

    /// <summary>A timer; its fields change under the owner's lock.</summary>
    private sealed class VirtualTimer(VirtualTimeProvider owner, TimerCallback callback, object? state, long sequence) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture(); // null where the flow is suppressed
        private long _period;

        internal long Sequence => sequence;

        internal long Due { get; set; }

        internal TimerPhase Phase { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Validate(dueTime, nameof(dueTime));
            Validate(period, nameof(period));
            lock (owner._lock)
            {
                if (Phase == TimerPhase.Disposed)
                    return false;
                owner.Disarm_NeedsLock(this);
                _period = Math.Max(0, period.Ticks); // as with the system's timers, zero is once
                if (dueTime != Timeout.InfiniteTimeSpan)
                    owner.Arm_NeedsLock(this, owner._now + dueTime.Ticks);
                return true;
            }
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                owner.Disarm_NeedsLock(this);
                Phase = TimerPhase.Disposed;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void FireIfStillDue()
        {
            lock (owner._lock)
            {
                if (Phase != TimerPhase.Firing)
                    return;
                if (_period > 0)
                    owner.Arm_NeedsLock(this, Due + _period);
                else
                    Phase = TimerPhase.Idle;
            }

            if (_context is null)
                callback(state);
            else
                ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Call(), this);
        }

        private static void Validate(TimeSpan time, string parameter)
        {
            if (time != Timeout.InfiniteTimeSpan && (time < TimeSpan.Zero || time > LongestWait))
                throw new ArgumentOutOfRangeException(parameter, time, $"A timer's times are from zero to {LongestWait}, or infinite.");
        }

        private void Call() => callback(state);
    }
}
