using ExecGraph.Definition;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Calls that cover many rows: batches of streams, barriers, and the folding and merging of aggregates.</summary>
internal sealed class BatchCalls(Engine engine, RunPlan plan, RowGroupWindow window)
{
    internal void ExecuteBatch(in WorkItem item, Worker worker)
    {
        WorkItem call = item;
        ColumnPlan column = item.Column;
        var runs = new List<CellRun>(item.Parts!.Count);
        int taken = 0;
        foreach (WorkItem part in item.Parts)
        {
            taken += part.Count;
            var buffers = part.Group!.Buffers;
            ulong cells = worker.OpenCells(part);
            if (cells == 0)
                continue;
            column.AddBuffers(buffers, part.Group.Rows);
            runs.Add(new CellRun(buffers, part.FirstRow, part.Word * 64, cells, part.Attempt, part.Group));
        }

        void End(IBatchResult? result, Exception? failure, Worker by)
        {
            failure = Account(call, result, failure);
            EndCall(column.Queue);
            if (!column.IsOrdered)
                column.Queue.Ended(taken); // before its cells settle: StreamQueue says why
            int position = 0;
            foreach (CellRun run in runs)
            {
                var group = (ActiveRowGroup)run.Tag;
                if (result is not null)
                {
                    result.Write(run, position, run.Cells);
                    by.Complete(column, group, run.Offset / 64, run.Cells, run.Attempt);
                    by.Follow(group, run.Offset / 64);
                }
                else
                {
                    by.Fail(new WorkItem(WorkKind.Cells, column, group, run.Offset / 64, run.Cells, run.Attempt), failure!);
                }

                position += run.Count;
            }

            column.EndInQueue(column.IsOrdered ? taken : 0);
        }

        if (runs.Count == 0 || engine.IsStopping)
        {
            column.ForgetWeights(call);
            EndCall(column.Queue);
            column.EndInQueue(taken);
            return;
        }

        Begin((BatchRunner)column.Runner, runs, End, worker);
    }

    /// <summary>Calls a barrier's code, or merges an aggregate, over a group or the dataset; without surviving rows nothing is called.</summary>
    internal void ExecuteBarrier(in WorkItem item, Worker worker)
    {
        WorkItem call = item;
        ColumnPlan column = item.Column;
        if (engine.IsStopping)
        {
            EndCall(column.CallQueue);
            return;
        }

        ActiveRowGroup[] groups = item.Group is { } only ? [only] : window.BarrierGroups;
        var runs = new List<CellRun>();
        foreach (ActiveRowGroup group in groups)
        {
            // A group barrier sees the rows that survive now: every column that could still drop one has settled or waits for it.
            if (item.Group is not null)
                group.Survivors = group.CopySurvivors();
            if (column.Runner is BatchRunner || item.Group is not null)
                group.AddRuns(runs, group.Survivors);
        }

        void End(IBatchResult? result, object? state, Exception? failure, Worker by)
        {
            failure = Account(call, result, failure);
            EndCall(column.CallQueue);
            if (failure is not null)
                by.Fail(call, failure);
            else
                Publish(call, groups, result, state, by);
        }

        if (column.Runner is AggregateRunner aggregate)
        {
            object? state = null;
            Exception? failure = null;
            ExecutionContext? context = ExecutionContext.Capture();
            try
            {
                state = item.Group is not null ? aggregate.Accumulate(runs) : Merge(aggregate, column, groups);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            CellIsolation.Restore(context);
            End(null, state, failure, worker);
        }
        else if (runs.Count == 0)
        {
            End(null, null, null, worker);
        }
        else
        {
            Begin((BatchRunner)column.Runner, runs, (result, failure, by) => End(result, null, failure, by), worker);
        }
    }

    /// <summary>The group is settled in its stage: next come the aggregates of the next stage, which need a worker, then parking.</summary>
    internal void Park(ActiveRowGroup group, Worker worker)
    {
        ColumnPlan? aggregate = plan.BarriersOf(group.Stage + 1).FirstOrDefault(column => column.Runner is AggregateRunner);
        if (aggregate is null)
            window.Settle(group, worker);
        else
            aggregate.Queue.Add(new WorkItem(WorkKind.Park, aggregate, group, 0, 0));
    }

    /// <summary>Folds the group's surviving rows, ascending, into a partial state of each aggregate, then parks the group.</summary>
    internal void Accumulate(ActiveRowGroup group, Worker worker)
    {
        var runs = new List<CellRun>();
        group.AddRuns(runs, group.CopySurvivors());
        ExecutionContext? context = ExecutionContext.Capture();
        var partials = new object?[plan.Columns.Length];
        foreach (ColumnPlan column in plan.BarriersOf(group.Stage + 1))
        {
            if (column.Runner is not AggregateRunner aggregate || engine.IsStopping)
                continue;
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    partials[column.Ordinal] = aggregate.Accumulate(runs); // from a new seed: a fold that threw leaves nothing behind
                    break;
                }
                catch (Exception exception)
                {
                    if (attempt < column.MaxAttempts && !engine.IsStopping)
                        continue;
                    engine.Fail(row: null, column, attempt, exception);
                    return;
                }
                finally
                {
                    CellIsolation.Restore(context);
                }
            }
        }

        group.Partials = partials;
        window.Settle(group, worker);
    }

    private static object? Merge(AggregateRunner aggregate, ColumnPlan column, ActiveRowGroup[] groups)
    {
        object? state = groups[0].Partials[column.Ordinal];
        for (int i = 1; i < groups.Length; i++)
            state = aggregate.Merge(state, groups[i].Partials[column.Ordinal]);
        return state;
    }

    private void Publish(in WorkItem item, ActiveRowGroup[] groups, IBatchResult? result, object? state, Worker worker)
    {
        ColumnPlan column = item.Column;
        long position = 0;
        foreach (ActiveRowGroup group in groups)
        {
            group.BarrierValues[column.Ordinal] = new BarrierValue(result, state, (int)position, group.Survivors);
            if (result is not null)
                position += ActiveRowGroup.Count(group.Survivors);
        }

        if (item.Group is null)
        {
            window.BarrierDone(worker);
        }
        else if (worker.TryGetFrontier(column, item.Group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
        {
            var sink = new EngineSink(worker, item.Group, follows: false);
            frontier.CompleteGroupBarrier(bitmaps, column.Ordinal, ref sink);
        }
    }

    /// <summary>Calls the code and goes on with <paramref name="end"/>, now or on whichever thread the call ends.</summary>
    private void Begin(BatchRunner runner, List<CellRun> runs, Action<IBatchResult?, Exception?, Worker> end, Worker worker)
    {
        ExecutionContext? context = ExecutionContext.Capture();
        ValueTask<IBatchResult> call = runner.RunAsync(runs);
        CellIsolation.Restore(context);
        if (call.IsCompleted)
        {
            (IBatchResult? result, Exception? failure) = ResultOf(call);
            end(result, failure, worker);
            return;
        }

        engine.Threads.ActivityBegun();
        var awaiter = call.ConfigureAwait(false).GetAwaiter();
        awaiter.UnsafeOnCompleted(() => engine.Threads.Enter(by =>
        {
            (IBatchResult? result, Exception? failure) = ResultOf(call);
            end(result, failure, by);
        }));
    }

    /// <summary>A call has ended: tells its limiter.</summary>
    /// <returns>What <see cref="Worker.Fail"/> is to be told.</returns>
    private Exception? Account(in WorkItem call, IBatchResult? result, Exception? failure)
    {
        call.Column.ForgetWeights(call);
        if (failure is not null)
            return call.Column.Runner is BatchRunner ? engine.Rejections.Judge(call.Column, failure) : failure;
        if (result is not null)
            call.Column.Succeeded(1); // neither an aggregate nor a call without rows says anything about a service
        return null;
    }

    private static void EndCall(ColumnQueue queue)
    {
        queue.Began(-1);
        queue.Lane.Return(1);
    }

    private static (IBatchResult? Result, Exception? Failure) ResultOf(ValueTask<IBatchResult> call)
    {
        try
        {
            return (call.GetAwaiter().GetResult(), null);
        }
        catch (Exception exception)
        {
            return (null, exception);
        }
    }
}
