using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// A call's second output was written only on the straight way: rows that were tried again, given a default, or skipped came with their first
// column filled and the second one empty, or with that of another row.
public sealed class LostSideOutputTests
{
    private readonly VirtualTimeHost _host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_outputs_come_on_every_way_that_a_call_can_end(bool isAsync)
    {
        const long Rows = 300;
        var tried = new Dictionary<long, int>();
        var options = new CellOptions
        {
            Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.FromSeconds(1) },
            OnFailure = CellFailurePolicy.Decide(failure => failure.Row % 7 == 1 ? CellFailurePolicy.UseDefault((-1L, "default")) : CellFailurePolicy.UseDefault()),
        };
        (long, string) Both(long row)
        {
            int attempt = tried[row] = tried.GetValueOrDefault(row) + 1;
            return (row % 7) switch
            {
                1 or 2 => throw new FormatException(),
                3 when attempt < 3 => throw new FormatException(),
                4 when attempt < 2 => throw new RateLimitedException(TimeSpan.FromSeconds(5)),
                _ => (row, $"text {row}"),
            };
        }

        var graph = new GraphBuilder { RowGroupSize = 50 };
        Column<long> x = graph.Start("x", row => row);
        (Column<long> first, Column<string> second) = !isAsync
            ? graph.From(x).Cell("first", "second", Both, options)
            : graph.From(x).Cell("first", "second", async (row, token) =>
            {
                await VirtualRun.Wait(1, _host.TimeProvider, token);
                return Both(row);
            }, options);
        graph.SkipWhen(first, x, row => row % 7 == 5, -5L);
        graph.SkippedValue(second, "skipped");
        Column<string> again = graph.From(second).Stream<string>("again", batch =>
        {
            if (_host.Seconds() < 20 && batch.Contains("text 0"))
                throw new FormatException("the whole batch");
            return batch.ToArray();
        }, new StreamOptions { RunsOnSkippedInputs = true, SplitFailedBatches = true, Retry = new RetryOptions { MaxAttempts = 8, Delay = TimeSpan.FromSeconds(10) } });

        async Task<List<(long, long, string?, string?)>> Read()
        {
            var rows = new List<(long, long, string?, string?)>();
            await using GraphRun run = graph.Build(Rows).Run(_host.Options());
            await foreach (Row row in run.Rows)
                rows.Add((row.Index, first[row], second[row], again[row]));
            return rows;
        }

        _host.Within(Read).Should().Equal(Enumerable.Range(0, (int)Rows).Select(Expected));

        static (long, long, string?, string?) Expected(int row) => (row % 7) switch
        {
            1 => (row, -1, "default", "default"),
            2 => (row, 0, null, null),
            5 => (row, -5, "skipped", "skipped"),
            _ => (row, row, $"text {row}", $"text {row}"),
        };
    }
}
