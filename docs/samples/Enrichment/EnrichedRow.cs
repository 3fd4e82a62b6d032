namespace Enrichment;

/// <summary>A row of the finished table.</summary>
/// <param name="Row">From 0; rows that were dropped are missing.</param>
/// <param name="Company">The name that the table began with.</param>
/// <param name="Sector">From the service.</param>
/// <param name="Headcount">From the service.</param>
/// <param name="Size">Computed here.</param>
/// <param name="Summary">From the service; none for a company that is too small.</param>
internal sealed record EnrichedRow(long Row, string Company, string Sector, int Headcount, string Size, string? Summary);
