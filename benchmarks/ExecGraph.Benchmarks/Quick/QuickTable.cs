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
        new("tracker", TrackerTargets.MeasureAsync),
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

        long begun = Stopwatch.GetTimestamp();
        PrintLine("row", "target", "measured", "ratio", "");
        PrintLine(new string('-', 9), new string('-', 68), new string('-', 46), new string('-', 8), new string('-', 7));
        foreach (QuickRow row in Rows.Where(row => wanted is null || wanted.Any(key => IsNamed(row, key))))
        {
            string key = row.Key;
            foreach (Finding finding in await row.MeasureAsync())
            {
                PrintLine(key, finding.Target, finding.Measured, finding.RatioText, finding.Verdict);
                key = "";
            }
        }

        Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s. Medians; ns and B for each cell.");
        return 0;
    }

    private static bool IsNamed(QuickRow row, string key) => row.Key.Equals(key, StringComparison.OrdinalIgnoreCase);

    private static void PrintLine(string key, string target, string measured, string ratio, string verdict) =>
        Console.WriteLine($"{key,-9} {target,-68} {measured,-46} {ratio,8} {verdict}".TrimEnd());
}
