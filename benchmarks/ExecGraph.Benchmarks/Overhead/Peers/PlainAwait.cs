namespace ExecGraph.Benchmarks;

/// <summary>The cells awaited one after the other: what they allocate here is the caller's own code and no engine's.</summary>
internal static class PlainAwait
{
    internal static async Task RunAsync(AsyncBodies bodies, ValueTable table, Receiver receiver)
    {
        for (int row = 0; row < table.Rows; row++)
        {
            int topic = table.Topic[row] = await bodies.Topic(row, CancellationToken.None).ConfigureAwait(false);
            int summary = table.Summary[row] = await bodies.Step(topic, CancellationToken.None).ConfigureAwait(false);
            int trivia = table.Trivia[row] = await bodies.Step(topic, CancellationToken.None).ConfigureAwait(false);
            int analysis = table.Analysis[row] = await bodies.Step(summary, CancellationToken.None).ConfigureAwait(false);
            table.Conclusion[row] = await bodies.Join(analysis, trivia, CancellationToken.None).ConfigureAwait(false);
        }

        receiver.Take(table.Conclusion);
    }
}
