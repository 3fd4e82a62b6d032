using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>Cells that wait for their next attempt: outside every lane, holding nothing but a timer.</summary>
internal sealed class RetryQueue(Engine engine, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Entry> _waiting = [];

    /// <param name="item">What waits.</param>
    /// <param name="delay">For how long.</param>
    /// <param name="isRejected">Whether its service said that it came too often: then it waits without having used an attempt.</param>
    internal void Schedule(WorkItem item, TimeSpan delay, bool isRejected = false)
    {
        if (delay <= TimeSpan.Zero)
        {
            item.Queue.Add(item);
            engine.Threads.Wake();
            return;
        }

        // The timer is armed after the entry is known, so that it cannot fire for an entry that nobody can find.
        engine.Threads.ActivityBegun();
        var entry = new Entry(this, item, new RetryWait(timeProvider.GetTimestamp(), delay, item.Attempt, isRejected));
        lock (_lock)
            _waiting.Add(entry);
        entry.Timer = timeProvider.CreateTimer(static state => ((Entry)state!).Fire(), entry, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        entry.Arm(delay);
        if (!engine.IsStopping)
            return;
        CancelAll();
        entry.Timer.Dispose(); // whoever took the entry away may not have seen it
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

    /// <summary>The wait of a cell or a call, if it is one of those that wait.</summary>
    internal RetryWait? Find(SoughtWork sought)
    {
        lock (_lock)
        {
            foreach (Entry entry in _waiting)
            {
                if (sought.IsPartOf(entry.Item))
                    return entry.Wait;
            }
        }

        return null;
    }

    /// <summary>Adds up, by column, the cells and the barriers' calls that wait.</summary>
    internal void Count(Span<long> byColumn)
    {
        lock (_lock)
        {
            foreach (Entry entry in _waiting)
                byColumn[entry.Item.Column.Ordinal] += entry.Item.Count;
        }
    }

    private sealed class Entry(RetryQueue owner, WorkItem item, RetryWait wait)
    {
        private TimeSpan _rest;

        internal ITimer? Timer { get; set; }

        internal WorkItem Item => item;

        internal RetryWait Wait => wait;

        internal void Arm(TimeSpan delay) => Timer!.Change(LongWait.Begin(delay, out _rest), Timeout.InfiniteTimeSpan);

        internal void Fire()
        {
            if (_rest > TimeSpan.Zero)
            {
                Arm(_rest);
                return;
            }

            if (!owner.Remove(this))
                return;
            Timer?.Dispose();
            owner.Resume(item);
        }
    }

    private void Resume(WorkItem item) => engine.Threads.Enter(worker => item.Queue.Add(item));
}

/// <summary>A wait for another attempt.</summary>
/// <param name="Begun">When it began.</param>
/// <param name="Delay">How long it takes.</param>
/// <param name="Attempt">The attempt that follows, from 1.</param>
/// <param name="IsRejected">Whether it waits because its service said that it came too often.</param>
internal readonly record struct RetryWait(long Begun, TimeSpan Delay, int Attempt, bool IsRejected);
