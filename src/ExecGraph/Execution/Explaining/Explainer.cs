using ExecGraph.Graph;
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
    private readonly BarrierWaits _barriers = new(engine, graph, plan, options);

    /// <exception cref="ArgumentException">The graph has no such column, or no such row.</exception>
    internal CellExplanation Explain(long row, string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (!graph.TryOrdinalOf(column, out int ordinal, out _))
            throw new ArgumentException($"The graph has no column '{column}'.{NameSuggestion.For(column, plan.Columns.SelectMany(known => known.Outputs))}", nameof(column));
        for (int look = 1; ; look++)
        {
            var cell = new SoughtCell(row, plan.Columns[ordinal], column, new Moment(options.TimeProvider));
            ExecutionGraph.CheckRow(row, engine.Window.RowCount);
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
        WindowView view = Look(cell.Row / graph.RowGroupSize);
        if (cell.Row >= view.RowCount)
            return null;
        CellExplanation? explanation = view.Place switch
        {
            GroupPlace.Finished => InFinishedGroup(cell, view),
            GroupPlace.Parked => InParkedGroup(cell, view, out next),
            GroupPlace.Admitted when view.Group!.Bitmaps is { } bitmaps => InAdmittedGroup(cell, view, bitmaps, out next),
            GroupPlace.Admitted => cell.Say(CellStanding.WaitingForRowGroup, $"is in a row group that is just being moved on"),
            _ => AheadOfTheGroups(cell, view, out next),
        };
        if (explanation is not { Standing: > CellStanding.Running } || engine.Ending is not { } ending)
            return explanation;
        next = null;
        return cell.Say(CellStanding.RunEnded, $"will not run: {ending}");
    }

    /// <summary>Looks at a row group when it is somewhere: between two stages it has no bitmaps for an instant.</summary>
    private WindowView Look(long group)
    {
        WindowView view = engine.Window.Look(group);
        for (int looks = 0; looks < 10 && view is { Place: GroupPlace.Admitted, Group.Bitmaps: null }; looks++)
        {
            Thread.Yield();
            view = engine.Window.Look(group);
        }

        return view;
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
        return isItsTurn ? BehindOtherGroups(cell, view) : _barriers.Explain(cell, view, out next);
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
            return cell.Row >= engine.Window.RowCount ? null : Gone(cell, group, word, bit);
        if (isSettled)
            return Settled(cell, group, word, bit);
        return cell.Column.Stage > stage ? _barriers.Explain(cell, view, out next) : Open(cell, group, bitmaps, word, bit, out next);
    }

    private CellExplanation AheadOfTheGroups(in SoughtCell cell, in WindowView view, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        return cell.Column.Stage > 0 ? _barriers.Explain(cell, view, out next) : BehindOtherGroups(cell, view);
    }

    /// <summary>A cell of an admitted group's stage that is not settled.</summary>
    private CellExplanation Open(
        in SoughtCell cell, ActiveRowGroup group, RowGroupBitmaps bitmaps, int word, ulong bit, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        ColumnPlan column = cell.Column;
        if (column is { IsBarrier: true, IsDatasetBarrier: false } && !plan.Stages[column.Stage].IsGroupBarrierDone(bitmaps, column.Ordinal))
            return _barriers.Explain(cell, group, bitmaps, out next);
        bool isRead = column.IsInput || (engine.Window.IsOpenEnded && column is { IsStart: true, IsBarrier: false });
        if (isRead && cell.Row >= engine.Source.RowsRead)
            return BehindSource(cell);
        if (!column.IsBarrier && OpenProducers(column, bitmaps, word, bit) is { Count: > 0 } open)
        {
            next = (cell.Row, open[0]);
            FormattableString sentence = $"waits for {SoughtCell.List(open.Select(producer => producer.Name))}";
            return cell.Say(CellStanding.WaitingForDependency, sentence) with { WaitsFor = [.. open.Select(producer => producer.Name)] };
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
        FormattableString sentence = $"waits for source '{source}', which has delivered {SoughtCell.Count(engine.Source.RowsRead, "row")}";
        return cell.Say(CellStanding.WaitingForSource, sentence) with { WaitsFor = [source] };
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
        string why = RunText.HeldBack(view.Unread, view.Early, engine.Window.Output.HasReader);
        return cell.Say(CellStanding.WaitingForReader, $"waits for row group {group} to be admitted: {why}{before}");
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
