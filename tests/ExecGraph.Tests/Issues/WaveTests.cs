using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// An engine took what was ready as a wave, ran the wave, and only then looked again: what one cell made ready waited for the slowest
// cell of its wave, and columns that should have overlapped ran one after the other.
public sealed class WaveTests
{
    private readonly VirtualTimeHost _host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_becomes_ready_while_other_cells_run_begins_at_once(bool hasLimiter)
    {
        const int Slow = 7;
        CellOptions options = new() { Limiter = hasLimiter ? new Limiter("service") { MaxConcurrency = 10 } : null };
        var ended = new Dictionary<long, double>();
        var begun = new Dictionary<long, double>();
        var graph = new GraphBuilder();
        Column<long> first = graph.Start("first", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row == Slow ? 1000 : 1 + context.Row);
            ended[context.Row] = _host.Seconds();
            return context.Row;
        }, options);
        graph.From(first).Cell("second", async (row, context) =>
        {
            begun[row] = _host.Seconds();
            await VirtualRun.Wait(context, 1);
            return row;
        }, options);
        _host.Report(graph.Build(10), o => o with { MaxConcurrentCells = 10 });

        begun.Should().BeEquivalentTo(ended);
        begun.Where(row => row.Key != Slow).Should().OnlyContain(row => row.Value < 20, "nobody waits for the slow cell");
    }

    [Fact]
    public void A_batch_is_called_while_the_calls_that_fill_the_next_one_run()
    {
        var calls = new List<(double Seconds, int Rows)>();
        var graph = new GraphBuilder();
        Column<long> first = graph.Start("first", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1 + context.Row / 4);
            return context.Row;
        });
        graph.From(first).Stream("second", batch =>
        {
            calls.Add((_host.Seconds(), batch.Count));
            return batch.ToArray();
        }, new StreamOptions { MaxBatchSize = 4, MinBatchSize = 4 });
        _host.Report(graph.Build(12));

        calls.Should().Equal((1, 4), (2, 4), (3, 4));
    }
}
