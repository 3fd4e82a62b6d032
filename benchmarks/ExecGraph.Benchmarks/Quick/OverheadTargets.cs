namespace ExecGraph.Benchmarks;

/// <summary>What a cell costs, by the way in which it ends.</summary>
internal static class OverheadTargets
{
    private const int InFlight = 64;

    private static readonly int Rows = Scale.OverheadRows;
    private static readonly long Cells = (long)Rows * OverheadGraph.Columns;
    private static readonly double ValueBytes = (double)OverheadGraph.BytesOfValues(Rows) / Cells;
    private static readonly SyncBodies Sync = SyncBodies.Instance;

    internal static async Task<IReadOnlyList<Finding>> SynchronousAsync()
    {
        var table = new ValueTable(Rows);
        OverheadGraph graph = OverheadGraph.Of(Sync, Rows);
        Rounds rounds = await MeasureAsync(
            new Effort(WarmUp: 20, Rounds: 21, Seconds: 16),
            Variant.Of("loop per row group", receiver => RowGroupLoop.Run(Sync, Rows, receiver)),
            new Variant("engine, one worker", receiver => graph.RunAsync(new RunOptions { Workers = 1 }, receiver)),
            new Variant("engine, two workers", receiver => graph.RunAsync(new RunOptions { Workers = 2 }, receiver)),
            new Variant("Dataflow", receiver => new DataflowBlocks(Sync, table).RunAsync(receiver)),
            Variant.Of("loop, two threads", receiver => RowGroupLoop.RunParallel(Sync, Rows, workers: 2, receiver)));
        return
        [
            Finding.AtMost("S, one worker <= 1.5 x the loop per row group", Times(rounds, 1, "loop", 0), rounds.Ratio(1, to: 0), 1.5),
            Finding.AtLeast("S, two workers >= 1.7 x faster than one", Times(rounds, 2, "one", 1), rounds.Ratio(1, to: 2), 1.7),
            Finding.AtLeast("S, two workers >= 40 x faster than Dataflow", Times(rounds, 2, "Dataflow", 3), rounds.Ratio(3, to: 2), 40),
            Finding.ToKnow("the loop itself, on two threads: x faster than on one", Times(rounds, 4, "one", 0), rounds.Ratio(0, to: 4)),
            Finding.ToKnow("S, bytes beyond the values", $"{rounds.Bytes(1) - ValueBytes:F2} B"),
        ];
    }

    internal static async Task<IReadOnlyList<Finding>> CompletedAsync()
    {
        AsyncBodies bodies = AsyncBodies.Completed;
        var table = new ValueTable(Rows);
        OverheadGraph graph = OverheadGraph.Of(bodies, Rows);
        Rounds rounds = await MeasureAsync(
            new Effort(WarmUp: 5, Rounds: 15, Seconds: 5),
            new Variant("ForEachAsync, whole row", receiver => WholeRowForEach.RunAsync(bodies, table, Environment.ProcessorCount, receiver)),
            new Variant("engine", receiver => graph.RunAsync(new RunOptions { MaxConcurrentCells = InFlight }, receiver)));
        double bytes = rounds.Bytes(1) - ValueBytes;
        return
        [
            Finding.AtMost("V <= 0.2 x ForEachAsync, whole row", Times(rounds, 1, "ForEachAsync", 0), rounds.Ratio(1, to: 0), 0.2),
            Finding.Absolute("V < 1 B beyond the values", $"{bytes:F2} B", bytes < 1),
        ];
    }

    internal static async Task<IReadOnlyList<Finding>> QueuedAsync()
    {
        var loop = new CompletionLoop();
        AsyncBodies bodies = AsyncBodies.CompletedBy(loop);
        var table = new ValueTable(Rows);
        var limited = new CellOptions { Limiter = new Limiter("calls") { MaxConcurrency = InFlight }, Retry = new RetryOptions() };
        var options = new RunOptions { Workers = 1, MaxConcurrentCells = InFlight };
        OverheadGraph plain = OverheadGraph.Of(bodies, Rows);
        OverheadGraph careful = OverheadGraph.Of(bodies, Rows, limited);
        Rounds rounds = await MeasureAsync(
            new Effort(WarmUp: 3, Rounds: 11, Seconds: 10),
            Variant.Of("row loops", receiver => RowLoops.Run(loop, bodies, table, InFlight, receiver)),
            Variant.Of("engine", receiver => plain.Run(loop, options, receiver)),
            Variant.Of("engine, limiter and retry", receiver => careful.Run(loop, options, receiver)));
        double bytes = rounds.Bytes(1) - ValueBytes;
        double carefulBytes = rounds.Bytes(2) - ValueBytes;
        return
        [
            Finding.AtMost("Q, 64 in flight <= 1.3 x row loops by hand", Times(rounds, 1, "loops", 0), rounds.Ratio(1, to: 0), 1.3),
            Finding.AtMost("Q, limiter and retry on every column <= 3 x row loops", Times(rounds, 2, "loops", 0), rounds.Ratio(2, to: 0), 3),
            Finding.Absolute("Q < 1 B beyond the values", $"{bytes:F2} B", bytes < 1),
            Finding.Absolute("Q, limiter and retry, < 1 B beyond the values", $"{carefulBytes:F2} B", carefulBytes < 1),
        ];
    }

    internal static async Task<IReadOnlyList<Finding>> YieldingAsync()
    {
        AsyncBodies bodies = AsyncBodies.Yielding;
        var table = new ValueTable(Rows);
        OverheadGraph graph = OverheadGraph.Of(bodies, Rows);
        Rounds rounds = await MeasureAsync(
            new Effort(WarmUp: 2, Rounds: 7, Seconds: 15),
            new Variant("ForEachAsync, whole row", receiver => WholeRowForEach.RunAsync(bodies, table, InFlight, receiver)),
            new Variant("engine", receiver => graph.RunAsync(new RunOptions { MaxConcurrentCells = InFlight }, receiver)),
            new Variant("Dataflow", receiver => new DataflowBlocks(bodies, table, InFlight).RunAsync(receiver)),
            new Variant("plain loop", receiver => PlainAwait.RunAsync(bodies, table, receiver)));
        double bytes = rounds.Bytes(1) - ValueBytes;
        return
        [
            Finding.AtMost("Y, 64 in flight <= 1.0 x ForEachAsync, whole row", Times(rounds, 1, "ForEachAsync", 0), rounds.Ratio(1, to: 0), 1.0),
            Finding.AtMost("Y <= 0.25 x Dataflow", Times(rounds, 1, "Dataflow", 2), rounds.Ratio(1, to: 2), 0.25),
            Finding.AtMost("Y, bytes <= the method's own in a plain loop", $"{bytes:F1} B, plain loop {rounds.Bytes(3):F1} B", bytes / rounds.Bytes(3), 1.005),
        ];
    }

    private static Task<Rounds> MeasureAsync(Effort effort, params Variant[] variants) =>
        Rounds.MeasureAsync(effort, Cells, new Check(Rows, Sync.SumOfConclusions(Rows)), variants);

    private static string Times(Rounds rounds, int engine, string peer, int other) =>
        $"{rounds.Nanoseconds(engine):F2} ns, {peer} {rounds.Nanoseconds(other):F2} ns";
}
