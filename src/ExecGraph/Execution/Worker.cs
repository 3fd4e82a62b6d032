using System.Numerics;
using ExecGraph.Definition;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// One thread at work for one engine: takes an item, executes it, completes its cells, and goes straight on with the runs that this
/// made ready while their inputs are in the cache. Used by one thread at a time; idle ones are kept by the engine.
/// </summary>
internal sealed class Worker(Engine engine, RunPlan plan, RowGroupWindow window)
{
    private const int MaxFollowed = 256;

    private readonly Stack<WorkItem> _followed = new();
    private readonly List<ActiveRowGroup> _settled = [];
    private readonly long[] _cells = new long[plan.Columns.Length];
    private readonly long[] _failures = new long[plan.Columns.Length];
    private readonly long[] _retries = new long[plan.Columns.Length];
    private long _filtered;

    /// <summary>Whether it holds one of the run's worker permits, so that it may run synchronous cells.</summary>
    internal bool HasPermit { get; set; }

    internal long FilteredRows => Volatile.Read(ref _filtered);

    internal long CellsOf(int column) => Volatile.Read(ref _cells[column]);

    internal long FailuresOf(int column) => Volatile.Read(ref _failures[column]);

    internal long RetriesOf(int column) => Volatile.Read(ref _retries[column]);

    /// <summary>Works until there is nothing that it may take, or its budget is used up.</summary>
    internal void Loop(int budget)
    {
        window.Admit(this);
        while (true)
        {
            if (window.IsAdmissionAsked)
                window.Admit(this);
            while (engine.Threads.TryTakeEnded(out ColumnPlan? column, out PendingCell? cell))
            {
                End(column, cell);
                engine.Threads.ActivityEnded();
            }

            FinishSettled();
            if (budget-- <= 0 || !TryNext(out WorkItem item))
                break;
            engine.Threads.WakeForMore();
            Execute(item);
        }

        while (_followed.TryPop(out WorkItem left))
            left.Column.Queue.Add(left);
    }

    /// <summary>Takes back a cell that was pending: its value or its failure.</summary>
    internal void End(ColumnPlan column, PendingCell cell)
    {
        var group = (ActiveRowGroup)cell.Tag;
        int word = cell.Offset / 64;
        ulong bit = 1UL << cell.Offset;
        int attempt = cell.Attempt;
        Exception? failure = cell.Finish();
        cell.Recycle();
        column.Queue.Return(1);
        if (failure is null)
            Complete(column, group, word, bit, attempt);
        else
            Fail(new WorkItem(WorkKind.Cells, column, group, word, bit, attempt), failure);
        EndInQueue(column, 1);
        FinishSettled();
    }

    internal void Add(ColumnQueue queue, in WorkItem item)
    {
        queue.Add(item);
        engine.Threads.Wake();
    }

    /// <summary>Cells became ready.</summary>
    internal void Ready(int ordinal, ActiveRowGroup group, int word, ulong cells)
    {
        ColumnPlan column = plan.Columns[ordinal];
        var item = new WorkItem(WorkKind.Cells, column, group, word, cells);
        if (HasPermit && column.IsFollowable && _followed.Count < MaxFollowed && !(column.Cost.IsSlow && !column.IsBarrier) && !engine.Threads.HasIdleWorker)
            _followed.Push(item);
        else
            Add(column.Queue, item);
    }

    internal void BarrierReady(int ordinal, ActiveRowGroup group) =>
        Add(plan.Columns[ordinal].CallQueue, new WorkItem(WorkKind.BarrierCall, plan.Columns[ordinal], group, 0, 0));

    /// <summary>Rows of a start column may be generated.</summary>
    internal void BeginRows(ColumnPlan column, ActiveRowGroup group, ReadOnlySpan<ulong> rows)
    {
        for (int word = 0; word < rows.Length; word++)
        {
            if (rows[word] != 0)
                column.Queue.Add(new WorkItem(WorkKind.Cells, column, group, word, rows[word]));
        }

        engine.Threads.Wake();
    }

    internal void Settled(ActiveRowGroup group) => _settled.Add(group);

    /// <summary>Settles cells whose values are written: asks the column's filters, completes what stays and drops the other rows.</summary>
    internal void Complete(ColumnPlan column, ActiveRowGroup group, int word, ulong cells, int attempt)
    {
        ColumnBuffer?[] buffers = group.Buffers;
        if (cells == 0 || !TryGetFrontier(column, group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
            return;
        var sink = new EngineSink(this, group);
        foreach (ColumnFilter filter in column.Filters)
        {
            int slot = column.Runner.Binding.Outputs[filter.Column == column.Name ? 0 : SideIndex(column, filter.Column)];
            ulong kept = filter.Keep(buffers[slot]!, word * 64, cells, out ulong failed, out Exception? exception);
            if (exception is not null)
            {
                engine.Fail(RowOf(column, group, word, failed), column, attempt, exception);
                return;
            }

            ulong dropped = frontier.Drop(bitmaps, word, cells & ~kept, ref sink);
            _filtered += BitOperations.PopCount(dropped);
            if (dropped != 0)
                engine.RowsDropped();
            cells = kept;
        }

        _cells[column.Ordinal] += BitOperations.PopCount(frontier.Complete(bitmaps, column.Ordinal, word, cells, ref sink));
    }

    internal void EndInQueue(ColumnPlan column, int cells)
    {
        if (!column.IsStream && !column.IsOrdered)
            return;
        column.Queue.Ended(cells);
        column.Queue.Lane.MarkReady(column.Queue);
        engine.Threads.Wake();
    }

    /// <summary>A call failed: again later if attempts are left, else the run ends.</summary>
    internal void Fail(in WorkItem item, Exception exception)
    {
        // A row that was dropped meanwhile takes its failure with it, and a stopping run has its reason already.
        if (engine.IsStopping || (item.Kind == WorkKind.Cells && OpenCells(item) == 0))
            return;
        _failures[item.Column.Ordinal]++;
        if (item.Attempt >= item.Column.MaxAttempts)
        {
            long? row = item.Kind == WorkKind.Cells ? RowOf(item.Column, item.Group!, item.Word, item.Cells) : null;
            engine.Fail(row, item.Column, item.Attempt, exception);
            return;
        }

        _retries[item.Column.Ordinal]++;
        ColumnQueue queue = item.Kind == WorkKind.BarrierCall ? item.Column.CallQueue : item.Column.Queue;
        engine.Retries.Schedule(queue, item with { Attempt = item.Attempt + 1 }, item.Column.Options.Retry!.DelayAfter(item.Attempt));
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

    private bool TryNext(out WorkItem item) => _followed.TryPop(out item) || engine.Threads.TryTake(this, out item);

    private void Execute(in WorkItem item)
    {
        switch (item.Kind)
        {
            case WorkKind.Cells:
                ExecuteCells(item);
                break;
            case WorkKind.Batch:
                engine.Calls.ExecuteBatch(item, this);
                break;
            case WorkKind.BarrierCall:
                engine.Calls.ExecuteBarrier(item, this);
                break;
            case WorkKind.Park:
                engine.Calls.Accumulate(item.Group!, this);
                item.Column.Queue.Return(1);
                break;
            default:
                engine.Source!.Execute(item, this);
                item.Column.Queue.Return(1);
                break;
        }
    }

    private void ExecuteCells(in WorkItem item)
    {
        ColumnPlan column = item.Column;
        ActiveRowGroup group = item.Group!;
        ColumnBuffer?[] buffers = group.Buffers;
        ulong cells = OpenCells(item); // rows may have been dropped since the run became ready
        int permits = item.Count;
        if (cells == 0 || engine.IsStopping)
        {
            column.Queue.Return(permits);
            EndInQueue(column, permits);
            return;
        }

        var run = new CellRun(buffers, group.FirstRow + item.Word * 64, item.Word * 64, cells, item.Attempt, group);
        CellRunResult result;
        if (column.IsBarrier)
        {
            result = WriteBarrierCells(column, group, item.Word, run);
        }
        else
        {
            long begun = column.HasSyncCells ? column.Cost.Begin() : 0;
            result = ((CellRunner)column.Runner).Run(run, column.Pending);
            column.Cost.End(begun, BitOperations.PopCount(result.Started));
        }

        // Cells that are pending keep their permits until they end.
        ulong pending = result.Started & ~result.Done & ~result.Failed;
        column.Queue.Return(permits - BitOperations.PopCount(pending));
        Complete(column, group, item.Word, result.Done, item.Attempt);
        if (result.Failed != 0)
            Fail(item with { Cells = result.Failed }, result.Exception!);
        if ((cells & ~result.Started) is var rest and not 0 && !engine.IsStopping)
            Add(column.Queue, item with { Cells = rest });
        if (pending == 0)
            EndInQueue(column, permits);
    }

    private static CellRunResult WriteBarrierCells(ColumnPlan column, ActiveRowGroup group, int word, in CellRun run)
    {
        BarrierValue value = group.BarrierValues[column.Ordinal]!;
        if (column.Runner is AggregateRunner aggregate)
            return aggregate.Select(run, value.State);
        value.Result!.Write(run, value.PositionOf(word), value.Seen[word]);
        return new CellRunResult(run.Cells, run.Cells);
    }

    private void FinishSettled()
    {
        for (int i = 0; i < _settled.Count; i++)
            engine.Calls.Park(_settled[i], this);
        _settled.Clear();
    }
}
