namespace ExecGraph.Limits;

/// <summary>
/// What one call took of the windows. It is open from the instant at which the call is admitted until it has been made, and counts all that time:
/// a thread that is held up in between does not bring calls closer together than the windows allow.
/// </summary>
/// <remarks>Made under the limiter's lock; its fields belong to it, but for <see cref="IsOpen"/>.</remarks>
internal sealed class CallPermit
{
    private readonly Admission _admission;
    private readonly LimiterSeat _seat;
    private readonly SlidingLog? _requests;
    private readonly SlidingLog? _weights;
    private volatile bool _isOpen = true;
    private long _time;

    internal CallPermit(Admission admission, LimiterSeat seat, SlidingLog? requests, SlidingLog? weights, long weight)
    {
        (_admission, _seat, _requests, _weights, Weight) = (admission, seat, requests, weights, weight);
        requests?.Open(1);
        weights?.Open(weight);
        seat.Open.Add(this);
    }

    /// <summary>What the call was estimated to weigh.</summary>
    internal long Weight { get; }

    internal bool IsOpen => _isOpen;

    /// <summary>The call has been made: what of it runs before its first wait is over. Or it will not be made. Only the first time counts.</summary>
    internal void Begun() => _admission.Begun(this);

    internal void Close_NeedsLock(long now)
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        _time = now;
        _requests?.Close(now, 1);
        _weights?.Close(now, Weight);
        _seat.Open.Remove(this);
    }

    /// <summary>The call weighed less. Once only.</summary>
    internal void GiveBack_NeedsLock(long amount)
    {
        if (_isOpen)
            Close_NeedsLock(_admission.Now_NeedsLock());
        _weights?.GiveBack(_time, amount);
    }
}
