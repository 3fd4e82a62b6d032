using ExecGraph;

namespace Enrichment;

/// <summary>What a run made of the companies.</summary>
/// <param name="Companies">The names that the table began with, by row.</param>
/// <param name="Rows">What it ended with.</param>
/// <param name="Report">What the run did.</param>
/// <param name="Calls">Requests that were made.</param>
/// <param name="LowestLimit">The fewest calls at once that the limiter allowed.</param>
internal sealed record EnrichedTable(IReadOnlyList<string> Companies, IReadOnlyList<EnrichedRow> Rows, RunReport Report, int Calls, int LowestLimit);
