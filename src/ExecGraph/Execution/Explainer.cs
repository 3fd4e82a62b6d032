using System.Numerics;
using ExecGraph.Graph;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// Says why a cell is not running now. It looks from outside: at the window, the bitmaps of the cell's row group, the queues and what is under way, each for
/// itself and under its own lock if it has one, so work goes on meanwhile and nobody pays for it but who asks.
/// </summary>
/// <remarks>
/// Any thread, at any time, also from a cell and after the run. No code of the user's is called, but for the clock. A row group is held no longer
/// than a call takes.
/// </remarks>
internal sealed class Explainer(Engine engine, ExecutionGraph graph, RunPlan plan, RunOptions options)
{
    private const int Looks = 4;

    private readonly GraphTopology _topology = graph.Topology;
    private readonly ReadyWork _ready = new(engine, options);

    /// <exception cref="ArgumentException">The graph has no such column, or no such row.</exception>
    internal CellExplanation Explain(long row, string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (!graph.TryOrdinalOf(column, out int ordinal, out _))
            throw new ArgumentException($"The graph has no column '{column}'.{NameSuggestion.For(column, plan.Columns.SelectMany(known => known.Outputs))}", nameof(column));
        for (int look = 1; ; look++)
        {
            var cell = new SoughtCell(row, plan.Columns[ordinal], column, new Moment(options.TimeProvider));
            ExecutionGraph.CheckRow(row, engine.Window.Look(0).RowCount);
            if (Explain(cell, out (long Row, ColumnPlan Column)? next) is not { } explanation)
                continue; // the end of the table has just become known, and the row lies behind it
            CellExplanation? cause = FollowUp(cell, next);

            // A cell that goes from one place to the next while it is looked for may be found in neither; and what it waited for may be there by now.
            bool isFinal = explanation.Standing != CellStanding.Ready && (next is null || cause is { Standing: > CellStanding.Settled });
            if (isFinal || look == Looks || (look > 1 && next is null))
                return explanation with { Cause = cause is { Standing: > CellStanding.Settled } ? cause : null };
        }
    }

    /// <summary>The end of the chain of cells that wait for each other. It goes back to earlier columns, or to an earlier row, so it does end.</summary>
    private CellExplanation? FollowUp(in SoughtCell cell, (long Row, ColumnPlan Column)? next)
    {
        CellExplanation? cause = null;
        for (int hops = 2 * plan.Columns.Length; next is { } known && hops > 0; hops--)
            cause = Explain(new SoughtCell(known.Row, known.Column, known.Column.Name, cell.Now), out next);
        return cause;
    }

    /// <param name="cell">The cell.</param>
    /// <param name="next">Comes back as a cell that it waits for.</param>
    /// <returns>Null if the row lies beyond the end of the table.</returns>
    private CellExplanation? Explain(in SoughtCell cell, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        WindowView view = engine.Window.Look(cell.Row / graph.RowGroupSize);
        if (cell.Row >= view.RowCount)
            return null;
        CellExplanation? explanation = view.Place switch
        {
            GroupPlace.Finished => InFinishedGroup(cell, view),
            GroupPlace.Parked => InParkedGroup(cell, view, out next),
            GroupPlace.Admitted when view.Group!.Bitmaps is { } bitmaps => InAdmittedGroup(cell, view, bitmaps, out next),
            GroupPlace.Admitted => cell.Say(CellStanding.WaitingForRowGroup, $"is in a row group that is going from one stage to the next at this moment"),
            _ => AheadOfTheGroups(cell, view, out next),
        };
        if (explanation is not { Standing: > CellStanding.Running } || engine.Ending is not { } ending)
            return explanation;
        next = null;
        return cell.Say(CellStanding.RunEnded, $"will not run: {ending}");
    }

    private CellExplanation InFinishedGroup(in SoughtCell cell, in WindowView view)
    {
        if (engine.Failed.Find(cell.Row) is { } failure)
            return Dropped(cell, failure);
        return view.IsWhole && cell.Column.Skips is null
            ? cell.Say(CellStanding.Done, $"is done: its row group is finished")
            : cell.Say(CellStanding.Settled, $"is settled: its row group is finished");
    }

    private CellExplanation InParkedGroup(in SoughtCell cell, in WindowView view, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        ActiveRowGroup? group = view.Group;
        (int word, ulong bit) = Place(cell);
        if (group is not null && word < group.Survivors.Length && (group.Survivors[word] & bit) == 0)
            return Gone(cell, group, word, bit);
        if (cell.Column.Stage <= view.SettledStage)
            return Settled(cell, group, word, bit);
        bool isItsTurn = !view.IsOpening && view.SettledStage < view.Stage && cell.Column.Stage == view.Stage;
        return isItsTurn ? BehindOtherGroups(cell, view) : BehindBarrier(cell, view, out next);
    }

    private CellExplanation? InAdmittedGroup(in SoughtCell cell, in WindowView view, RowGroupBitmaps bitmaps, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        ActiveRowGroup group = view.Group!;
        (int word, ulong bit) = Place(cell);
        if (word >= bitmaps.WordCount)
            return null;
        int stage = Array.FindIndex(plan.Stages, frontier => ReferenceEquals(frontier.Plan, bitmaps.Plan));

        // Settled before dropped: a drop settles the row's cells afterwards.
        bool isSettled = cell.Column.Stage < stage || (cell.Column.Stage == stage && (bitmaps.SettledAtRest(word, cell.Column.Ordinal) & bit) != 0);
        if ((bitmaps.Survivors(word) & bit) == 0)
            return cell.Row >= engine.Window.Look(view.Next).RowCount ? null : Gone(cell, group, word, bit);
        if (isSettled)
            return Settled(cell, group, word, bit);
        return cell.Column.Stage > stage ? BehindBarrier(cell, view, out next) : Open(cell, group, bitmaps, word, bit, out next);
    }

    private CellExplanation AheadOfTheGroups(in SoughtCell cell, in WindowView view, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        return cell.Column.Stage > 0 ? BehindBarrier(cell, view, out next) : BehindOtherGroups(cell, view);
    }

    /// <summary>A cell of an admitted group's stage that is not settled.</summary>
    private CellExplanation Open(
        in SoughtCell cell, ActiveRowGroup group, RowGroupBitmaps bitmaps, int word, ulong bit, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        ColumnPlan column = cell.Column;
        if (column is { IsBarrier: true, IsDatasetBarrier: false } && !plan.Stages[column.Stage].IsGroupBarrierDone(bitmaps, column.Ordinal))
            return BehindGroupBarrier(cell, group, bitmaps, out next);
        bool isRead = column.IsInput || (engine.Window.IsOpenEnded && column is { IsStart: true, IsBarrier: false });
        if (isRead && cell.Row >= engine.Source.RowsRead)
            return BehindSource(cell);
        if (!column.IsBarrier && OpenProducers(column, bitmaps, word, bit) is { Count: > 0 } open)
        {
            next = (cell.Row, open[0]);
            return cell.Say(CellStanding.WaitingForDependency, $"waits for {SoughtCell.List(open.Select(producer => producer.Name))}")
                with { WaitsFor = [.. open.Select(producer => producer.Name)] };
        }

        return _ready.Explain(cell, new SoughtWork(column, group, word, bit), out next);
    }

    private List<ColumnPlan> OpenProducers(ColumnPlan column, RowGroupBitmaps bitmaps, int word, ulong bit)
    {
        var open = new List<ColumnPlan>();
        foreach (int producer in _topology.Producers(column.Ordinal))
        {
            if (plan.Columns[producer].Stage == column.Stage && (bitmaps.SettledAtRest(word, producer) & bit) == 0)
                open.Add(plan.Columns[producer]);
        }

        return open;
    }

    private CellExplanation BehindSource(in SoughtCell cell)
    {
        string source = engine.Source.Reading.Name;
        return cell.Say(CellStanding.WaitingForSource, $"waits for source '{source}', which has delivered {SoughtCell.Count(engine.Source.RowsRead, "row")}")
            with { WaitsFor = [source] };
    }

    private CellExplanation BehindOtherGroups(in SoughtCell cell, in WindowView view)
    {
        long group = cell.Row / graph.RowGroupSize;
        if (!engine.HasBegun)
            return cell.Say(CellStanding.WaitingForRowGroup, $"waits for the run to begin: generators are being initialized");
        if (view.Stage == 0 && engine.Window.IsOpenEnded && group > view.Demanded)
            return BehindSource(cell);
        string before = group > view.Next ? $", and {SoughtCell.Count(group - view.Next, "row group")} come first" : "";
        if (view.Admitted >= options.MaxActiveRowGroups)
        {
            return cell.Say(
                CellStanding.WaitingForRowGroup,
                $"waits for row group {group} to be admitted: {view.Admitted} of {options.MaxActiveRowGroups} ({nameof(RunOptions.MaxActiveRowGroups)}) are being worked on{before}");
        }

        if (!view.IsHeldBack)
            return cell.Say(CellStanding.WaitingForRowGroup, $"waits for row group {group} to be admitted, which is about to happen{before}");
        string why = view.Unread == 0 ? $"{SoughtCell.Count(view.Early, "finished row group")} wait for an earlier one, so that rows come in order"
            : engine.Window.Output.HasReader ? $"{SoughtCell.Count(view.Unread, "finished row group")} wait to be read, or are being read"
            : $"nobody reads the output, in which {SoughtCell.Count(view.Unread, "finished row group")} wait";
        return cell.Say(CellStanding.WaitingForReader, $"waits for row group {group} to be admitted: {why}{before}");
    }

    private CellExplanation BehindGroupBarrier(in SoughtCell cell, ActiveRowGroup group, RowGroupBitmaps bitmaps, out (long Row, ColumnPlan Column)? next)
    {
        ColumnPlan barrier = cell.Column;
        FrontierPlan stage = bitmaps.Plan;
        int countdown = Array.FindIndex(stage.Countdowns, known => known.Kind == FrontierPlan.CountdownKind.GroupBarrier && known.Barrier == barrier.Ordinal);
        long cells = CountOpen(group, bitmaps, stage.Columns.Where(column => stage.CountdownsOf[column].Contains(countdown)), out next);
        return cells == 0
            ? _ready.Explain(cell, new SoughtWork(barrier, group, 0, 0), out next) with { Barrier = barrier.Name }
            : cell.Say(CellStanding.WaitingForBarrier, $"waits for {NodeId.Barrier(barrier.Name, group.Index)}, which is short of {SoughtCell.Count(cells, "cell")}")
                with { Barrier = barrier.Name, CellsShort = cells };
    }

    /// <summary>A cell of a later stage than its row group is in.</summary>
    private CellExplanation BehindBarrier(in SoughtCell cell, in WindowView view, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        ColumnPlan column = cell.Column;
        ActiveRowGroup? group = view.Group;
        ColumnPlan[] barriers = [.. plan.BarriersOf(view.IsOpening ? view.Stage : view.Stage + 1)];
        if (view.IsOpening)
            barriers = Array.FindAll(barriers, known => group?.BarrierValues[known.Ordinal] is null) is { Length: > 0 } open ? open : barriers;
        ColumnPlan barrier = Array.Find(barriers, known => known == column) ?? Array.Find(barriers, known => _topology.IsDescendant(column.Ordinal, known.Ordinal)) ?? barriers[0];
        if (view.IsOpening)
        {
            if (barrier == column)
                return _ready.Explain(cell, new SoughtWork(barrier, null, 0, 0), out next) with { Barrier = barrier.Name };
            next = (cell.Row, barrier);
            return cell.Say(CellStanding.WaitingForBarrier, $"waits for {NodeId.Barrier(barrier.Name)}, which every row group has reached")
                with { Barrier = barrier.Name, RowGroupsShort = 0, CellsShort = 0 };
        }

        long? groups = view.GroupCount - view.Parked;
        long cells = CountOpen(view, out next);
        string what = groups is { } missing
            ? $"{SoughtCell.Count(missing, "row group")} ({SoughtCell.Count(cells, "cell")})"
            : $"{SoughtCell.Count(cells, "cell")} of the row groups that are known, and of the end of its sources";
        return cell.Say(CellStanding.WaitingForBarrier, $"waits for {NodeId.Barrier(barrier.Name)}, which is short of {what}")
            with { Barrier = barrier.Name, RowGroupsShort = groups, CellsShort = cells };
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
            return count + engine.Window.WaitingGroups().Sum(group => columns.Length * ActiveRowGroup.Count(group.Survivors));
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

    private CellExplanation Gone(in SoughtCell cell, ActiveRowGroup group, int word, ulong bit) =>
        engine.Failed.Find(cell.Row) is { } failure ? Dropped(cell, failure)
        : (group.GivenUp(word) & bit) != 0 ? cell.Say(CellStanding.Dropped, $"is in a row that was dropped after a failure")
        : cell.Say(CellStanding.Filtered, $"is in a row that a filter removed");

    private static CellExplanation Dropped(in SoughtCell cell, CellFailure failure) => cell.Say(
        CellStanding.Dropped, $"is in a row that was dropped: column '{failure.Column}' failed ({failure.Exception.GetType().Name}, {SoughtCell.Count(failure.Attempts, "attempt")})");

    private static CellExplanation Settled(in SoughtCell cell, ActiveRowGroup? group, int word, ulong bit) =>
        group is not null && cell.Column.Skips is not null && (group.SkippedCells(cell.Column.Ordinal, word) & bit) != 0
            ? cell.Say(CellStanding.Skipped, $"was skipped")
            : cell.Say(CellStanding.Done, $"is done");

    private (int Word, ulong Bit) Place(in SoughtCell cell)
    {
        int offset = (int)(cell.Row % graph.RowGroupSize);
        return (offset >> 6, 1UL << offset);
    }
}
