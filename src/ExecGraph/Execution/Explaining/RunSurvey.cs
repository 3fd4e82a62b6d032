using System.Numerics;
using ExecGraph.Definition;
using ExecGraph.Graph;
using ExecGraph.Limits;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Says what a run is doing as a whole: counts, by column and by lane, what <see cref="Explainer"/> says of single cells.</summary>
/// <remarks>Like that one it looks from outside, from any thread and at any time.</remarks>
internal sealed class RunSurvey(Engine engine, ExecutionGraph graph, RunPlan plan, RunOptions options)
{
    private const int MaxCalls = 5;

    internal RunExplanation Explain(TimeSpan elapsed)
    {
        var now = new Moment(options.TimeProvider);
        WindowView view = engine.Window.Look(-1);
        (List<RunningCall> calls, long[] running) = UnderWay(now);
        var groups = new RowGroupLoad(
            view.Stage, plan.StageCount, view.Admitted, options.MaxActiveRowGroups, view.Parked, view.Finished, view.Unread, view.Early, view.GroupCount);
        IEnumerable<ColumnPlan> barriers = view.IsOpening ? plan.BarriersOf(view.Stage) : view.Stage + 1 < plan.StageCount ? plan.BarriersOf(view.Stage + 1) : [];
        return new RunExplanation(
            now.At, elapsed, groups, Columns(view, running), [.. engine.Threads.Lanes.Select(lane => Load(lane, now))], [.. calls.OrderBy(call => call.Since).Take(MaxCalls)])
        {
            Barriers = [.. barriers.Select(barrier => barrier.Name)],
            RowsDelivered = engine.Source.IsNeeded ? engine.Source.RowsRead : null,
            IsHeldBack = view.IsHeldBack && engine.Ending is null,
            HasReader = engine.Window.Output.HasReader,
            Ending = engine.Ending,
        };
    }

    private ColumnLoad[] Columns(in WindowView view, long[] running)
    {
        var open = new long[plan.Columns.Length];
        var ready = new long[plan.Columns.Length];
        foreach (ActiveRowGroup group in engine.Window.ActiveGroups())
        {
            if (group.Bitmaps is { } bitmaps)
                Count(group, bitmaps, open, ready);
        }

        var retries = new long[plan.Columns.Length];
        engine.Retries.Count(retries);
        int stage = view.Stage;
        return
        [
            .. plan.Columns.Where(column => column.Stage == stage).Select(column =>
            {
                // What is under way, or waits for another attempt, was ready before; of a barrier, those are calls and no cells.
                long busy = column.IsBarrier ? 0 : running[column.Ordinal] + retries[column.Ordinal];
                return new ColumnLoad(
                    column.Name, open[column.Ordinal] - ready[column.Ordinal], Math.Max(0, ready[column.Ordinal] - busy), running[column.Ordinal], retries[column.Ordinal]);
            }),
        ];
    }

    private void Count(ActiveRowGroup group, RowGroupBitmaps bitmaps, long[] open, long[] ready)
    {
        foreach (int ordinal in bitmaps.Plan.Columns)
        {
            ColumnPlan column = plan.Columns[ordinal];
            bool isBehindBarrier = column is { IsBarrier: true, IsDatasetBarrier: false } && !plan.Stages[column.Stage].IsGroupBarrierDone(bitmaps, ordinal);
            bool isRead = column.IsInput || (engine.Window.IsOpenEnded && column is { IsStart: true, IsBarrier: false });
            for (int word = 0; word < bitmaps.WordCount; word++)
            {
                ulong cells = ~bitmaps.SettledAtRest(word, ordinal) & bitmaps.Survivors(word);
                open[ordinal] += BitOperations.PopCount(cells);
                if (isRead)
                    cells &= FinishedDrops.RowsOf(word, (int)Math.Clamp(engine.Source.RowsRead - group.FirstRow, 0, group.Rows));
                foreach (int producer in column.IsBarrier ? [] : graph.Topology.Producers(ordinal))
                    cells &= plan.Columns[producer].Stage == column.Stage ? bitmaps.SettledAtRest(word, producer) : ulong.MaxValue;
                ready[ordinal] += isBehindBarrier ? 0 : BitOperations.PopCount(cells);
            }
        }
    }

    private (List<RunningCall> Calls, long[] ByColumn) UnderWay(Moment now)
    {
        var calls = new List<RunningCall>();
        var byColumn = new long[plan.Columns.Length];
        void Add(long? row, ColumnPlan column, int attempt, long since, int count)
        {
            calls.Add(new RunningCall(row, column.Name, attempt, now.Of(since)));
            byColumn[column.Ordinal] += count;
        }

        foreach (CallUnderWay call in engine.Abandoned.Batches.Concat(engine.Threads.All.Select(worker => worker.Call).OfType<CallUnderWay>()))
            Add(call.Row, call.Column, call.Attempt, call.Since, call.Count);
        foreach (ColumnPlan column in plan.Columns)
        {
            foreach (PendingCall call in engine.Abandoned.Pending(column))
                Add(((ActiveRowGroup)call.Tag).FirstRow + call.Offset, column, call.Attempt, call.Since, 1);
        }

        foreach (Worker worker in engine.Threads.All)
        {
            // Of asynchronous cells, those that were begun are pending already.
            if (worker.AtWork.TryLook(out CellsUnderWay cells) && !plan.Columns[cells.Column].Runner.IsAsync)
                Add(cells.Row, plan.Columns[cells.Column], cells.Attempt, cells.Since, cells.Count);
        }

        return (calls, byColumn);
    }

    private LaneLoad Load(Lane lane, Moment now)
    {
        AdmissionStanding standing = lane.Look();
        if (lane.Limiter is not { } limiter)
        {
            return lane.Number == 0
                ? new LaneLoad("Workers", IsLimiter: false, engine.Threads.Computing, options.Workers)
                : new LaneLoad("Calls without a limiter", IsLimiter: false, standing.Taken, standing.Limit);
        }

        return new LaneLoad(limiter.Name, IsLimiter: true, standing.Taken, standing.Limit == AdaptiveLimit.Unlimited ? null : standing.Limit)
        {
            WaitingSince = lane.ListedSince is { } since ? now.Of(since) : null,
            Until = standing.Wait is { } wait ? now.After(wait) : null,
        };
    }
}
