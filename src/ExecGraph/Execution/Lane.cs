using ExecGraph.Limits;

namespace ExecGraph.Execution;

/// <summary>
/// What shares one concurrency limit: the workers' lane, the lane of asynchronous cells without a limiter, or a limiter's. Its columns
/// wait in queues of their own; permits are taken and returned here and nowhere else (I5).
/// </summary>
internal sealed class Lane : ILimiterUser
{
    private const int TailTurns = 4;

    private readonly Lock _lock = new();
    private readonly List<ColumnQueue> _queues = [];
    private readonly Engine _engine;
    private readonly Limiter? _limiter;
    private readonly int? _capacity;
    private Picker _picker = new([]);
    private ulong[] _passed = [];
    private int _taken;

    /// <param name="engine">Whom to wake.</param>
    /// <param name="capacity">Permits; null where none are counted: the workers themselves are the limit, or the limiter is.</param>
    /// <param name="limiter">The limiter, shared with other runs perhaps.</param>
    internal Lane(Engine engine, int? capacity, Limiter? limiter = null)
    {
        _engine = engine;
        _capacity = capacity;
        _limiter = limiter;
    }

    internal IReadOnlyList<ColumnQueue> Queues => _queues;

    internal Limiter? Limiter => _limiter;

    /// <summary>Permits this run holds.</summary>
    internal int Taken => Volatile.Read(ref _taken);

    /// <summary>Whether any of its columns needs a worker for its cells, not only for beginning them.</summary>
    internal bool HasSyncColumns { get; private set; }

    /// <summary>Whether a queue may have something; a taker may still find that it cannot be taken yet.</summary>
    internal bool HasWork => !_picker.IsEmpty;

    /// <summary>Whether there is work and a permit for it.</summary>
    internal bool MayHaveTakeable => HasWork && FreePermits > 0;

    private int Capacity => _limiter?.MaxConcurrency ?? _capacity ?? Environment.ProcessorCount;

    private int FreePermits => _limiter is null ? (_capacity ?? int.MaxValue) - Taken : _limiter.MaxConcurrency - _limiter.CurrentConcurrency;

    /// <summary>The workers' lane counts nothing: runs that a worker follows on its own never passed through it.</summary>
    private bool IsCounted => _limiter is not null || _capacity is not null;

    internal void Add(ColumnQueue queue)
    {
        queue.Lane = this;
        queue.Position = _queues.Count;
        _queues.Add(queue);
        _picker = new Picker([.. _queues.Select(each => each.Column)]);
        _passed = new ulong[(_queues.Count + 63) / 64];
        HasSyncColumns |= !queue.Column.Runner.IsAsync;
    }

    internal void MarkReady(ColumnQueue queue) => _picker.Mark(queue.Position);

    /// <summary>Takes work together with its permits.</summary>
    /// <param name="hasWorker">Whether the caller may run synchronous cells.</param>
    /// <param name="item">What to do; its permits are one for each cell, or one for a call.</param>
    internal bool TryTake(bool hasWorker, out WorkItem item)
    {
        item = default;
        if (!HasWork)
            return false;
        lock (_lock)
        {
            Array.Clear(_passed);
            bool tailIsNear = IsTailNear();
            while (_picker.Next(tailIsNear, _passed) is var position and >= 0)
            {
                ColumnQueue queue = _queues[position];
                if (TryTake(queue, hasWorker, out item))
                    return true;
                _passed[position >> 6] |= 1UL << position;
            }
        }

        return false;
    }

    internal void Return(int permits)
    {
        if (permits == 0 || !IsCounted)
            return;
        Interlocked.Add(ref _taken, -permits);
        _limiter?.Return(permits);
    }

    internal void Close() => _limiter?.Forget(this);

    /// <inheritdoc/>
    void ILimiterUser.PermitsReturned() => _engine.Threads.Wake();

    private bool TryTake(ColumnQueue queue, bool hasWorker, out WorkItem item)
    {
        item = default;
        if (!hasWorker && !queue.Column.Runner.IsAsync)
            return false;
        bool splits = queue.Column is { HasSyncCells: true, IsBarrier: false, Cost.IsSlow: true };
        int permits = TakePermits(splits ? 1 : Math.Clamp(queue.Count, 1, 64));
        if (permits == 0)
            return false;
        int used = 0;
        if (queue.TryTake_NeedsLock(permits, out item))
        {
            used = item.Count;
        }
        else
        {
            // Cleared first, then tried again: whoever changes what can be taken does that first and marks afterwards.
            _picker.Clear(queue.Position);
            if (queue.TryTake_NeedsLock(permits, out item))
            {
                used = item.Count;
                _picker.Mark(queue.Position);
            }
        }

        Return(permits - used);
        return used > 0;
    }

    /// <summary>
    /// Whether what waits here would be under way after a few turns, and nothing new will begin: then a long path that is left for last
    /// leaves permits idle.
    /// </summary>
    private bool IsTailNear()
    {
        if (!_engine.AllAdmitted)
            return false;
        long waiting = 0;
        foreach (ColumnQueue queue in _queues)
            waiting += queue.Count;
        return waiting <= (long)TailTurns * Math.Min(Capacity, 1024);
    }

    private int TakePermits(int wanted)
    {
        if (!IsCounted)
            return wanted;
        int taken = _limiter is null ? Math.Min(wanted, FreePermits) : _limiter.TryTake(wanted, this);
        Interlocked.Add(ref _taken, taken);
        return taken;
    }
}
