using CsCheck;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>The engine against one loop after another: the same table for every graph, number of workers, and order of completion.</summary>
public sealed class EngineModelTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private static readonly long Iterations = Environment.GetEnvironmentVariable("EXECGRAPH_SOAK") == "1" ? 20_000 : 400;

    [Fact]
    public void Any_graph_gives_the_table_that_loops_give() =>
        Gen.Select(RandomGraphs.Any(), Gen.Int[0, 127], Gen.Int[1, 4], Gen.Int[1, 5])
            .Sample((shape, filters, workers, groups) => RunsLikeLoops(shape, filters & (filters >> 3), workers, groups), iter: Iterations, threads: 2);

    [Fact]
    public void Any_graph_gives_the_table_that_loops_give_in_virtual_time() =>
        Gen.Select(RandomGraphs.Any(), Gen.Int[1, 4], Gen.Int[1, 5])
            .Sample(
                (shape, workers, groups) =>
                {
                    var host = new VirtualTimeHost();
                    ExecutionGraph graph = Virtual(shape).Build(shape.RowCount);
                    RunReport report = host.Run(graph.RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider, Workers = workers, MaxActiveRowGroups = groups }));
                    report.Rows.Should().Be(shape.RowCount);
                    report.Cells.Should().Be(shape.RowCount * graph.ColumnCount);
                },
                iter: Iterations,
                threads: 2);

    /// <summary>A chain of as many columns as the shape has, each waiting a different while in virtual time.</summary>
    private static GraphBuilder Virtual(RandomGraph shape)
    {
        var graph = new GraphBuilder { RowGroupSize = shape.RowGroupSize };
        Column<long> column = graph.Start("s", async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds((ulong)context.Seed % 100), context.TimeProvider, context.CancellationToken);
            return context.Row;
        });
        for (int i = 1; i < shape.Columns.Count; i++)
        {
            column = graph.From(column).Cell($"c{i}", async (value, context) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds((ulong)context.Seed % 100), context.TimeProvider, context.CancellationToken);
                return value + 1;
            });
        }

        return graph;
    }

    private static void RunsLikeLoops(RandomGraph shape, int filters, int workers, int groups)
    {
        var table = new HashTable(shape, filters);
        ExecutionGraph graph = table.Build();
        List<(long Row, long[] Values)> expected = table.Evaluate(graph);
        List<(long Row, long[] Values)> actual = RunAsync(graph, workers, groups).WaitAsync(Hang).GetAwaiter().GetResult();
        actual.Select(row => row.Row).Should().Equal(expected.Select(row => row.Row));
        for (int i = 0; i < actual.Count; i++)
            actual[i].Values.Should().Equal(expected[i].Values, "row {0} has these values", actual[i].Row);
    }

    private static async Task<List<(long Row, long[] Values)>> RunAsync(ExecutionGraph graph, int workers, int groups)
    {
        var rows = new List<(long, long[])>();
        await using GraphRun run = graph.Run(new RunOptions { Workers = workers, MaxActiveRowGroups = groups, MaxBufferedRowGroups = 1 });
        await foreach (RowGroup group in run.RowGroups)
        {
            ReadOnlyMemory<long>[] columns = [.. graph.ColumnNames.Select(group.GetColumn<long>)];
            for (int i = 0; i < group.Count; i++)
                rows.Add((group[i].Index, columns.Select(column => column.Span[i]).ToArray()));
        }

        await run.Completion;
        return rows;
    }
}
