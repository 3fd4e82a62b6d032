using System.Globalization;
using ExecGraph.Execution;

namespace ExecGraph;

/// <summary>
/// A run came to its end and no row had survived, because cells failed: there is nothing that could be taken for a result.
/// <see cref="Exception.InnerException"/> is what the first dropped row's cell threw.
/// </summary>
public sealed class NoRowsLeftException : Exception
{
    internal NoRowsLeftException(RunReport report)
        : base(Describe(report.DroppedRows, report.Dropped), report.Dropped.Count > 0 ? report.Dropped[0].Exception : null) => Report = report;

    /// <summary>What the run did.</summary>
    public RunReport Report { get; }

    /// <summary>The number of dropped rows.</summary>
    public long DroppedRows => Report.DroppedRows;

    /// <summary>The first of them, up to <see cref="RunOptions.MaxReportedDrops"/>.</summary>
    public IReadOnlyList<CellFailure> Dropped => Report.Dropped;

    private static string Describe(long droppedRows, IReadOnlyList<CellFailure> dropped)
    {
        string first = dropped.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $" First was row {dropped[0].Row}, column '{dropped[0].Column}', after {dropped[0].Attempts} {(dropped[0].Attempts == 1 ? "attempt" : "attempts")}: {ExceptionText.MessageOf(dropped[0].Exception)}");
        return string.Create(
            CultureInfo.InvariantCulture, $"No row is left: {droppedRows} {(droppedRows == 1 ? "was" : "were")} dropped because cells failed.{first}");
    }
}
