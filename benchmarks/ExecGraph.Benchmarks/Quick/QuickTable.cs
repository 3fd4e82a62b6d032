using System.Diagnostics;

namespace ExecGraph.Benchmarks;

/// <summary>The short mode: every target beside what is measured, in one table.</summary>
internal static class QuickTable
{
    private static readonly QuickRow[] Rows =
    [
        new("S", OverheadTargets.SynchronousAsync),
        new("V", OverheadTargets.CompletedAsync),
        new("Q", OverheadTargets.QueuedAsync),
        new("Y", OverheadTargets.YieldingAsync),
        new("barrier", BarrierTargets.MeasureAsync),
        new("ancestor", AncestorTargets.MeasureAsync),
        new("tracker", TrackerTargets.MeasureAsync),
        new("pick", PickTargets.MeasureAsync),
        new("setup", MemoryTargets.SetUpAsync),
        new("stream", MemoryTargets.StreamAsync),
        new("durable", DurableTargets.MeasureAsync),
        new("parked", MemoryTargets.ParkAsync),
        new("schedule", ScheduleTargets.MakespanAsync),
        new("ten", ScheduleTargets.TenRowsAsync),
        new("early", ScheduleTargets.EarlyRowsAsync),
        new("heavy", ScheduleTargets.HeavyRootAsync),
    ];

    /// <param name="keys">Rows to measure, separated by commas; null for all.</param>
    internal static async Task<int> PrintAsync(string? keys)
    {
        string[]? wanted = keys?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted?.FirstOrDefault(key => !Rows.Any(row => IsNamed(row, key))) is { } unknown)
        {
            Console.Error.WriteLine($"There is no row '{unknown}'. There are: {string.Join(", ", Rows.Select(row => row.Key))}.");
            return 2;
        }

        int failed = 0;
        long begun = Stopwatch.GetTimestamp();
        PrintLine("row", "target", "measured", "ratio", "middle half", "");
        PrintLine(new string('-', 9), new string('-', 68), new string('-', 46), new string('-', 7), new string('-', 11), new string('-', 7));
        foreach (QuickRow row in Rows.Where(row => wanted is null || wanted.Any(key => IsNamed(row, key))))
        {
            string key = row.Key;
            foreach (Finding finding in await MeasureAsync(row))
            {
                PrintLine(key, finding.Target, finding.Measured, finding.Ratio?.ToString() ?? "", finding.Ratio?.Middle ?? "", finding.Verdict);
                key = "";
            }
        }

        Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s. Medians; ns and B for each cell.");
        return failed == 0 ? 0 : 1;

        // A row that breaks is not to take the others with it.
        async Task<IReadOnlyList<Finding>> MeasureAsync(QuickRow row)
        {
            try
            {
                return await row.MeasureAsync();
            }
            catch (Exception exception)
            {
                failed++;
                Console.Error.WriteLine(exception);
                return [new Finding($"{row.Key} could not be measured", exception.GetType().Name, Ratio: null, IsMet: false)];
            }
        }
    }

    private static bool IsNamed(QuickRow row, string key) => row.Key.Equals(key, StringComparison.OrdinalIgnoreCase);

    private static void PrintLine(string key, string target, string measured, string ratio, string middle, string verdict) =>
        Console.WriteLine($"{key,-9} {target,-68} {measured,-46} {ratio,7} {middle,11} {verdict}".TrimEnd());
}
