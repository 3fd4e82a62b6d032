using System.Numerics;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Says how short a barrier is of running, or where its call is.</summary>
internal sealed class BarrierWaits(Engine engine, ExecutionGraph graph, RunPlan plan, RunOptions options)
{
    private readonly ReadyWork _ready = new(engine, options);

    /// <summary>A cell of a barrier that spans its row group and has not run.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="group">Its row group, admitted to the barrier's stage.</param>
    /// <param name="bitmaps">The group's bitmaps.</param>
    /// <param name="next">Comes back as a cell that is waited for.</param>
    internal CellExplanation Explain(in SoughtCell cell, ActiveRowGroup group, RowGroupBitmaps bitmaps, out (long Row, ColumnPlan Column)? next)
    {
        ColumnPlan barrier = cell.Column;
        FrontierPlan stage = bitmaps.Plan;
        int countdown = Array.FindIndex(stage.Countdowns, known => known.Kind == FrontierPlan.CountdownKind.GroupBarrier && known.Barrier == barrier.Ordinal);
        long cells = CountOpen(group, bitmaps, stage.Columns.Where(column => stage.CountdownsOf[column].Contains(countdown)), out next);
        if (cells == 0)
            return _ready.Explain(cell, new SoughtWork(barrier, group, 0, 0), out next) with { Barrier = barrier.Name };
        FormattableString sentence = $"waits for {NodeId.Barrier(barrier.Name, group.Index)}, which is short of {SoughtCell.Count(cells, "cell")}";
        return cell.Say(CellStanding.WaitingForBarrier, sentence) with { Barrier = barrier.Name, CellsShort = cells };
    }

    /// <summary>A cell of a later stage than its row group is in.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="view">The window.</param>
    /// <param name="next">Comes back as a cell that is waited for.</param>
    internal CellExplanation Explain(in SoughtCell cell, in WindowView view, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        ColumnPlan column = cell.Column;
        ActiveRowGroup? group = view.Group;
        ColumnPlan[] barriers = [.. plan.BarriersOf(view.IsOpening ? view.Stage : view.Stage + 1)];
        if (view.IsOpening)
            barriers = Array.FindAll(barriers, known => group?.BarrierValues[known.Ordinal] is null) is { Length: > 0 } open ? open : barriers;
        ColumnPlan barrier = Array.Find(barriers, known => known == column) ?? Array.Find(barriers, known => graph.Topology.IsDescendant(column.Ordinal, known.Ordinal)) ?? barriers[0];
        if (view.IsOpening)
        {
            if (barrier == column)
                return _ready.Explain(cell, new SoughtWork(barrier, null, 0, 0), out next) with { Barrier = barrier.Name };
            next = (cell.Row, barrier);
            return cell.Say(CellStanding.WaitingForBarrier, $"waits for {NodeId.Barrier(barrier.Name)}, which every row group has reached") with { Barrier = barrier.Name, RowGroupsShort = 0, CellsShort = 0 };
        }

        long? groups = view.GroupCount - view.Parked;
        long cells = CountOpen(view, out next);
        string what = groups is { } missing
            ? $"{SoughtCell.Count(missing, "row group")} ({SoughtCell.Count(cells, "cell")})"
            : $"{SoughtCell.Count(cells, "cell")} of the row groups that are known, and of the end of its sources";
        FormattableString sentence = $"waits for {NodeId.Barrier(barrier.Name)}, which is short of {what}";
        return cell.Say(CellStanding.WaitingForBarrier, sentence) with { Barrier = barrier.Name, RowGroupsShort = groups, CellsShort = cells };
    }

    /// <summary>The open cells of the present stage: of admitted groups those that are open, of the others all.</summary>
    private long CountOpen(in WindowView view, out (long Row, ColumnPlan Column)? first)
    {
        first = null;
        long count = 0;
        int[] columns = plan.Stages[view.Stage].Plan.Columns;
        foreach (ActiveRowGroup group in engine.Window.ActiveGroups())
        {
            if (group.Bitmaps is not { } bitmaps)
                continue;
            count += CountOpen(group, bitmaps, columns, out (long, ColumnPlan)? firstOfGroup);
            first ??= firstOfGroup;
        }

        if (view.Stage > 0)
            return count + engine.Window.WaitingGroups().Sum(group => columns.Length * RowBits.Count(group.Survivors));
        long begun = view.Next * graph.RowGroupSize;
        if (begun >= view.RowCount || columns.Length == 0)
            return count;
        first ??= (begun, plan.Columns[columns[0]]);
        return view.RowCount is { } rows ? count + columns.Length * (rows - begun) : count;
    }

    private long CountOpen(ActiveRowGroup group, RowGroupBitmaps bitmaps, IEnumerable<int> columns, out (long Row, ColumnPlan Column)? first)
    {
        first = null;
        long count = 0;
        foreach (int column in columns)
        {
            for (int word = 0; bitmaps.Plan.Slots[column] >= 0 && word < bitmaps.WordCount; word++)
            {
                ulong open = ~bitmaps.SettledAtRest(word, column) & bitmaps.Survivors(word);
                count += BitOperations.PopCount(open);
                if (open != 0)
                    first ??= (group.FirstRow + word * 64L + BitOperations.TrailingZeroCount(open), plan.Columns[column]);
            }
        }

        return count;
    }
}
