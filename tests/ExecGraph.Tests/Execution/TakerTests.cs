namespace ExecGraph.Tests.Execution;

/// <summary>Ended calls are taken back in bulk by threads that also begin calls: none of them waits for another one's code. Real threads.</summary>
public sealed class TakerTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(300, false)] // the column has long been known to be quick
    [InlineData(300, true)]
    [InlineData(1, false)] // nothing is known of it yet
    [InlineData(1, true)]
    public async Task A_call_that_blocks_its_thread_keeps_no_ended_call_waiting(int blocking, bool isFollowedByComputing)
    {
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var released = new ManualResetEventSlim();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", async (CellContext context) =>
        {
            if (context.Row == blocking)
            {
                blocked.SetResult();
                if (!released.Wait(Guard))
                    throw new InvalidOperationException("Row 0 ended, and nobody took it back.");
            }

            if (context.Row == 0)
                await blocked.Task.ConfigureAwait(false);
            else
                await Task.Yield();
            return context.Row;
        });
        if (isFollowedByComputing)
        {
            graph.From(a).Cell("b", Noted);
        }
        else
        {
            graph.From(a).Cell("b", async (long value, CancellationToken token) =>
            {
                await Task.Yield();
                return Noted(value);
            });
        }

        RunReport report = await graph.Build(1000).RunAsync(new RunOptions { Workers = 1, MaxConcurrentCells = 8 }).WaitAsync(2 * Guard);
        report.Columns[1].Cells.Should().Be(1000);

        long Noted(long value)
        {
            if (value == 0)
                released.Set();
            return value;
        }
    }

    [Fact]
    public async Task Calls_that_end_on_many_threads_are_all_taken_back_and_every_permit_comes_back()
    {
        var limiter = new Limiter("shared") { MaxConcurrency = 50 };
        var graph = new GraphBuilder { RowGroupSize = 96 };
        Column<long> a = graph.Start("a", async (CellContext context) =>
        {
            await Task.Yield();
            return context.Row;
        });
        Column<long> b = graph.From(a).Cell("b", async (long value, CancellationToken token) =>
        {
            await Task.Yield();
            return value % 97 == 5 ? throw new InvalidOperationException($"{value}") : value + 1;
        }, new CellOptions { Limiter = limiter, OnFailure = CellFailurePolicy.DropRow, Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.FromMilliseconds(1) } });
        Column<long> c = graph.From(a, b).Cell("c", async (long x, long y, CancellationToken token) =>
        {
            await Task.Yield();
            return x + y;
        }, new CellOptions { Limiter = limiter });
        long sum = 0;
        await using GraphRun run = graph.Build(20_000).Run(new RunOptions { MaxConcurrentCells = 40 });
        await foreach (RowGroup group in run.RowGroups)
        {
            foreach (Row row in group)
                sum += c[row];
        }

        RunReport report = await run.Completion.WaitAsync(Guard);
        long[] kept = [.. Enumerable.Range(0, 20_000).Select(row => (long)row).Where(row => row % 97 != 5)];
        sum.Should().Be(kept.Sum(row => 2 * row + 1));
        report.DroppedRows.Should().Be(20_000 - kept.Length);
        report.Columns[1].Retries.Should().Be(20_000 - kept.Length);
        limiter.CurrentConcurrency.Should().Be(0);
    }
}
