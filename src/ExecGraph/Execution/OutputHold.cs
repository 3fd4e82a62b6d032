namespace ExecGraph.Execution;

/// <summary>
/// How long finished row groups may be kept from the reader, so that it is woken for several at a time: waking a thread costs as much as
/// computing thousands of cheap cells. A worker gives them out before it leaves or turns to slow cells; a timer does if it is stuck in a cell.
/// </summary>
/// <remarks>By the machine's clock, whatever clock the run has: this is about threads. Used under the window's lock, but for the timer.</remarks>
internal sealed class OutputHold : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(20);

    private readonly ITimer _timer;
    private bool _isArmed;
    private long _published;

    /// <param name="publish">Gives the reader what is kept; takes the window's lock.</param>
    internal OutputHold(Action publish) =>
        _timer = TimeProvider.System.CreateTimer(static publish => ((Action)publish!)(), publish, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    internal bool IsOver => TimeProvider.System.GetElapsedTime(_published) > Usual;

    /// <summary>Something is kept. The timer is set once for many holds: one that finds nothing kept, or little, does no harm.</summary>
    internal void Begin()
    {
        if (_isArmed)
            return;
        _isArmed = true;
        _timer.Change(Longest, Timeout.InfiniteTimeSpan);
    }

    internal void Published() => _published = TimeProvider.System.GetTimestamp();

    internal void TimerFired() => _isArmed = false;

    public void Dispose() => _timer.Dispose();
}
