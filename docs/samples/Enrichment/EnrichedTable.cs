using ExecGraph;

namespace Enrichment;

/// <summary>What a run made of the companies.</summary>
/// <param name="Companies">The names that the table began with, by row.</param>
/// <param name="Rows">What it ended with.</param>
/// <param name="Report">What the run did.</param>
/// <param name="LowestLimit">The fewest calls at once that the limiter allowed.</param>
internal sealed record EnrichedTable(IReadOnlyList<string> Companies, IReadOnlyList<EnrichedRow> Rows, RunReport Report, int LowestLimit)
{
    /// <summary>Calls of the service: those that gave a cell its value, those that failed, and those that came too often.</summary>
    public long Calls => Report.Columns.Where(column => column.Name is "sector" or "summary").Sum(column => column.Cells + column.Failures + column.RateLimited);
}
