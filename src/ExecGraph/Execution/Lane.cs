using ExecGraph.Definition;
using ExecGraph.Limits;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// What shares one concurrency limit: the workers' lane, the lane of asynchronous cells without a limiter, or a limiter's. Its columns
/// wait in queues of their own; permits are taken and returned here and nowhere else (I5).
/// </summary>
internal sealed class Lane : ILimiterUser
{
    /// <summary>Turns of all permits that the tail takes: long enough to even out cells of unlike times, too short to make rows wait.</summary>
    private const int TailTurns = 8;

    private readonly Lock _lock = new();
    private readonly List<ColumnQueue> _queues = [];
    private readonly Engine _engine;
    private readonly Limiter? _limiter;
    private readonly Admission? _admission;
    private readonly LimiterSeat _seat;
    private readonly int? _capacity;
    private Picker<HardwareMemory> _picker = new([]);
    private int _taken;
    private int _abandoned;
    private volatile bool _isListed;
    private long _listedSince = -1;
    private bool _tailIsNear;
    private bool _hasWeights;
    private long _untilRecount;

    /// <param name="engine">Whom to wake.</param>
    /// <param name="capacity">Permits; null where none are counted: the workers themselves are the limit, or the limiter is.</param>
    /// <param name="limiter">The limiter, shared with other runs perhaps.</param>
    internal Lane(Engine engine, int? capacity, Limiter? limiter = null)
    {
        _engine = engine;
        _capacity = capacity;
        _limiter = limiter;
        _admission = limiter?.Admission;
        _seat = new LimiterSeat(this);
    }

    /// <summary>Its place among the run's lanes.</summary>
    internal int Number { get; set; }

    internal IReadOnlyList<ColumnQueue> Queues => _queues;

    internal Limiter? Limiter => _limiter;

    /// <summary>Permits this run holds.</summary>
    internal int Taken => Volatile.Read(ref _taken);

    /// <summary>Whether any of its columns needs a worker for its cells, not only for beginning them.</summary>
    internal bool HasSyncColumns { get; private set; }

    /// <summary>Whether a queue may have something; a taker may still find that it cannot be taken yet.</summary>
    internal bool HasWork => !_picker.IsEmpty;

    /// <summary>Whether there is work and a permit for it.</summary>
    /// <remarks>Of a limiter's lane: unless it waits for the limiter, which will tell it. To begin to wait is done by trying to take.</remarks>
    internal bool MayHaveTakeable => HasWork && (_admission is null ? FreePermits > 0 : !_isListed);

    /// <summary>Whether there is work for permits that somebody else has: another run, or a call that was given up on.</summary>
    internal bool IsOwedPermits => HasWork && (_limiter is not null || Volatile.Read(ref _abandoned) > 0);

    /// <summary>When it began to wait for its limiter; null if it does not. Any thread.</summary>
    internal long? ListedSince => _isListed && Volatile.Read(ref _listedSince) is var since and >= 0 ? since : null;

    /// <summary>What keeps its next call back; of a lane that counts nothing, nothing ever does. Any thread.</summary>
    internal AdmissionStanding Look() =>
        _admission is not null ? _admission.Look(_seat)
        : new AdmissionStanding(Taken, _capacity ?? int.MaxValue, FreePermits > 0 ? AdmissionHold.None : AdmissionHold.Concurrency);

    private int Capacity => _admission?.Limit ?? _capacity ?? Environment.ProcessorCount;

    private int FreePermits => (_capacity ?? int.MaxValue) - Taken - Volatile.Read(ref _abandoned);

    /// <summary>The workers' lane counts nothing: runs that a worker follows on its own never passed through it.</summary>
    private bool IsCounted => _limiter is not null || _capacity is not null;

    internal void Add(ColumnQueue queue)
    {
        queue.Lane = this;
        queue.Position = _queues.Count;
        _queues.Add(queue);
        _hasWeights |= queue.Column.Weights is not null && _admission is not null;
        HasSyncColumns |= !queue.Column.Runner.IsAsync;
    }

    /// <summary>All its columns are there.</summary>
    internal void Open()
    {
        _picker = new Picker<HardwareMemory>(_queues);
        foreach (ColumnQueue queue in _queues)
            queue.HasPeers = IsCounted && _picker.HasEquals(queue.Position);
    }

    internal void MarkReady(ColumnQueue queue)
    {
        _picker.Mark(queue.Position);
        if (_hasWeights)
            _isListed = false; // its turn may come first, and the limiter was asked for another weight
    }

    /// <summary>How many cells of the column that have just become ready would be taken next, so that they need not go through its queue.</summary>
    /// <remarks>Beside equals, as long as it has no more than its share. What the limiter counts call by call goes through the queue.</remarks>
    internal int WouldPick(ColumnQueue queue, int cells)
    {
        if ((_admission is not null && (_admission.CountsCalls || !_admission.MayPassOn(_seat))) || _engine.AllAdmitted || _picker.HasAnyBefore(queue.Position))
            return 0;
        if (!queue.HasPeers)
            return cells;
        int held = queue.UnderWay;
        return Math.Clamp(Capacity / _picker.CountEquals(queue.Position) - held, held == 0 ? 1 : 0, cells);
    }

    /// <summary>Takes work together with its permits.</summary>
    /// <param name="hasWorker">Whether the caller may run synchronous cells.</param>
    /// <param name="item">What to do; its permits are one for each cell, or one for a call.</param>
    internal bool TryTake(bool hasWorker, out WorkItem item) => TryTake(hasWorker, inHand: 0, out item);

    /// <summary>Takes calls for permits that the caller has, those of calls that have ended.</summary>
    /// <param name="inHand">How many, at least one.</param>
    /// <param name="item">What to do; its permits are of those in hand.</param>
    internal bool TryTakeFor(int inHand, out WorkItem item) => TryTake(hasWorker: false, inHand, out item);

    private bool TryTake(bool hasWorker, int inHand, out WorkItem item)
    {
        item = default;
        if (!HasWork)
            return false;
        bool countsCalls = false;
        if (_admission is not null)
        {
            // Who waits for the limiter is told; a permit that came back is passed on, or given up to whoever's turn it is.
            countsCalls = _admission.CountsCalls;
            if (_engine.IsStopping || (inHand > 0 ? !countsCalls && !_admission.MayPassOn(_seat) : _isListed))
                return false;
        }

        lock (_lock)
        {
            bool taken = TryTake_NeedsLock(hasWorker, inHand, countsCalls, out item);
            if (_isListed != (_listedSince >= 0))
                Volatile.Write(ref _listedSince, _isListed ? _engine.Clock.Now : -1);

            // What is reserved for the lane is given up as soon as it has no use for it. The marks are looked at after the reservation was
            // made, here or when the limiter tells of it.
            if (_seat.Reserved > 0 && (!HasWork || _engine.IsStopping))
                _admission!.Decline(_seat);
            return taken;
        }
    }

    private bool TryTake_NeedsLock(bool hasWorker, int inHand, bool countsCalls, out WorkItem item)
    {
        item = default;
        _picker.Begin(IsTailNear_NeedsLock());
        while (_picker.Next() is var position and >= 0)
        {
            ColumnQueue queue = _queues[position];
            if (hasWorker || queue.Column.Runner.IsAsync)
            {
                bool taken;
                if (countsCalls)
                {
                    taken = TryTakeCall_NeedsLock(queue, inHand > 0, out item, out bool isRefused);
                    if (isRefused)
                        return false; // whose turn it is, is not overtaken
                }
                else
                {
                    int wanted = Wanted_NeedsLock(queue);
                    int permits = inHand == 0 ? TakePermits(wanted) : queue.Column.Cost.IsSlow ? 1 : Math.Min(inHand, wanted);
                    if (permits == 0)
                        return false; // nor is there one for any other column
                    taken = TryTake_NeedsLock(queue, permits, out item);
                    if (inHand == 0)
                        Return(permits - (taken ? item.Count : 0));
                }

                if (taken)
                {
                    _picker.Taken(position);
                    return true;
                }
            }

            _picker.Pass(position);
        }

        return false;
    }

    /// <summary>Takes one call and what it needs of the limiter: the call first, so that nothing is counted that is not made.</summary>
    private bool TryTakeCall_NeedsLock(ColumnQueue queue, bool hasPermit, out WorkItem item, out bool isRefused)
    {
        isRefused = false;
        if (!hasPermit)
            _isListed = true; // as in TakePermits; before the call is chosen, so that what comes afterwards has it chosen again
        while (true)
        {
            if (!TryTake_NeedsLock(queue, 1, out item))
                return _isListed = false;
            if (!item.IsOfDroppedRows)
                break;
            queue.Column.ForgetWeights(item);
            if (item.Kind != WorkKind.Cells)
                queue.Began(-1);
            queue.Column.EndInQueue(ColumnQueue.CountOf(item));
        }

        CallWeights? weights = queue.Column.Weights;
        long weight = 0;
        if (weights is not null && !TryWeigh_NeedsLock(queue, weights, ref item, out weight))
            return _isListed = false;
        CallPermit? permit;
        isRefused = hasPermit
            ? !_admission!.TryPassOn(_seat, weight, out permit)
            : !_admission!.TryTakeCall(_seat, Math.Clamp(queue.Count + 1, 1, 64), weight, out permit);
        if (isRefused)
        {
            PutBack_NeedsLock(queue, item);
            return false;
        }

        // Also after a permit that was passed on: if the lane waits for the limiter, that was for this call's weight.
        _isListed = false;
        if (!hasPermit)
            Took(1);
        if (permit is null)
            return true;
        weights?.Began(item.Calls(), permit);
        item = item with { Permit = permit };
        return true;
    }

    /// <summary>What the call weighs. A batch that weighs more than a whole window is made shorter.</summary>
    /// <returns>Whether there is a call: rows that were enough for a batch may be too few when it is put together again, because more are on their way.</returns>
    private bool TryWeigh_NeedsLock(ColumnQueue queue, CallWeights weights, ref WorkItem item, out long weight)
    {
        weight = weights.Of(item.Calls());
        while (_limiter!.Weight is { } limit && weight > limit.Permits && item.Kind == WorkKind.Batch && ColumnQueue.CountOf(item) > 1)
        {
            PutBack_NeedsLock(queue, item);
            queue.RowCap = weights.CountWithin(item.Calls(), limit.Permits);
            bool taken = TryTake_NeedsLock(queue, 1, out item);
            queue.RowCap = int.MaxValue;
            if (!taken)
                return false;
            weight = weights.Of(item.Calls());
        }

        return true;
    }

    private void PutBack_NeedsLock(ColumnQueue queue, in WorkItem item)
    {
        if (item.Kind != WorkKind.Cells)
            queue.Began(-1);
        _untilRecount += WorkBehind(queue, ColumnQueue.CountOf(item));
        queue.PutBack_NeedsLock(item);
        _picker.Mark(queue.Position);
    }

    internal void Return(int permits)
    {
        if (permits == 0 || !IsCounted)
            return;
        bool isLast = Interlocked.Add(ref _taken, -permits) == 0;
        try
        {
            _admission?.Return(permits); // may lead to foreign code
        }
        finally
        {
            if (isLast)
                _engine.Threads.ActivityEnded();
        }
    }

    /// <summary>A call is given up on: its permit stays taken, but counts no longer as something under way.</summary>
    internal void Abandon()
    {
        Interlocked.Increment(ref _abandoned);
        if (Interlocked.Decrement(ref _taken) == 0)
            _engine.Threads.ActivityEnded();
    }

    /// <summary>A call that was given up on has ended, perhaps after the run.</summary>
    internal void AbandonedEnded()
    {
        Interlocked.Decrement(ref _abandoned);
        if (_admission is not null)
            _admission.Return(1);
        else
            _engine.Threads.PermitsReturned();
    }

    /// <summary>The run is stopping, or has ended: it waits for nothing any more.</summary>
    internal void Close() => _admission?.Leave(_seat);

    /// <inheritdoc/>
    bool ILimiterUser.PermitsReserved()
    {
        // Not listed any more, then look: whoever adds work marks it first and then looks whether the lane is listed.
        _isListed = false;
        Interlocked.MemoryBarrier();
        if (!HasWork || _engine.IsStopping)
            return false;
        _engine.Threads.WakeForCalls();
        return true;
    }

    /// <inheritdoc/>
    void ILimiterUser.LimiterFailed(Exception exception) => _engine.Stop(new Engine.StopReason(
        new InvalidOperationException($"Limiter '{_limiter!.Name}' cannot grant permits any more: {exception.Message}", exception)));

    /// <summary>Permits for what waits in the queue; while peers have work as well, no more than its share, since many may be free at once.</summary>
    private int Wanted_NeedsLock(ColumnQueue queue)
    {
        if (queue.Column is { HasSyncCells: true, IsBarrier: false, Cost.IsSlow: true })
            return 1;
        if (!IsCounted)
            return queue.Column.IsBarrier ? int.MaxValue : queue.Column.Cost.CellsOfAnItem;
        int wanted = Math.Clamp(queue.Count, 1, 64);
        if (wanted == 1 || !queue.HasPeers)
            return wanted;
        int equals = _picker.MarkedEquals(queue.Position);
        if (equals < 2)
            return wanted;

        // What it lacks of its share, or an eighth on top: a wide lane's runs are not to be cut into single cells.
        int share = Capacity / equals;
        return (int)Math.Clamp(Math.Max(share - queue.UnderWay, share / 8), 1, wanted);
    }

    private bool TryTake_NeedsLock(ColumnQueue queue, int permits, out WorkItem item)
    {
        bool taken = queue.TryTake_NeedsLock(permits, out item);
        if (!taken)
        {
            // Cleared first, then tried again: whoever changes what can be taken does that first and marks afterwards.
            _picker.Clear(queue.Position);
            taken = queue.TryTake_NeedsLock(permits, out item);
            if (taken)
                _picker.Mark(queue.Position);
        }

        if (taken)
        {
            if (queue.Count == 0)
            {
                // It need not be asked in vain. Cleared first, then looked again, as above.
                _picker.Clear(queue.Position);
                if (queue.Count != 0)
                    _picker.Mark(queue.Position);
            }

            if (item.Kind != WorkKind.Cells)
                queue.Began(1); // of cells, those that are left pending are counted
            _untilRecount -= WorkBehind(queue, ColumnQueue.CountOf(item));
        }

        return taken;
    }

    /// <summary>
    /// Whether nothing new will begin, and what waits here, each cell with the longest path behind it, is a few turns' work: then a long
    /// path that is left for last leaves permits idle.
    /// </summary>
    /// <remarks>
    /// The sum over the columns is not formed for each take. While it was too much, it stays so until what was too much has been taken, since
    /// additions only add to it; once the tail is near, the answer is kept for as many cells as make the sum cheap beside taking them.
    /// </remarks>
    private bool IsTailNear_NeedsLock()
    {
        if (_untilRecount > 0)
            return _tailIsNear;
        _tailIsNear = false;
        if (!_engine.AllAdmitted)
            return false;
        long waiting = 0;
        foreach (ColumnQueue queue in _queues)
            waiting += WorkBehind(queue, queue.Count);
        long tooMuch = waiting - (long)TailTurns * Math.Min(Capacity, 1024);
        _tailIsNear = tooMuch <= 0;
        _untilRecount = _tailIsNear ? _queues.Count / 8 : tooMuch;
        return _tailIsNear;
    }

    private static long WorkBehind(ColumnQueue queue, int cells) => (long)cells * (1 + queue.Column.Tail);

    private int TakePermits(int wanted)
    {
        if (!IsCounted)
            return wanted;
        int taken;
        if (_admission is null)
        {
            taken = Math.Min(wanted, FreePermits);
        }
        else
        {
            // Said before it is so: the limiter may tell us, and take us off its list, before we are back. To be listed and not say so costs
            // one more try.
            _isListed = true;
            taken = _admission!.TryTake(_seat, wanted);
            if (taken > 0)
                _isListed = false;
        }

        if (taken > 0)
            Took(taken);
        return taken;
    }

    private void Took(int permits)
    {
        // A lane of which permits are taken is an activity: whoever takes the first one is an activity itself, and whoever returns the
        // last one does so after that.
        if (Interlocked.Add(ref _taken, permits) == permits)
            _engine.Threads.ActivityBegun();
    }
}
