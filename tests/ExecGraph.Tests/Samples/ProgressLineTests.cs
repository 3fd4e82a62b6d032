using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class ProgressLineTests
{
    private static readonly RunProgress Halfway = new(
        RowsCompleted: 1_500, RowCount: 4_000, DroppedRows: 0, FilteredRows: 0, CellsCompleted: 18_000, CellCount: 36_000, ActiveRowGroups: 2, CellsInFlight: 64,
        Elapsed: TimeSpan.FromSeconds(2.5));

    [Fact]
    public void The_share_is_of_all_cells() =>
        ProgressLine.Describe(Halfway).Split(' ', StringSplitOptions.RemoveEmptyEntries).Should()
            .Equal("50", "%", "18,000", "cells", "1,500", "rows", "64", "in", "review", "2.5", "s");

    [Fact]
    public void There_is_no_share_while_the_source_is_being_read() =>
        ProgressLine.Describe(Halfway with { RowCount = null, CellCount = null }).Should().StartWith("reading ").And.NotContain("%");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_terminal_has_its_line_written_over(bool isTerminal)
    {
        var graph = new GraphBuilder();
        graph.Start("row", row => row);
        await using GraphRun run = graph.Build(rowCount: 3).Run();
        await foreach (Row row in run.Rows)
            row.Index.Should().BeLessThan(3);
        await run.Completion;
        using var output = new StringWriter { NewLine = "\n" };

        await using (new ProgressLine(run, output, isTerminal))
        {
        }

        output.ToString().Should().Contain("3 rows").And.EndWith("\n");
        output.ToString().Contains('\r', StringComparison.Ordinal).Should().Be(isTerminal);
    }
}
