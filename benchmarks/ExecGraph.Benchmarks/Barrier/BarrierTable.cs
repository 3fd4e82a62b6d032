namespace ExecGraph.Benchmarks;

/// <summary>
/// The overhead graph with the whole table at its end: an aggregate, the distance of each conclusion from their mean, and a barrier,
/// the running total of the conclusions. By the engine, and by loops over arrays that do the same.
/// </summary>
internal sealed class BarrierTable
{
    internal const int Columns = OverheadGraph.Columns + 2;

    private readonly SyncBodies _bodies;
    private readonly int _rows;
    private readonly ExecutionGraph _graph;
    private readonly Column<int> _distance;
    private readonly Column<long> _total;

    internal BarrierTable(SyncBodies bodies, int rows)
    {
        _bodies = bodies;
        _rows = rows;
        var graph = new GraphBuilder();
        Column<int> topic = graph.Start("topic", bodies.Topic);
        Column<int> summary = graph.From(topic).Cell("summary", bodies.Step);
        Column<int> trivia = graph.From(topic).Cell("trivia", bodies.Step);
        Column<int> analysis = graph.From(summary).Cell("analysis", bodies.Step);
        Column<int> conclusion = graph.From(analysis, trivia).Cell("conclusion", bodies.Join);
        _distance = graph.From(conclusion).Aggregate(
            "distance",
            seed: () => 0L,
            accumulate: (sum, value) => sum + value,
            merge: (a, b) => a + b,
            select: (sum, value) => value - (int)(sum / rows));
        _total = graph.From(conclusion).Barrier("total", RunningTotal);
        _graph = graph.Build(rows);
    }

    /// <summary>By the engine. The receiver gets the distances.</summary>
    internal async Task RunAsync(Receiver receiver)
    {
        long last = 0;
        await using GraphRun run = _graph.Run();
        await foreach (RowGroup group in run.RowGroups.ConfigureAwait(false))
        {
            receiver.Take(group.GetColumn(_distance).Span);
            last = group.GetColumn(_total).Span[^1];
        }

        Verify(last, receiver);
    }

    /// <summary>By loops: whole columns, since the last two need all rows, handed over as they are.</summary>
    internal void Loop(Receiver receiver)
    {
        var topic = new int[_rows];
        var summary = new int[_rows];
        var trivia = new int[_rows];
        var analysis = new int[_rows];
        var conclusion = new int[_rows];
        for (int first = 0; first < _rows; first += ExecutionGraph.DefaultRowGroupSize)
        {
            int end = Math.Min(first + ExecutionGraph.DefaultRowGroupSize, _rows);
            RowGroupLoop.Fill(_bodies, first, topic.AsSpan()[first..end], summary.AsSpan()[first..end], trivia.AsSpan()[first..end], analysis.AsSpan()[first..end], conclusion.AsSpan()[first..end]);
        }

        int[] distance = Distances(conclusion, (int)(Sum(conclusion) / _rows));
        long[] total = RunningTotal(conclusion);
        receiver.Take(distance);
        Verify(total[^1], receiver);
    }

    /// <summary>What the distances add up to.</summary>
    internal long SumOfDistances()
    {
        int mean = (int)(_bodies.SumOfConclusions(_rows) / _rows);
        long sum = 0;
        for (int row = 0; row < _rows; row++)
            sum += _bodies.ConclusionOf(row) - mean; // in 32 bits, as the column is
        return sum;
    }

    // Only where the receiver checks, since it takes as long as the loop itself.
    private void Verify(long total, Receiver receiver)
    {
        if (receiver.IsChecking && total != _bodies.SumOfConclusions(_rows))
            throw new InvalidOperationException($"The running total ends at {total}.");
    }

    private static long[] RunningTotal(IRowBatch<int> conclusions)
    {
        var totals = new long[conclusions.Count];
        long total = 0;
        for (int i = 0; i < totals.Length; i++)
            totals[i] = total += conclusions[i];
        return totals;
    }

    private static long[] RunningTotal(int[] conclusions)
    {
        var totals = new long[conclusions.Length];
        long total = 0;
        for (int i = 0; i < totals.Length; i++)
            totals[i] = total += conclusions[i];
        return totals;
    }

    private static long Sum(int[] values)
    {
        long sum = 0;
        foreach (int value in values)
            sum += value;
        return sum;
    }

    private static int[] Distances(int[] values, int mean)
    {
        var distances = new int[values.Length];
        for (int i = 0; i < distances.Length; i++)
            distances[i] = values[i] - mean;
        return distances;
    }
}
