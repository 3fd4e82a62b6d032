using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>The few timers that a run as a whole has. None fires once it is disposed, but for one that is firing already.</summary>
internal sealed class RunTimers(TimeProvider timeProvider) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ITimer> _timers = [];
    private bool _isDisposed;

    internal void After(TimeSpan time, Action action)
    {
        TimeSpan first = LongWait.Begin(time, out TimeSpan rest);
        lock (_lock)
        {
            if (!_isDisposed)
                _timers.Add(timeProvider.CreateTimer(static action => ((Action)action!)(), rest == TimeSpan.Zero ? action : () => After(rest, action), first, Timeout.InfiniteTimeSpan));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (ITimer timer in _timers)
                timer.Dispose();
        }
    }
}
