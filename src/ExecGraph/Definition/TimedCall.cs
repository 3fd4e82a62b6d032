namespace ExecGraph.Definition;

/// <summary>
/// One attempt with a time-out: when its time is over its token is cancelled, and when it has not ended some time after that, whoever
/// began it is told that it may give up on it.
/// </summary>
/// <remarks>
/// Any thread. <see cref="End"/> and the timer exclude each other: after <see cref="End"/> nothing of this fires, so what it was told about may be
/// used for another call.
/// </remarks>
internal sealed class TimedCall : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _stop;
    private readonly ITimer _timer;
    private readonly string _column;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _grace;
    private Action? _overdue;
    private TimeSpan _rest;
    private bool _isTimedOut;
    private bool _isOverdue;
    private bool _hasEnded;

    private TimedCall(RunnerBinding binding, TimeSpan timeout)
    {
        RunServices services = binding.Services;
        _column = binding.Column;
        _timeout = timeout;
        _grace = binding.Options.TimeoutGrace;
        Token = _cancellation.Token;
        _stop = services.CancellationToken.UnsafeRegister(static call => ((TimedCall)call!)._cancellation.Cancel(), this);
        _timer = services.TimeProvider.CreateTimer(static call => ((TimedCall)call!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm(timeout); // only now: it may fire at once
    }

    /// <summary>The attempt's token: cancelled when its time is over, or when the run stops.</summary>
    internal CancellationToken Token { get; }

    /// <summary>Begins an attempt; null for a column without a time-out.</summary>
    internal static TimedCall? Begin(RunnerBinding binding) => binding.Options.Timeout is { } timeout ? new TimedCall(binding, timeout) : null;

    /// <summary>Says what to do if the attempt ignores its token. Not called after <see cref="End"/>.</summary>
    internal void WhenOverdue(Action overdue)
    {
        lock (_lock)
        {
            _overdue = overdue;
            if (_isOverdue)
                _timer.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan); // it was over before the call came back to be waited for
        }
    }

    private void Arm(TimeSpan time) => _timer.Change(LongWait.Begin(time, out _rest), Timeout.InfiniteTimeSpan);

    /// <summary>What an attempt that ran out of time failed with, as its user sees it; other failures as they are.</summary>
    internal Exception Explain(Exception exception) =>
        exception is OperationCanceledException && Volatile.Read(ref _isTimedOut) ? Exceeded(exception) : exception;

    internal TimeoutException Exceeded(Exception? inner = null) =>
        new(FormattableString.Invariant($"An attempt in column '{_column}' took longer than its time-out of {_timeout}."), inner);

    internal void End()
    {
        lock (_lock)
            _hasEnded = true;
        Dispose();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Dispose();
        _cancellation.Dispose();
    }

    private void Fire()
    {
        lock (_lock)
        {
            if (_hasEnded)
                return;
            if (_rest > TimeSpan.Zero)
            {
                Arm(_rest);
                return;
            }

            if (_isTimedOut)
            {
                _isOverdue = true;
                _overdue?.Invoke();
                return;
            }

            Volatile.Write(ref _isTimedOut, true);
        }

        try
        {
            _cancellation.Cancel(); // outside the lock: what is registered there is user code, and may end the call
        }
        catch (Exception exception) when (exception is AggregateException or ObjectDisposedException)
        {
            // A callback's failure is not the attempt's: that has its own end. Disposed means that it has ended meanwhile.
        }

        lock (_lock)
        {
            if (!_hasEnded)
                Arm(_grace);
        }
    }
}
