using System.Globalization;
using System.Numerics;
using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>Asks what calls weigh before they wait for their limiter: on a worker, since the answers are user code, and for each attempt anew.</summary>
internal sealed class WeightEstimates(Engine engine, RowGroupWindow window)
{
    internal void Estimate(in WorkItem item, Worker worker)
    {
        ColumnPlan column = item.Column;
        WorkItem weighed = item with { Kind = column.IsBarrier ? WorkKind.BarrierCall : WorkKind.Cells };
        ExecutionContext? context = ExecutionContext.Capture();
        if (column.IsBarrier)
            EstimateBarrier(weighed, worker);
        else
            EstimateCells(weighed, worker);
        CellIsolation.Restore(context);
        if (!column.IsBarrier)
            worker.Follow(item.Group!, item.Word); // a cell whose estimate failed may have been given a value
    }

    private static void EstimateCells(in WorkItem item, Worker worker)
    {
        ColumnPlan column = item.Column;
        ColumnBuffer?[] buffers = item.Group!.Buffers;
        ulong weighed = 0;
        for (ulong rest = worker.OpenCells(item); rest != 0; rest &= rest - 1)
        {
            int bit = BitOperations.TrailingZeroCount(rest);
            long row = item.FirstRow + bit;
            try
            {
                long weight = column.Weights!.Ask(buffers, column.Runner.Binding, item.Word * 64 + bit);
                Check(column, string.Create(CultureInfo.InvariantCulture, $"Row {row}"), weight);
                column.Weights.Expect(row, item.Attempt, weight);
                weighed |= 1UL << bit;
            }
            catch (Exception exception)
            {
                worker.Fail(item with { Cells = 1UL << bit }, exception);
            }
        }

        if (weighed != 0)
            column.Queue.AddWeighed(item with { Cells = weighed });
    }

    /// <summary>A barrier's call weighs what the rows that it sees do together.</summary>
    private void EstimateBarrier(in WorkItem item, Worker worker)
    {
        ColumnPlan column = item.Column;
        try
        {
            long sum = 0;
            ActiveRowGroup[] groups = item.Group is { } only ? [only] : window.BarrierGroups;
            ColumnBuffer?[][]? inputs = null;
            if (item.Group is null && engine.Store is { } store)
            {
                if (store.Known.HasBarrier(column))
                    groups = []; // no call will be made
                try
                {
                    inputs = store.InputsOfAsync(column, groups).AsTask().GetAwaiter().GetResult(); // a store that does not answer at once keeps this worker: such barriers are rare
                }
                catch (Exception exception)
                {
                    engine.Lose(exception);
                    return;
                }
            }

            for (int i = 0; i < groups.Length; i++)
            {
                ActiveRowGroup group = groups[i];
                ColumnBuffer?[] buffers = inputs?[i] ?? group.Buffers;
                ulong[] seen = group.Seen(column, item.Group is null ? group.Survivors : group.CopySurvivors());
                for (int word = 0; word < seen.Length; word++)
                {
                    for (ulong rest = seen[word]; rest != 0; rest &= rest - 1)
                        sum = checked(sum + column.Weights!.Ask(buffers, column.Runner.Binding, word * 64 + BitOperations.TrailingZeroCount(rest)));
                }
            }

            Check(column, "The rows of one call", sum);
            column.Weights!.Expect(item.Calls().Single(), item.Attempt, sum);
        }
        catch (Exception exception)
        {
            worker.Fail(item, exception);
            return;
        }

        column.CallQueue.AddWeighed(item);
    }

    private static void Check(ColumnPlan column, string what, long weight)
    {
        Limiter limiter = column.Options.Limiter!;
        if (limiter.Weight is { } limit && weight > limit.Permits)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{what} of column '{column.Name}' was estimated at a weight of {weight}, but limiter '{limiter.Name}' grants {limit.Permits} in {limit.Window}: the call could never be made."));
        }
    }
}
