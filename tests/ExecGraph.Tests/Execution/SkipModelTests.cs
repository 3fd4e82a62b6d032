using CsCheck;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Skips against one loop after another: values, skips, counts and questions, for every kind of column, scope and order of completion.</summary>
public sealed class SkipModelTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private static readonly long Iterations = Environment.GetEnvironmentVariable("EXECGRAPH_SOAK") == "1" ? 20_000 : 600;

    [Fact]
    public void Any_graph_with_skips_gives_the_table_that_loops_give() =>
        Gen.Select(SkipTable.Any, Gen.Int[1, 4], Gen.Int[1, 5]).Sample(RunsLikeLoops, iter: Iterations, threads: 2);

    private static void RunsLikeLoops(SkipTable table, int workers, int groups)
    {
        ExecutionGraph graph = table.Build();
        List<(long Row, (long Value, bool IsSkipped)[] Cells)> expected = table.Evaluate(graph);
        (List<(long Row, (long Value, bool IsSkipped)[] Cells)> actual, RunReport report) =
            RunAsync(table, graph, new RunOptions { Workers = workers, MaxActiveRowGroups = groups, MaxBufferedRowGroups = 1 })
                .WaitAsync(Hang).GetAwaiter().GetResult();
        actual.Select(row => row.Row).Should().Equal(expected.Select(row => row.Row));
        for (int i = 0; i < actual.Count; i++)
            actual[i].Cells.Should().Equal(expected[i].Cells, "row {0} has these cells", actual[i].Row);
        table.Asked.Values.Should().NotContain(times => times != 1);
        if (table.HasFilters)
            return;
        report.SkippedCells.Should().Be(table.CountSkipped(expected));
        report.Cells.Should().Be(report.Rows * graph.ColumnCount - report.SkippedCells);
        table.Asked.Should().HaveCount(table.Questions);
    }

    private static async Task<(List<(long, (long, bool)[])> Rows, RunReport Report)> RunAsync(SkipTable table, ExecutionGraph graph, RunOptions options)
    {
        var rows = new List<(long, (long, bool)[])>();
        await using GraphRun run = graph.Run(options);
        await foreach (Row row in run.Rows)
            rows.Add((row.Index, [.. table.Columns.Select(column => (column[row], row.IsSkipped(column)))]));
        return (rows, await run.Completion);
    }
}
