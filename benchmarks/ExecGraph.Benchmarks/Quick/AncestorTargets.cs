namespace ExecGraph.Benchmarks;

/// <summary>
/// The engine beside two Python engines, limits and retries on. Their figures were measured once on a comparable machine with two
/// processors and are constants here; of each range the lower end counts, which is the harder one to beat so many times.
/// </summary>
internal static class AncestorTargets
{
    /// <summary>The design's ancestor, graph and tracker alone: 4,000 to 5,200 ns a cell.</summary>
    internal const double AncestorNanoseconds = 4_000;

    /// <summary>The scheduler of the best known engine of today, with generators that do nothing: 85,000 to 109,000 ns a cell.</summary>
    private const double SchedulerNanoseconds = 85_000;

    private const int InFlight = 64;
    private const int Rows = 100_000;

    internal static async Task<IReadOnlyList<Finding>> MeasureAsync()
    {
        OverheadGraph oneByOne = OverheadGraph.Of(SyncBodies.Instance, Rows, Limited(permits: 1));
        OverheadGraph many = OverheadGraph.Of(SyncBodies.Instance, Rows, Limited(InFlight));
        OverheadGraph yielding = OverheadGraph.Of(AsyncBodies.Yielding, Rows, Limited(InFlight));
        Rounds rounds = await Rounds.MeasureAsync(
            new Effort(WarmUp: 3, Rounds: 7, Seconds: 6),
            Rows * OverheadGraph.Columns,
            new Check(Rows, SyncBodies.Instance.SumOfConclusions(Rows)),
            new Variant("S, one permit", receiver => oneByOne.RunAsync(new RunOptions { Workers = 1 }, receiver)),
            new Variant("S, 64 permits", receiver => many.RunAsync(new RunOptions(), receiver)),
            new Variant("Y, 64 permits", receiver => yielding.RunAsync(new RunOptions(), receiver)));
        return
        [
            Finding.AtLeast(
                "ancestor in Python (4,000 ns), S, one cell at a time: >= 300 x",
                $"{rounds.Nanoseconds(0):F1} ns; with 64 permits {rounds.Nanoseconds(1):F1} ns",
                rounds.Ratio(AncestorNanoseconds, to: 0),
                300),
            Finding.AtLeast(
                "today's scheduler in Python (85,000 ns), Y: >= 500 x",
                $"{rounds.Nanoseconds(2):F0} ns",
                rounds.Ratio(SchedulerNanoseconds, to: 2),
                500),
        ];
    }

    private static CellOptions Limited(int permits) =>
        new() { Limiter = new Limiter("calls") { MaxConcurrency = permits }, Retry = new RetryOptions() };
}
