using System.Globalization;
using ExecGraph;

namespace Quickstart;

/// <summary>What the run took, and what the same work would have taken one call after the other.</summary>
internal static class TimingSummary
{
    public static void Write(TextWriter output, RunReport report, QuickstartOptions options)
    {
        double seconds = report.Elapsed.TotalSeconds;
        output.WriteLine(Invariant($"{report.Cells:N0} cells in {seconds:F1} s: {report.Cells / seconds:N0} a second."));
        if (report.RestoredRows > 0)
            output.WriteLine(Invariant($"{report.RestoredRows:N0} rows had been finished before, and were read again."));
        double waiting = (report.Rows - report.RestoredRows) * options.Latency.TotalSeconds;
        if (waiting > 0)
            output.WriteLine(Invariant($"The reviewer alone: {waiting:F1} s one after another, {waiting / options.Reviewers:F1} s with {options.Reviewers} at once."));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
