using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// Nobody had set a time-out, but somewhere below there was one of a minute and forty seconds: calls to a slow and healthy service were killed
// and tried again for ever.
public sealed class HiddenTimeoutTests
{
    private const double Long = 400 * 3600.0;

    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void Calls_of_every_kind_may_take_as_long_as_they_take()
    {
        int calls = 0;
        Task LongAsync(CancellationToken token)
        {
            calls++;
            token.IsCancellationRequested.Should().BeFalse();
            return VirtualRun.Wait(Long, _host.TimeProvider, token);
        }

        async IAsyncEnumerable<long> Rows()
        {
            for (long row = 0; row < 2; row++)
            {
                await LongAsync(CancellationToken.None);
                yield return row;
            }
        }

        var limiter = new CellOptions { Limiter = new Limiter("service") { MaxConcurrency = 1 }, Retry = new RetryOptions { MaxAttempts = 5 } };
        var graph = new GraphBuilder();
        Column<long> x = graph.Source("x", Rows());
        Column<long> cell = graph.From(x).Cell("cell", async (v, token) =>
        {
            await LongAsync(token);
            return v;
        }, limiter); // so the second row also waits so long for the limiter
        Column<long> stream = graph.From(cell).Stream<long>("stream", async (batch, token) =>
        {
            await LongAsync(token);
            return batch.ToArray();
        }, new StreamOptions { MinBatchSize = 2 });
        Column<long> barrier = graph.From(stream).Barrier<long>("barrier", async (all, token) =>
        {
            await LongAsync(token);
            return all.ToArray();
        });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(), barrier);

        rows.Should().Equal((0, 0), (1, 1));
        calls.Should().Be(2 + 2 + 1 + 1);
        (report.Columns.Sum(column => column.Failures), report.Abandoned.Count).Should().Be((0L, 0));
        _host.Seconds().Should().Be(5 * Long);
    }

    [Fact]
    public void A_reader_may_take_as_long_as_it_takes()
    {
        var graph = new GraphBuilder { RowGroupSize = 1 };
        graph.Start("x", row => row);
        async Task<RunReport> Read()
        {
            await using GraphRun run = graph.Build(5).Run(_host.Options() with { MaxActiveRowGroups = 1, MaxBufferedRowGroups = 1 });
            await foreach (Row _ in run.Rows)
                await VirtualRun.Wait(Long, _host.TimeProvider, CancellationToken.None);
            return await run.Completion;
        }

        _host.Within(Read).Rows.Should().Be(5);
    }
}
