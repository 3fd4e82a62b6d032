namespace ExecGraph.Tests.Support;

/// <summary>Runs a graph to its end and keeps its rows.</summary>
internal static class Tables
{
    internal static async Task<List<Row>> ReadAsync(this ExecutionGraph graph, RunOptions? options = null)
    {
        var rows = new List<Row>();
        await using GraphRun run = graph.Run(options);
        await foreach (Row row in run.Rows)
            rows.Add(row);
        await run.Completion;
        return rows;
    }

    internal static async Task<List<T>> ReadAsync<T>(this ExecutionGraph graph, Column<T> column, RunOptions? options = null) =>
        [.. (await graph.ReadAsync(options)).Select(row => column[row])];
}
