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

        // The fixed cost of a run is in the smallest size, and new memory is dearer in the largest one, for the loop as well.
        double engine = growth[^1].Engine / growth[1].Engine;
        double loop = growth[^1].Loop / growth[1].Loop;
        findings.Add(Finding.AtMost("the same, linear: a cell at 10M rows <= 1.5 x a cell at 100k", $"the loop itself: {loop:F2}", engine, Math.Max(1.5, 1.1 * loop)));
        return findings;
    }
}
