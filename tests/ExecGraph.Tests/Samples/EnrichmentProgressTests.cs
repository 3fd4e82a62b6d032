using Enrichment;

namespace ExecGraph.Tests.Samples;

public sealed class EnrichmentProgressTests
{
    private static readonly RunProgress Halfway = new(
        RowsCompleted: 1_490, RowCount: 3_000, DroppedRows: 10, FilteredRows: 0, CellsCompleted: 9_000, CellCount: 15_000, ActiveRowGroups: 2, CellsInFlight: 4,
        Elapsed: TimeSpan.FromSeconds(2.5));

    [Fact]
    public void The_share_is_of_the_rows_dropped_ones_included() =>
        ProgressLine.Describe(Halfway, limit: 6, rateLimited: 12).Split(' ', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            "50", "%", "1,490", "rows", "10", "dropped", "4", "of", "6", "at", "once", "12", "rate-limited", "2.5", "s");

    [Fact]
    public void The_line_fits_a_terminal_and_is_as_long_from_first_to_last()
    {
        string first = ProgressLine.Describe(Halfway with { RowsCompleted = 0, DroppedRows = 0, CellsInFlight = 0, Elapsed = TimeSpan.Zero }, limit: 8, rateLimited: 0);
        string last = ProgressLine.Describe(Halfway with { RowsCompleted = 2_990, Elapsed = TimeSpan.FromSeconds(999) }, limit: 100, rateLimited: 999);

        first.Should().StartWith("  0 %");
        last.Should().StartWith("100 %");
        last.Length.Should().Be(first.Length).And.BeLessThan(80);
    }
}
