namespace ExecGraph.Tests.Support;

/// <summary>Runs graphs to their end, with a guard against hanging.</summary>
internal static class Runs
{
    internal static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    /// <summary>The surviving rows in the order in which they came, with the value of one column.</summary>
    internal static async Task<List<(long Row, T Value)>> CollectAsync<T>(this ExecutionGraph graph, Column<T> column, RunOptions? options = null)
    {
        async Task<List<(long, T)>> Read()
        {
            var rows = new List<(long, T)>();
            await using GraphRun run = graph.Run(options);
            await foreach (RowGroup group in run.RowGroups)
            {
                ReadOnlyMemory<T> values = group.GetColumn(column);
                for (int i = 0; i < group.Count; i++)
                    rows.Add((group[i].Index, values.Span[i]));
            }

            await run.Completion;
            return rows;
        }

        return await Read().WaitAsync(Hang);
    }

    internal static async Task<RunReport> ToEndAsync(this ExecutionGraph graph, RunOptions? options = null) =>
        await graph.RunAsync(options).WaitAsync(Hang);
}
