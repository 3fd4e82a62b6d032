namespace ExecGraph.Benchmarks;

/// <summary><see cref="Parallel"/>'s asynchronous loop with a whole row in one body: the first thing one would write.</summary>
internal static class WholeRowForEach
{
    internal static async Task RunAsync(AsyncBodies bodies, ValueTable table, int inFlight, Receiver receiver)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, table.Rows), new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (row, token) =>
        {
            int topic = table.Topic[row] = await bodies.Topic(row, token).ConfigureAwait(false);
            int summary = table.Summary[row] = await bodies.Step(topic, token).ConfigureAwait(false);
            int trivia = table.Trivia[row] = await bodies.Step(topic, token).ConfigureAwait(false);
            int analysis = table.Analysis[row] = await bodies.Step(summary, token).ConfigureAwait(false);
            table.Conclusion[row] = await bodies.Join(analysis, trivia, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        receiver.Take(table.Conclusion);
    }
}
