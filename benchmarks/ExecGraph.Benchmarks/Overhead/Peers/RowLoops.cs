namespace ExecGraph.Benchmarks;

/// <summary>Loops that each take the next row and await its cells one after the other: as many as calls may be under way, on one thread.</summary>
internal static class RowLoops
{
    internal static void Run(CompletionLoop loop, AsyncBodies bodies, ValueTable table, int inFlight, Receiver receiver)
    {
        int next = 0;
        var loops = new Task[inFlight];
        for (int i = 0; i < loops.Length; i++)
            loops[i] = RowsAsync();
        while (loop.TryCompletePending())
        {
        }

        Task.WhenAll(loops).GetAwaiter().GetResult();
        receiver.Take(table.Conclusion);

        async Task RowsAsync()
        {
            for (int row; (row = next++) < table.Rows;)
            {
                int topic = table.Topic[row] = await bodies.Topic(row, CancellationToken.None).ConfigureAwait(false);
                int summary = table.Summary[row] = await bodies.Step(topic, CancellationToken.None).ConfigureAwait(false);
                int trivia = table.Trivia[row] = await bodies.Step(topic, CancellationToken.None).ConfigureAwait(false);
                int analysis = table.Analysis[row] = await bodies.Step(summary, CancellationToken.None).ConfigureAwait(false);
                table.Conclusion[row] = await bodies.Join(analysis, trivia, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
