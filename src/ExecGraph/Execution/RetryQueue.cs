namespace ExecGraph.Execution;

/// <summary>Cells that wait for their next attempt: outside every lane, holding nothing but a timer.</summary>
internal sealed class RetryQueue(Engine engine, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Entry> _waiting = [];

    internal void Schedule(WorkItem item, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            item.Queue.Add(item);
            engine.Threads.Wake();
            return;
        }

        // The timer is armed after the entry is known, so that it cannot fire for an entry that nobody can find.
        engine.Threads.ActivityBegun();
        var entry = new Entry(this, item);
        lock (_lock)
            _waiting.Add(entry);
        entry.Timer = timeProvider.CreateTimer(static state => ((Entry)state!).Fire(), entry, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        entry.Timer.Change(delay, Timeout.InfiniteTimeSpan);
        if (engine.IsStopping)
            CancelAll();
    }

    /// <summary>The run is stopping: nothing waits any more.</summary>
    internal void CancelAll()
    {
        Entry[] waiting;
        lock (_lock)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (Entry entry in waiting)
        {
            entry.Timer?.Dispose();
            engine.Threads.Enter(static _ => { });
        }
    }

    /// <summary>Whoever removes the entry, the timer or the stop, ends its activity: exactly one of them can.</summary>
    private bool Remove(Entry entry)
    {
        lock (_lock)
            return _waiting.Remove(entry);
    }

    private sealed class Entry(RetryQueue owner, WorkItem item)
    {
        internal ITimer? Timer { get; set; }

        internal void Fire()
        {
            if (!owner.Remove(this))
                return;
            Timer?.Dispose();
            owner.Resume(item);
        }
    }

    private void Resume(WorkItem item) => engine.Threads.Enter(worker => item.Queue.Add(item));
}
