using System.Globalization;
using ExecGraph;

namespace Quickstart;

/// <summary>What the run took, and what the same work would have taken one call after the other.</summary>
internal static class TimingSummary
{
    public static void Write(TextWriter output, RunReport report, QuickstartOptions options)
    {
        double seconds = report.Elapsed.TotalSeconds;
        output.WriteLine(Invariant($"{report.Rows:N0} rows, {report.Cells:N0} cells in {seconds:F1} s: {report.Cells / seconds:N0} cells a second."));
        output.WriteLine(Invariant(
            $"Reviews one after another: {report.Rows * options.Latency.TotalSeconds:F0} s; {options.Reviewers} at once at best: {report.Rows * options.Latency.TotalSeconds / options.Reviewers:F1} s."));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
