using System.Numerics;
using ExecGraph.Definition;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// One thread at work for one run: takes an item, executes it, completes its cells, and goes straight on with the runs that this
/// made ready while their inputs are in the cache. Used by one thread at a time; it stays with its thread as long as that works for the run.
/// </summary>
/// <param name="engine">The run.</param>
/// <param name="threads">Who gives threads to it.</param>
/// <param name="plan">The run's columns.</param>
/// <param name="window">The run's row groups.</param>
internal sealed class Worker(Engine engine, WorkerThreads threads, RunPlan plan, RowGroupWindow window)
{
    /// <summary>Items that are begun on permits in hand before the thread looks around.</summary>
    private const int MaxPassed = 64;

    private readonly FollowedRuns _followed = new(plan.Columns.Length);
    private readonly WordPasses _passes = new(plan.Columns.Length);
    private readonly List<ActiveRowGroup> _settled = [];
    private readonly PendingCells?[] _spare = new PendingCells?[plan.Columns.Length];
    private readonly uint[] _runs = new uint[plan.Columns.Length];
    private readonly long[] _cells = new long[plan.Columns.Length];
    private readonly long[] _skipped = new long[plan.Columns.Length];
    private readonly long[] _failures = new long[plan.Columns.Length];
    private readonly long[] _succeeded = new long[plan.Columns.Length];
    private readonly long[] _retries = new long[plan.Columns.Length];
    private readonly EndedCells _ended = new(plan.Columns.Length);
    private readonly HeldPermits _held = new(threads.Lanes.Length);
    private readonly List<ReadyCalls> _calls = [];
    private long _filtered;
    private bool _takesBack;
    private int _moves;
    private int _movesSeen;
    private CallUnderWay? _call;

    internal WorkerThreads Threads => threads;

    internal RunPlan Plan => plan;

    internal bool IsStopping => engine.IsStopping;

    /// <summary>The thread it is with.</summary>
    internal Residence? Residence { get; set; }

    /// <summary>The slow cells that its thread is at.</summary>
    internal CellsAtWork AtWork { get; } = new();

    /// <summary>The call over many rows that its thread is at; null while it is at none. Set by that thread.</summary>
    internal CallUnderWay? Call
    {
        get => Volatile.Read(ref _call);
        set => Volatile.Write(ref _call, value);
    }

    /// <summary>Whether it holds one of the run's worker permits, so that it may run synchronous cells.</summary>
    internal bool HasPermit { get; set; }

    /// <summary>Not 0 while others leave it to this one to take back calls that end. <see cref="Takers"/> gives and takes it.</summary>
    internal int TakerRole;

    /// <summary>Whether it has taken nothing back and begun nothing since this was last asked. For one asker.</summary>
    internal bool HasNotMoved()
    {
        int moves = Volatile.Read(ref _moves);
        bool hasNotMoved = moves == _movesSeen;
        _movesSeen = moves;
        return hasNotMoved;
    }

    internal long FilteredRows => Volatile.Read(ref _filtered);

    internal long CellsOf(int column) => Volatile.Read(ref _cells[column]);

    internal long SkippedOf(int column) => Volatile.Read(ref _skipped[column]);

    /// <summary>Cells whose code gave a value, also if a filter then removed the row.</summary>
    internal long SucceededOf(int column) => Volatile.Read(ref _succeeded[column]);

    internal long FailuresOf(int column) => Volatile.Read(ref _failures[column]);

    internal long RetriesOf(int column) => Volatile.Read(ref _retries[column]);

    /// <summary>Works until there is nothing that it may take, or its budget is used up.</summary>
    internal void Loop(int budget)
    {
        bool isOwn = budget == int.MaxValue;
        while (true)
        {
            if (window.IsAdmissionAsked)
                window.Admit(this);
            // On a borrowed thread, what has ended is left to the takers: there may be no end to it.
            PendingCell? ended = null;
            if (isOwn && threads.Ended.TakeSome(out ended, threads.Takers))
                TakeBack(ended);
            FinishSettled();
            WorkItem item = default;
            bool isLast = budget-- <= 0 || !threads.TryTake(this, out item);
            if (isLast && ended is not null)
                continue;
            if (window.HasUnpublished && (isLast || item.Kind != WorkKind.Cells || item.Column.Cost.IsSlow || window.ShouldPublish()))
                window.Publish();
            if (isLast)
                return;
            threads.WakeForMore();
            if (item.Kind != WorkKind.Cells || item.Column.Cost.IsSlow)
                threads.Takers.Release(this);
            if (item.Queue.Lane != threads.Lanes[0] && item.Column.Runner.IsAsync)
                ReturnPermit();
            Execute(item);
        }
    }

    /// <summary>A call is begun without the worker's permit: however long that takes, others may compute meanwhile.</summary>
    private void ReturnPermit()
    {
        if (HasPermit)
            threads.ReturnPermit(this);
    }

    /// <summary>The thread leaves by an exception of the engine's own: nothing may be left counted, nor in hand for the next run of cells.</summary>
    internal void Abandon()
    {
        _takesBack = false;
        _followed.Clear();
        _calls.Clear();
        _ended.Clear();
        _held.Return(threads.Lanes);
    }

    /// <summary>Cells became ready: they wait in their queue. This thread, or one that it calls, looks there before it leaves.</summary>
    internal void Ready(int ordinal, ActiveRowGroup group, int word, ulong cells) =>
        plan.Columns[ordinal].Queue.Add(new WorkItem(WorkKind.Cells, plan.Columns[ordinal], group, word, cells));

    /// <summary>What its own completions have just made ready, in the words at hand.</summary>
    internal FollowedRuns Followed => _followed;

    /// <summary>Cells became ready in a word at hand: goes straight on with them, if that may be. Some may have to be skipped before they may wait for anything.</summary>
    internal bool TryFollow(int ordinal, int word, ulong cells)
    {
        ColumnPlan column = plan.Columns[ordinal];
        bool follows = column.Skips is not null || MayFollow(column);
        if (follows)
            _followed.Add(ordinal, word, cells);
        return follows;
    }

    internal void BarrierReady(int ordinal, ActiveRowGroup group)
    {
        ColumnPlan column = plan.Columns[ordinal];
        if (column.Skips is null)
            column.CallQueue.Add(new WorkItem(WorkKind.BarrierCall, column, group, 0, 0));
        else
            column.Queue.Add(new WorkItem(WorkKind.Decide, column, group, 0, 0)); // apart from the call, so that it holds none of the call's permits
    }

    internal void Settled(ActiveRowGroup group) => _settled.Add(group);

    /// <summary>Settles cells whose values are written: asks the column's filters, completes what stays and drops the other rows.</summary>
    internal void Complete(ColumnPlan column, ActiveRowGroup group, int word, ulong cells, int attempt)
    {
        ColumnBuffer?[] buffers = group.Buffers;
        if (cells != 0 && TryGetFrontier(column, group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
            CompleteIn(frontier, bitmaps, buffers, column, group, word, cells, attempt);
    }

    /// <returns>Whether the filters could be asked; else the run ends.</returns>
    internal bool CompleteIn(
        Frontier<HardwareMemory> frontier, RowGroupBitmaps bitmaps, ColumnBuffer?[] buffers, ColumnPlan column, ActiveRowGroup group, int word, ulong cells, int attempt)
    {
        var sink = new EngineSink(this, group, follows: true);
        foreach (ColumnFilter filter in column.Filters)
        {
            int slot = column.Runner.Binding.Outputs[filter.Column == column.Name ? 0 : SideIndex(column, filter.Column)];
            ulong kept = filter.Keep(buffers[slot]!, word * 64, cells, out ulong failed, out Exception? exception);
            if (exception is not null)
            {
                engine.Fail(RowOf(column, group, word, failed), column, attempt, exception);
                return false;
            }

            _filtered += BitOperations.PopCount(Drop(frontier, bitmaps, word, cells & ~kept, ref sink));
            cells = kept;
        }

        ulong completed = frontier.Complete(bitmaps, column.Ordinal, word, cells, ref sink);
        if (column.Skips is not null)
        {
            ulong skipped = completed & group.SkippedCells(column.Ordinal, word);
            _skipped[column.Ordinal] += BitOperations.PopCount(skipped);
            completed &= ~skipped;
        }

        int computed = BitOperations.PopCount(completed);
        _cells[column.Ordinal] += computed;
        engine.Budget?.Spend(column, attempts: 0, computed);
        return true;
    }

    /// <summary>Goes on with what was made ready, and with what that makes ready.</summary>
    internal void Follow(ActiveRowGroup group, int word)
    {
        FollowCells(group, word);
        if (_calls.Count > 0)
            FollowCalls();
    }

    /// <summary>Computes what was made ready in a word; calls are kept until it is known which ones come first.</summary>
    private void FollowCells(ActiveRowGroup group, int word)
    {
        while (_followed.TryTake(out int ordinal))
            FollowCells(plan.Columns[ordinal], group, word);
    }

    /// <summary>Computes, or keeps as calls, the cells of one column that were made ready in a word; there may be none.</summary>
    internal void FollowCells(ColumnPlan column, ActiveRowGroup group, int word)
    {
        ulong cells = _followed.TakeCells(column.Ordinal, word);
        if (cells == 0 || (column.Skips is not null && !TrySkip(column, group, word, ref cells)))
            return;
        if (column.Following == Following.AsCall)
            _calls.Add(new ReadyCalls(column, group, word, cells));
        else
            Run(column, group, word, cells, attempt: 1);
    }

    /// <summary>Begins calls on the permits in hand, the deepest ones first; what those that are complete at once make ready takes its turn among them.</summary>
    internal void FollowCalls()
    {
        while (_calls.Count > 0)
        {
            if (_held.AnyLane is null)
            {
                QueueCalls();
                return;
            }

            int deepest = 0;
            for (int i = 1; i < _calls.Count; i++)
            {
                if (_calls[i].Column.Depth > _calls[deepest].Column.Depth)
                    deepest = i;
            }

            Volatile.Write(ref _moves, _moves + 1);
            ReadyCalls calls = _calls[deepest];
            _calls.RemoveAt(deepest);
            FollowCall(calls.Column, calls.Group, calls.Word, calls.Cells);
            FollowCells(calls.Group, calls.Word);
        }
    }

    /// <summary>A call failed: again later if attempts are left, else the run ends.</summary>
    internal void Fail(in WorkItem item, Exception exception)
    {
        // The limiter hears of every call. But a row that was dropped meanwhile takes its failure with it, and a stopping run has its reason already.
        bool isRejected = engine.Rejections.IsRejected(item, ref exception);
        bool isOver = engine.IsStopping || (item.Kind == WorkKind.Cells && OpenCells(item) == 0);
        int attempts = item.Count; // of a batch, one for each row
        if (!isRejected && !(item.Column.IsBarrier && item.Kind == WorkKind.Cells))
            engine.Budget?.Spend(item.Column, attempts, cells: 0); // it cost what it cost, whatever becomes of its row; of a barrier, its call does
        if (isOver)
            return;
        if (isRejected)
        {
            engine.Rejections.Delay(item, exception);
            return;
        }

        _failures[item.Column.Ordinal] += attempts;
        if (FailedCells.ShouldRetry(item.Column, item.Attempt, ref exception))
        {
            _retries[item.Column.Ordinal] += attempts;
            TimeSpan delay = item.Column.Options.Retry!.DelayAfter(item.Attempt, item.Column.Runner.Binding.SeedOf(item.FirstRow + BitOperations.TrailingZeroCount(item.Cells)));
            engine.Retries.Schedule(item with { Attempt = item.Attempt + 1 }, delay);
        }
        else if (item.Column.IsBarrier)
        {
            engine.Fail(row: null, item.Column, item.Attempt, exception);
        }
        else
        {
            engine.Failed.GiveUp(item, exception, this);
        }
    }

    /// <summary>Gives rows up because of a cell of the column.</summary>
    /// <returns>The rows that this call dropped.</returns>
    internal ulong Drop(ColumnPlan column, ActiveRowGroup group, int word, ulong rows)
    {
        if (!TryGetFrontier(column, group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
            return 0;
        var sink = new EngineSink(this, group, follows: true);
        return Drop(frontier, bitmaps, word, rows, ref sink);
    }

    private ulong Drop(Frontier<HardwareMemory> frontier, RowGroupBitmaps bitmaps, int word, ulong rows, ref EngineSink sink)
    {
        ulong dropped = frontier.Drop(bitmaps, word, rows, ref sink);
        if (dropped != 0)
            engine.RowsDropped();
        return dropped;
    }

    /// <summary>A predicate threw, which fails its cell. The cell is decided about once, so it has no attempt left.</summary>
    /// <returns>Whether the run goes on.</returns>
    internal bool DecisionFailed(ColumnPlan column, ActiveRowGroup group, int word, ulong cell, Exception exception)
    {
        _failures[column.Ordinal]++;
        var item = new WorkItem(WorkKind.Cells, column, group, word, cell);
        if (column.IsBarrier)
            engine.Fail(item.FirstRow + BitOperations.TrailingZeroCount(cell), column, item.Attempt, exception);
        else
            engine.Failed.GiveUp(item, exception, this);
        return !engine.IsStopping;
    }

    /// <summary>Decides, for a barrier that is about to be called or folded into, which rows of a group it passes over.</summary>
    /// <returns>Whether that is known of every row; otherwise a predicate has failed, and the run with it.</returns>
    internal bool Decide(ColumnPlan barrier, ActiveRowGroup group)
    {
        if (barrier.Skips is null)
            return true;
        ColumnBuffer?[] buffers = group.Buffers;
        RowGroupBitmaps bitmaps = group.Bitmaps!;
        for (int word = 0; word < bitmaps.WordCount; word++)
        {
            ulong cells = bitmaps.Survivors(word);
            ulong open = cells;
            if (open != 0 && (barrier.Skips.Decide(group, buffers, word, ref open, this) | open) != cells)
                return false;
        }

        return true;
    }

    internal ulong OpenCells(in WorkItem item) =>
        TryGetFrontier(item.Column, item.Group!, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps)
            ? frontier.OpenCells(bitmaps, item.Column.Ordinal, item.Word) & item.Cells
            : 0;

    /// <summary>The tracking state that the column's cells belong to; none if the group has moved on, which leaves only dropped rows behind.</summary>
    internal bool TryGetFrontier(
        ColumnPlan column,
        ActiveRowGroup group,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Frontier<HardwareMemory>? frontier,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RowGroupBitmaps? bitmaps)
    {
        frontier = plan.Stages[column.Stage];
        bitmaps = group.Bitmaps;
        return bitmaps is not null && ReferenceEquals(bitmaps.Plan, frontier.Plan);
    }

    private static int SideIndex(ColumnPlan column, string name)
    {
        IReadOnlyList<string> names = column.Outputs;
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        throw new InvalidOperationException($"Column '{column.Name}' does not produce '{name}'.");
    }

    private static long? RowOf(ColumnPlan column, ActiveRowGroup group, int word, ulong cells) =>
        column.IsBarrier ? null : group.FirstRow + word * 64L + BitOperations.TrailingZeroCount(cells);

    private void Execute(in WorkItem item)
    {
        switch (item.Kind)
        {
            case WorkKind.Cells:
                _held.Take(item.Column.Queue.Lane, item.Count);
                ExecuteCells(item);
                _held.Return(threads.Lanes);
                break;
            case WorkKind.Batch:
                engine.Calls.ExecuteBatch(item, this);
                break;
            case WorkKind.Decide:
                try
                {
                    if (!engine.IsStopping && Decide(item.Column, item.Group!))
                        item.Column.CallQueue.Add(item with { Kind = WorkKind.BarrierCall });
                }
                finally
                {
                    item.Column.Queue.Lane.Return(1);
                }

                break;
            case WorkKind.BarrierCall:
                engine.Calls.ExecuteBarrier(item, this);
                return; // the call may be made later
            case WorkKind.Estimate:
                engine.Estimates.Estimate(item, this);
                break;
            case WorkKind.Park:
                try
                {
                    engine.Calls.Accumulate(item.Group!, this);
                }
                finally
                {
                    item.Column.Queue.Lane.Return(1);
                }

                break;
            default:
                try
                {
                    engine.Source.Execute(item, this);
                }
                finally
                {
                    item.Column.Queue.Lane.Return(1);
                }

                break;
        }

        item.Permit?.Begun(); // on every path, also where no call was made
    }

    /// <summary>Begins or computes cells, on permits that are in hand.</summary>
    private void ExecuteCells(in WorkItem item)
    {
        ColumnPlan column = item.Column;
        if (item.MoreWords > 0 && column.Words is not null && !engine.StopsEarly)
        {
            _passes.Execute(item, this);
            return;
        }

        ActiveRowGroup group = item.Group!;
        ulong cells = item.Cells;
        for (int word = item.Word; ; cells = item.Begun![++word])
        {
            if (!column.Runner.IsAsync)
                item.Permit?.Begun(); // it is made now, and how long it takes says nothing about when
            int pending = Run(column, group, word, cells, item.Attempt);
            item.Permit?.Begun();
            if (pending == 0)
                column.EndInQueue(item.Count);
            if (column.HasSyncCells)
                _held.Return(threads.Lanes); // what follows is not on the limit's account
            Follow(group, word);
            if (word == item.Word + item.MoreWords)
                break;
        }
    }

    /// <summary>Produces cells of one word; those that are pending take their permits along.</summary>
    /// <returns>How many are pending.</returns>
    private int Run(ColumnPlan column, ActiveRowGroup group, int word, ulong cells, int attempt)
    {
        ColumnBuffer?[] buffers = group.Buffers;
        if (engine.IsStopping || !TryGetFrontier(column, group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
            return 0;
        cells &= frontier.OpenCells(bitmaps, column.Ordinal, word); // rows may have been dropped since the run became ready
        if (cells == 0)
            return 0;

        column.AddBuffers(buffers, group.Rows);
        var run = new CellRun(buffers, group.FirstRow + word * 64, word * 64, cells, attempt, group);
        CellRunResult result;
        if (column.IsBarrier)
        {
            result = WriteBarrierCells(column, group, word, run);
        }
        else
        {
            long begun = BeginMeasured(column, words: 1);
            if (begun != 0)
                AtWork.Begin(column.Ordinal, run.FirstRow, cells, attempt, begun);
            result = column.Cells!.Run(run, SpareOf(column));
            if (begun != 0)
            {
                AtWork.End();
                column.Cost.End(begun, BitOperations.PopCount(result.Started));
            }
        }

        int pending = BitOperations.PopCount(result.Started & ~result.Done & ~result.Failed);
        if (pending > 0)
        {
            column.Queue.Began(pending);
            _held.Pass(column.Queue.Lane, pending);
            engine.Abandoned.LeftPending();
        }

        Ended(column, group, word, result.Done, result.Failed);
        if (result.Done != 0)
            CompleteIn(frontier, bitmaps, buffers, column, group, word, result.Done, attempt);
        if (result.Failed != 0)
            Fail(new WorkItem(WorkKind.Cells, column, group, word, result.Failed, attempt), result.Exception!);
        if ((cells & ~result.Started) is var rest and not 0 && !engine.IsStopping)
            column.Queue.Add(new WorkItem(WorkKind.Cells, column, group, word, rest, attempt));
        return pending;
    }

    /// <summary>Runs of a column are about to begin.</summary>
    /// <returns>A time stamp if they are to be measured, else 0.</returns>
    internal long BeginMeasured(ColumnPlan column, uint words)
    {
        ref uint runs = ref _runs[column.Ordinal];
        long begun = column.Cost.Begin(runs, words);
        runs += words;
        return begun;
    }

    private bool MayFollow(ColumnPlan column) => column.Following switch
    {
        Following.InWorker => !column.Cost.IsSlow && (HasPermit || threads.TryTakePermit(this)),
        Following.AsCall => _held.For(column.Queue.Lane) > 0,
        _ => false,
    };

    /// <summary>Decides which of the ready cells are skipped, and settles those: what that makes ready is followed in its turn, not nested.</summary>
    /// <param name="column">A column that may be skipped.</param>
    /// <param name="group">The row group.</param>
    /// <param name="word">The word.</param>
    /// <param name="cells">The ready cells; comes back as those that are to run.</param>
    /// <returns>Whether the worker goes straight on with cells that are to run; otherwise they wait in their queue.</returns>
    private bool TrySkip(ColumnPlan column, ActiveRowGroup group, int word, ref ulong cells)
    {
        ColumnBuffer?[] buffers = group.Buffers;
        if (engine.IsStopping || !TryGetFrontier(column, group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
            return false;
        cells &= frontier.OpenCells(bitmaps, column.Ordinal, word); // no predicate is asked about a row that was dropped meanwhile
        ulong skipped = column.Skips!.Decide(group, buffers, word, ref cells, this);
        if (skipped != 0)
        {
            CompleteIn(frontier, bitmaps, buffers, column, group, word, skipped, attempt: 1);
            column.SettledUntaken();
        }

        if (cells == 0)
            return false;
        bool follows = MayFollow(column);
        if (!follows)
            Ready(column.Ordinal, group, word, cells);
        return follows;
    }

    /// <summary>Begins calls on permits that are in hand, if the lane would pick them next anyway; the others wait in their queue.</summary>
    private void FollowCall(ColumnPlan column, ActiveRowGroup group, int word, ulong cells)
    {
        Lane lane = column.Queue.Lane;
        bool isSlow = column.Cost.IsSlow; // asked once: it may change at any moment
        int permits = Math.Min(_held.For(lane), isSlow ? 1 : BitOperations.PopCount(cells));
        ulong now = permits == 0 ? 0 : Bits.Lowest(cells, lane.WouldPick(column.Queue, permits));
        if ((cells & ~now) is var rest and not 0)
            Ready(column.Ordinal, group, word, rest);
        if (now == 0)
            return;
        if (isSlow)
        {
            _held.Pass(lane, 1);
            LetOthersWork();
            _held.Take(lane, 1);
        }

        if (_takesBack)
            ReturnPermit();
        Run(column, group, word, now, attempt: 1);
    }

    /// <summary>What was made ready is for others: there is no permit in hand for it, or this thread turns to something else.</summary>
    private void QueueCalls()
    {
        foreach (ReadyCalls calls in _calls)
            Ready(calls.Column.Ordinal, calls.Group, calls.Word, calls.Cells);
        _calls.Clear();
    }

    /// <summary>The thread turns to something that may keep it: all that it has in hand is for others meanwhile, and what ends is for others to take back.</summary>
    private void LetOthersWork()
    {
        QueueCalls();
        if (_takesBack)
        {
            FinishSettled();
            if (window.HasUnpublished)
                window.Publish();
            ReturnPermit(); // otherwise there may be more words of an item that needs it
        }

        _held.Return(threads.Lanes);
        threads.Takers.Release(this);
        threads.WakeInstead();
    }

    /// <summary>Takes back calls that have ended, their values or their failures, and goes on with what they make ready.</summary>
    private void TakeBack(PendingCell? next)
    {
        Volatile.Write(ref _moves, _moves + 1);
        _takesBack = true;
        try
        {
            Gather(ref next);
        }
        catch
        {
            // The engine's own failure, which ends the run: those that it did not come to would keep it from ending.
            for (; next is not null; next = next.Next)
                _held.Take(((CallOwner)next.Owner).Lane, 1);
            throw;
        }

        while (_ended.First is var ordinal and >= 0)
            EndSuccessful(ordinal);
        FollowCalls();
        while (_held.AnyLane is { } lane)
            PassOn(threads.Lanes[lane]);
        _takesBack = false;
    }

    private void Gather(ref PendingCell? next)
    {
        while (next is { } cell)
        {
            next = cell.Next; // before the object is used again
            var owner = (CallOwner)cell.Owner;
            ColumnPlan column = owner.Column;
            var group = (ActiveRowGroup)cell.Tag;
            int offset = cell.Offset;
            int attempt = cell.Attempt;
            _held.Take(owner.Lane, 1);
            Exception? failure = cell.Finish();
            SpareOf(column).Add(cell);
            if (failure is not null)
            {
                if (_ended.Has(column.Ordinal))
                    EndSuccessful(column.Ordinal); // they count as ended before it
                EndFailed(new WorkItem(WorkKind.Cells, column, group, offset / 64, 1UL << offset, attempt), failure);
            }
            else if (!_ended.TryAdd(column.Ordinal, group, offset, attempt))
            {
                EndSuccessful(column.Ordinal);
                _ended.TryAdd(column.Ordinal, group, offset, attempt);
            }
        }
    }

    /// <summary>Begins what a lane picks on the permits in hand, and gives back those for which there is nothing, or which are others' by now.</summary>
    private void PassOn(Lane lane)
    {
        for (int budget = MaxPassed; budget > 0 && !engine.IsStopping && _held.For(lane) is var inHand and > 0; budget--)
        {
            // What was reserved for the lane meanwhile is taken as well, and so it waits in its turn before anything is given back: else its own
            // permits would all be for those who happen to wait at that moment.
            bool isPassedOn = lane.TryTakeFor(inHand, out WorkItem item);
            if (!isPassedOn && !(lane.Limiter is not null && lane.TryTake(hasWorker: false, out item)))
                break;
            if (item.Kind != WorkKind.Cells || item.Column.Cost.IsSlow)
            {
                if (isPassedOn)
                    _held.Pass(lane, item.Count);
                LetOthersWork();
                Execute(item);
                return;
            }

            if (!isPassedOn)
                _held.Take(lane, item.Count);
            ReturnPermit();
            ExecuteCells(item);
        }

        _held.Return(lane);
    }

    /// <summary>Cells of one word are not pending any more and have their values.</summary>
    private void EndSuccessful(int ordinal)
    {
        ColumnPlan column = plan.Columns[ordinal];
        (ActiveRowGroup group, int word, int attempt, ulong cells) = _ended.Take(ordinal);
        int count = BitOperations.PopCount(cells);
        column.Queue.Began(-count);
        Ended(column, group, word, cells, failed: 0);
        Complete(column, group, word, cells, attempt);
        column.EndInQueue(count);
        FollowCells(group, word);
    }

    /// <summary>A call that does not end is given up on: for its cell that is a failed attempt.</summary>
    internal void Overdue(ColumnPlan column, ActiveRowGroup group, int offset, int attempt, TimeoutException exceeded)
    {
        EndFailed(new WorkItem(WorkKind.Cells, column, group, offset / 64, 1UL << offset, attempt), exceeded);
        FollowCalls();
    }

    /// <summary>Attempts have ended: those that succeeded cost what they cost, also if a filter now removes the row. <see cref="Fail"/> sees to the others.</summary>
    internal void Ended(ColumnPlan column, ActiveRowGroup group, int word, ulong done, ulong failed)
    {
        column.CellsEnded(group, word, done, failed);
        if (done != 0 && !column.IsBarrier)
            Succeeded(column, BitOperations.PopCount(column.Skips is null ? done : done & ~group.SkippedCells(column.Ordinal, word)));
    }

    /// <summary>Cells have been computed, whatever becomes of their rows.</summary>
    internal void Succeeded(ColumnPlan column, int cells)
    {
        _succeeded[column.Ordinal] += cells;
        engine.Budget?.Spend(column, attempts: cells, cells: 0);
    }

    /// <summary>A cell is not pending any more, and has failed.</summary>
    private void EndFailed(in WorkItem item, Exception failure)
    {
        item.Column.Queue.Began(-1);
        item.Column.CellsEnded(item.Group!, item.Word, done: 0, failed: item.Cells);
        Fail(item, failure);
        item.Column.EndInQueue(1);
        FollowCells(item.Group!, item.Word);
    }

    private PendingCells SpareOf(ColumnPlan column) => _spare[column.Ordinal] ??= new PendingCells(column.Owner, column.Spare);

    private static CellRunResult WriteBarrierCells(ColumnPlan column, ActiveRowGroup group, int word, in CellRun run)
    {
        if (group.BarrierValues[column.Ordinal] is not { } value)
            return new CellRunResult(run.Cells, run.Cells); // its rows were dropped meanwhile, and the group has left the stage
        ulong skipped = run.Cells & ~value.Seen[word]; // they have had their values since that was decided
        CellRun seen = run with { Cells = run.Cells & ~skipped };
        if (seen.Cells == 0)
            return new CellRunResult(skipped, skipped);
        if (column.Runner is AggregateRunner aggregate)
        {
            CellRunResult result = aggregate.Select(seen, value.State);
            return result with { Done = result.Done | skipped, Started = result.Started | skipped };
        }

        value.Result!.Write(seen, value.PositionOf(word), value.Seen[word]);
        return new CellRunResult(run.Cells, run.Cells);
    }

    private void FinishSettled()
    {
        for (int i = 0; i < _settled.Count; i++)
            engine.Calls.Park(_settled[i], this);
        _settled.Clear();
    }
}
