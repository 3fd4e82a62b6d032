using ExecGraph.Definition;
using ExecGraph.Table;
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

        void End(IBatchResult? result, Exception? failure, Worker by, bool keepsPermit)
        {
            Exception?[]? rejects = null;
            try
            {
                rejects = result is null ? null : engine.Rejections.JudgeRows(column, result, runs.Sum(run => run.Count));
                failure = Account(call, result, failure, isRejected: rejects is not null && Array.Exists(rejects, Rejections.IsRejection));
            }
            finally
            {
                EndCall(column.Queue, keepsPermit);
            }

            if (!column.IsOrdered)
                column.Queue.Ended(taken); // before its cells settle: StreamQueue says why
            int position = 0;
            foreach (CellRun run in runs)
            {
                var group = (ActiveRowGroup)run.Tag;
                if (result is not null)
                {
                    ulong failed = rejects is null ? 0 : FailRows(column, run, position, rejects, by);
                    result.Write(run with { Cells = run.Cells & ~failed }, position, run.Cells);
                    by.Succeeded(column, System.Numerics.BitOperations.PopCount(run.Cells & ~failed));
                    by.Complete(column, group, run.Offset / 64, run.Cells & ~failed, run.Attempt);
                }
                else
                {
                    by.Fail(new WorkItem(WorkKind.Cells, column, group, run.Offset / 64, run.Cells, run.Attempt), failure!);
                }

                by.Follow(group, run.Offset / 64);
                position += run.Count;
            }

            column.EndInQueue(column.IsOrdered ? taken : 0);
        }

        if (runs.Count == 0 || engine.IsStopping)
        {
            column.ForgetWeights(call);
            EndCall(column.Queue); // no call is made
            column.EndInQueue(taken);
            return;
        }

        Begin(item, column.Queue, runs, End, worker);
    }

    /// <summary>Fails those rows of a call that failed by themselves.</summary>
    /// <returns>Their cells.</returns>
    private static ulong FailRows(ColumnPlan column, in CellRun run, int position, Exception?[] judged, Worker worker)
    {
        ulong failed = 0;
        for (ulong rest = run.Cells; rest != 0; rest &= rest - 1, position++)
        {
            if (judged[position] is not { } failure)
                continue;
            ulong cell = rest & (0 - rest);
            failed |= cell;
            worker.Fail(new WorkItem(WorkKind.Cells, column, (ActiveRowGroup)run.Tag, run.Offset / 64, cell, run.Attempt), failure);
        }

        return failed;
    }

    /// <summary>Calls a barrier's code, or merges an aggregate, over a group or the dataset; without surviving rows nothing is called.</summary>
    internal void ExecuteBarrier(in WorkItem item, Worker worker)
    {
        WorkItem call = item;
        ColumnPlan column = item.Column;
        if (item.Group is null && column.Runner is BatchRunner && engine.Store is { } store && !engine.IsStopping)
        {
            if (store.Known.HasBarrier(column))
                engine.Await(store.ReadBarrierAsync(column, window.BarrierGroups), (result, by) => RestoreBarrier(call, result, by), worker, () => EndUnmade(call));
            else
                engine.Await(store.InputsOfAsync(column, window.BarrierGroups), (inputs, by) => ExecuteBarrier(call, inputs, by), worker, () => EndUnmade(call));
        }
        else
        {
            ExecuteBarrier(item, inputs: null, worker);
        }
    }

    /// <summary>The barrier was done before the run was interrupted.</summary>
    private void RestoreBarrier(in WorkItem item, IBatchResult result, Worker worker)
    {
        EndUnmade(item);
        Publish(item, window.BarrierGroups, result, state: null, worker);
    }

    /// <summary>The call is not made after all.</summary>
    private static void EndUnmade(in WorkItem call)
    {
        call.Column.ForgetWeights(call);
        call.Permit?.Begun();
        EndCall(call.Column.CallQueue);
    }

    /// <param name="item">The call.</param>
    /// <param name="inputs">By group: the values that it reads, where they are not in memory anyway.</param>
    /// <param name="worker">Who calls.</param>
    private void ExecuteBarrier(in WorkItem item, ColumnBuffer?[][]? inputs, Worker worker)
    {
        if (engine.IsStopping)
        {
            EndUnmade(item); // it may have been asked to while the inputs were read
            return;
        }

        WorkItem call = item;
        ColumnPlan column = item.Column;
        ActiveRowGroup[] groups = item.Group is { } only ? [only] : window.BarrierGroups;
        var runs = new List<CellRun>();
        for (int i = 0; i < groups.Length; i++)
        {
            // A group barrier sees the rows that survive now: every column that could still drop one has settled or waits for it.
            ActiveRowGroup group = groups[i];
            if (item.Group is not null)
                group.Survivors = group.CopySurvivors();
            if (column.Runner is BatchRunner || item.Group is not null)
                group.AddRuns(runs, group.Seen(column, group.Survivors), inputs?[i] ?? group.Buffers);
        }

        void End(IBatchResult? result, object? state, Exception? failure, Worker by, bool keepsPermit = false)
        {
            try
            {
                failure = Account(call, result, failure, isRejected: false);
            }
            finally
            {
                EndCall(column.CallQueue, keepsPermit);
            }

            if (failure is null && (result is not null || column.Runner is AggregateRunner))
                engine.Budget?.Spend(column, attempts: 1, cells: 0);
            if (failure is not null && call.Group is null && column.Runner is AggregateRunner)
                engine.Fail(row: null, column, call.Attempt, failure); // a merge may have changed the states that it began with
            else if (failure is not null)
                by.Fail(call, failure);
            else if (call.Group is null && result is not null && engine.Store is { } store)
                engine.Await(store.SaveBarrierAsync(column, result), worker => Publish(call, groups, result, state, worker), by);
            else
                Publish(call, groups, result, state, by);
        }

        if (column.Runner is AggregateRunner aggregate)
        {
            object? state = null;
            Exception? failure = null;
            ExecutionContext? context = ExecutionContext.Capture();
            worker.Call = new CallUnderWay(column, item.Group, runs, item.Attempt, engine.Clock.Now);
            try
            {
                state = item.Group is not null ? aggregate.Accumulate(runs) : Merge(aggregate, column, groups);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            worker.Call = null;
            CellIsolation.Restore(context);
            End(null, state, failure, worker);
        }
        else if (runs.Count == 0)
        {
            End(null, null, null, worker);
        }
        else
        {
            Begin(item, column.CallQueue, runs, (result, failure, by, keepsPermit) => End(result, null, failure, by, keepsPermit), worker);
        }

        item.Permit?.Begun(); // also where no call was made
    }

    /// <summary>
    /// The group is settled in its stage: next come what the barriers of the next stage pass over and its aggregates, which need a worker, then
    /// parking.
    /// </summary>
    internal void Park(ActiveRowGroup group, Worker worker)
    {
        ColumnPlan? carrier = plan.BarriersOf(group.Stage + 1).FirstOrDefault(column => column.Runner is AggregateRunner || column.Skips is not null);
        if (carrier is null)
            window.Settle(group, worker);
        else
            carrier.Queue.Add(new WorkItem(WorkKind.Park, carrier, group, 0, 0));
    }

    /// <summary>Folds the group's surviving rows, ascending, into a partial state of each aggregate, then parks the group. A group of which that failed is not parked.</summary>
    internal void Accumulate(ActiveRowGroup group, Worker worker)
    {
        // A run that is kept does this while it is stopping, too: the group is settled, and worth keeping only as a whole.
        if (engine.IsStopping && engine.Store is null)
            return;
        foreach (ColumnPlan column in plan.BarriersOf(group.Stage + 1))
        {
            if (!worker.Decide(column, group))
                return;
        }

        ulong[] survivors = group.CopySurvivors();
        ExecutionContext? context = ExecutionContext.Capture();
        var partials = new object?[plan.Columns.Length];
        foreach (ColumnPlan column in plan.BarriersOf(group.Stage + 1))
        {
            if (column.Runner is not AggregateRunner aggregate)
                continue;
            var runs = new List<CellRun>();
            group.AddRuns(runs, group.Seen(column, survivors));
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
            ulong[] seen = group.Seen(column, group.Survivors);
            group.BarrierValues[column.Ordinal] = new BarrierValue(result, state, (int)position, seen);
            if (group.Partials.Length > 0)
                group.Partials[column.Ordinal] = null;
            if (result is not null)
                position += RowBits.Count(seen);
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

    /// <summary>Calls the code and goes on with <paramref name="end"/>, now or on whichever thread the call ends or is given up on.</summary>
    private void Begin(in WorkItem item, ColumnQueue queue, List<CellRun> runs, BatchEnd end, Worker worker)
    {
        ColumnPlan column = item.Column;
        ExecutionContext? context = ExecutionContext.Capture();
        var begun = new CallUnderWay(column, item.Group, runs, item.Attempt, engine.Clock.Now);
        worker.Call = begun;
        TimedCall? timed = TimedCall.Begin(column.Runner.Binding);
        if (!column.Runner.IsAsync)
            item.Permit?.Begun(); // it is made now, and how long it takes says nothing about when
        ValueTask<IBatchResult> task = ((BatchRunner)column.Runner).RunAsync(runs, timed?.Token ?? engine.CancellationToken);
        CellIsolation.Restore(context);
        item.Permit?.Begun();
        worker.Call = null;
        if (task.IsCompleted)
        {
            timed?.End();
            (IBatchResult? result, Exception? failure) = ResultOf(task, timed);
            end(result, failure, worker, keepsPermit: false);
            return;
        }

        engine.Threads.ActivityBegun();
        var call = new PendingBatch(queue, begun, (exceeded, by) => end(null, exceeded, by, keepsPermit: true));
        engine.Abandoned.Begin(call);
        timed?.WhenOverdue(() => engine.Abandoned.TryAbandon(call, timed.Exceeded()));
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() =>
        {
            timed?.End();
            bool isAwaited = engine.Abandoned.TryEnd(call);
            (IBatchResult? result, Exception? failure) = ResultOf(task, timed);
            if (isAwaited)
                engine.Threads.Enter(by => end(result, failure, by, keepsPermit: false));
            else
                queue.Lane.AbandonedEnded();
        });
    }

    /// <summary>A call has ended: tells its limiter, unless that was told already that rows of it were rejected.</summary>
    /// <returns>What <see cref="Worker.Fail"/> is to be told.</returns>
    private Exception? Account(in WorkItem call, IBatchResult? result, Exception? failure, bool isRejected)
    {
        call.Column.ForgetWeights(call);
        if (failure is not null)
            return call.Column.Runner is BatchRunner ? engine.Rejections.Judge(call.Column, failure) : failure;
        if (result is not null && !isRejected)
            call.Column.Succeeded(1); // neither an aggregate nor a call without rows says anything about a service
        return null;
    }

    private static void EndCall(ColumnQueue queue, bool keepsPermit = false)
    {
        queue.Began(-1);
        if (!keepsPermit)
            queue.Lane.Return(1);
    }

    private static (IBatchResult? Result, Exception? Failure) ResultOf(ValueTask<IBatchResult> call, TimedCall? timed)
    {
        try
        {
            return (call.GetAwaiter().GetResult(), null);
        }
        catch (Exception exception)
        {
            return (null, timed?.Explain(exception) ?? exception);
        }
    }

    /// <summary>What follows a call.</summary>
    /// <param name="result">Its values; null if it failed.</param>
    /// <param name="failure">What it failed with.</param>
    /// <param name="worker">Who goes on.</param>
    /// <param name="keepsPermit">Whether the call is given up on, and keeps its permit.</param>
    private delegate void BatchEnd(IBatchResult? result, Exception? failure, Worker worker, bool keepsPermit);
}
