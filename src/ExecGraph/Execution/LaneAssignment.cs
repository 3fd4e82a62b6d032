namespace ExecGraph.Execution;

/// <summary>Gives every column its queue and every queue its lane.</summary>
internal static class LaneAssignment
{
    /// <exception cref="InvalidOperationException">A limiter has another clock than the run; the message names it.</exception>
    /// <returns>The workers' lane, and the lanes of calls: without a limiter first, then one for each limiter.</returns>
    internal static (Lane Workers, Lane[] Calls) Assign(Engine engine, RunPlan plan, RunOptions options)
    {
        var workers = new Lane(engine, capacity: null);
        var unlimited = new Lane(engine, options.MaxConcurrentCells);
        var limited = new Dictionary<Limiter, Lane>();
        string[] refused = [.. plan.Columns.Select(column => column.Options.Limiter).OfType<Limiter>().Distinct()
            .Where(limiter => !limiter.TryUse(options.TimeProvider)).Select(limiter => $"'{limiter.Name}'")];
        if (refused.Length > 0)
        {
            throw new InvalidOperationException(
                $"The graph cannot be run with this clock: limiter {string.Join(", ", refused)} has another one, {nameof(Limiter)}.{nameof(Limiter.TimeProvider)} or that of the first run that used it.");
        }

        foreach (ColumnPlan column in plan.Columns)
        {
            column.Queue = QueueOf(column);
            Lane calls = column.Options.Limiter is not { } limiter ? !column.Runner.IsAsync ? workers : unlimited
                : limited.TryGetValue(limiter, out Lane? known) ? known
                : limited[limiter] = new Lane(engine, capacity: null, limiter);
            if (column.IsInput)
                calls = workers; // its items are rows that were read already
            if (column.IsBarrier && calls != workers)
            {
                workers.Add(column.Queue);
                column.CallQueue = new FifoQueue(column);
                calls.Add(column.CallQueue);
            }
            else
            {
                column.CallQueue = column.Queue;
                calls.Add(column.Queue);
            }

            if (column.Weights is null)
                continue;
            column.CallQueue.Estimates = new FifoQueue(column); // of a column without a barrier, that is its queue
            workers.Add(column.CallQueue.Estimates);
        }

        foreach (Lane lane in limited.Values.Append(workers).Append(unlimited))
            lane.Open();
        Lane[] ofCalls = [.. limited.Values.Prepend(unlimited).Where(lane => lane.Queues.Count > 0)];
        for (int i = 0; i < ofCalls.Length; i++)
            ofCalls[i].Number = i + 1; // the workers' own is number 0
        return (workers, ofCalls);
    }

    private static ColumnQueue QueueOf(ColumnPlan column)
    {
        var stream = column.Options as StreamOptions;
        int batch = stream?.MaxBatchSize ?? 64;
        if (column.IsBarrier || column.IsInput)
            return new FifoQueue(column);
        if (column.IsOrdered)
            return new OrderedQueue(column, column.IsStream ? batch : column.HasSyncCells ? 64 : 1);
        return column.IsStream
            ? new StreamQueue(column, batch, stream?.MinBatchSize ?? 1, stream?.SplitFailedBatches ?? false)
            : new FifoQueue(column);
    }
}
