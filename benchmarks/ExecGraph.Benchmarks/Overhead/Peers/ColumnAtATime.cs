namespace ExecGraph.Benchmarks;

/// <summary>An asynchronous loop over all rows for one column after the other.</summary>
internal static class ColumnAtATime
{
    internal static async Task RunAsync(AsyncBodies bodies, ValueTable table, int inFlight, Receiver receiver)
    {
        await EachAsync(async (row, token) => table.Topic[row] = await bodies.Topic(row, token).ConfigureAwait(false)).ConfigureAwait(false);
        await EachAsync(async (row, token) => table.Summary[row] = await bodies.Step(table.Topic[row], token).ConfigureAwait(false)).ConfigureAwait(false);
        await EachAsync(async (row, token) => table.Trivia[row] = await bodies.Step(table.Topic[row], token).ConfigureAwait(false)).ConfigureAwait(false);
        await EachAsync(async (row, token) => table.Analysis[row] = await bodies.Step(table.Summary[row], token).ConfigureAwait(false)).ConfigureAwait(false);
        await EachAsync(async (row, token) =>
            table.Conclusion[row] = await bodies.Join(table.Analysis[row], table.Trivia[row], token).ConfigureAwait(false)).ConfigureAwait(false);
        receiver.Take(table.Conclusion);

        Task EachAsync(Func<int, CancellationToken, ValueTask> cell) =>
            Parallel.ForEachAsync(Enumerable.Range(0, table.Rows), new ParallelOptions { MaxDegreeOfParallelism = inFlight }, cell);
    }
}
