using System.Threading.Channels;

namespace ExecGraph.Benchmarks;

/// <summary>A channel of row numbers in front of each column and some readers behind it; the values are in arrays.</summary>
internal static class ChannelPerColumn
{
    private const int Capacity = 8 * ExecutionGraph.DefaultRowGroupSize;

    internal static async Task RunAsync(AsyncBodies bodies, ValueTable table, int inFlight, Receiver receiver)
    {
        int readers = Math.Max(1, inFlight / OverheadGraph.Columns);
        var arrived = new int[table.Rows];
        Channel<int> topic = Create();
        Channel<int> summary = Create();
        Channel<int> trivia = Create();
        Channel<int> analysis = Create();
        Channel<int> conclusion = Create();
        Task topics = ReadAsync(topic, readers, async row =>
        {
            table.Topic[row] = await bodies.Topic(row, CancellationToken.None).ConfigureAwait(false);
            await summary.Writer.WriteAsync(row).ConfigureAwait(false);
            await trivia.Writer.WriteAsync(row).ConfigureAwait(false);
        });
        Task summaries = ReadAsync(summary, readers, async row =>
        {
            table.Summary[row] = await bodies.Step(table.Topic[row], CancellationToken.None).ConfigureAwait(false);
            await analysis.Writer.WriteAsync(row).ConfigureAwait(false);
        });
        Task trivias = ReadAsync(trivia, readers, async row =>
        {
            table.Trivia[row] = await bodies.Step(table.Topic[row], CancellationToken.None).ConfigureAwait(false);
            if (Interlocked.Increment(ref arrived[row]) == 2)
                await conclusion.Writer.WriteAsync(row).ConfigureAwait(false);
        });
        Task analyses = ReadAsync(analysis, readers, async row =>
        {
            table.Analysis[row] = await bodies.Step(table.Summary[row], CancellationToken.None).ConfigureAwait(false);
            if (Interlocked.Increment(ref arrived[row]) == 2)
                await conclusion.Writer.WriteAsync(row).ConfigureAwait(false);
        });
        Task conclusions = ReadAsync(conclusion, readers, async row =>
            table.Conclusion[row] = await bodies.Join(table.Analysis[row], table.Trivia[row], CancellationToken.None).ConfigureAwait(false));

        for (int row = 0; row < table.Rows; row++)
            await topic.Writer.WriteAsync(row).ConfigureAwait(false);
        foreach ((Channel<int> channel, Task column) in new[]
        {
            (topic, topics), (summary, summaries), (trivia, trivias), (analysis, analyses), (conclusion, conclusions),
        })
        {
            channel.Writer.Complete();
            await column.ConfigureAwait(false);
        }

        receiver.Take(table.Conclusion);
    }

    private static Channel<int> Create() => Channel.CreateBounded<int>(Capacity);

    private static Task ReadAsync(Channel<int> channel, int readers, Func<int, ValueTask> cell)
    {
        return Task.WhenAll(Enumerable.Range(0, readers).Select(_ => Task.Run(LoopAsync)));

        async Task LoopAsync()
        {
            while (await channel.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out int row))
                    await cell(row).ConfigureAwait(false);
            }
        }
    }
}
