namespace ExecGraph.Benchmarks;

/// <summary>What columns cost that need the whole table.</summary>
internal static class BarrierTargets
{
    private static readonly (int Rows, Effort Effort)[] Sizes =
    [
        (10_000, new Effort(WarmUp: 40, Rounds: 41, Seconds: 3)),
        (100_000, new Effort(WarmUp: 5, Rounds: 21, Seconds: 3)),
        (1_000_000, new Effort(WarmUp: 2, Rounds: 9, Seconds: 4)),
        (10_000_000, new Effort(WarmUp: 1, Rounds: 5, Seconds: 10)),
    ];

    internal static async Task<IReadOnlyList<Finding>> MeasureAsync()
    {
        SyncBodies bodies = SyncBodies.Instance;
        var findings = new List<Finding>();
        var growth = new List<(double Engine, double Loop)>();
        foreach ((int rows, Effort effort) in Sizes)
        {
            var table = new BarrierTable(bodies, rows);
            Rounds rounds = await Rounds.MeasureAsync(
                effort,
                (long)rows * BarrierTable.Columns,
                new Check(rows, table.SumOfDistances()),
                Variant.Of("loop", table.Loop),
                new Variant("engine", table.RunAsync));
            growth.Add((rounds.Nanoseconds(1), rounds.Nanoseconds(0)));
            findings.Add(Finding.AtMost(
                $"S, Aggregate and Barrier at the end, {rows:N0} rows <= 2 x the loop",
                $"{rounds.Nanoseconds(1):F2} ns, loop {rounds.Nanoseconds(0):F2} ns",
                rounds.Ratio(1, to: 0),
                2));
        }

        // What grew with the square of the rows would be ten times as dear here; the smaller sizes also differ by what fits into the caches.
        string series = string.Join(", ", growth.Select(size => $"{size.Engine:F1}"));
        findings.Add(Finding.AtMost(
            "the same, linear: a cell at 10M rows <= 1.5 x a cell at 1M",
            $"10k to 10M: {series} ns; the loop {growth[^1].Loop / growth[^2].Loop:F2} x",
            growth[^1].Engine / growth[^2].Engine,
            1.5));
        return findings;
    }
}
