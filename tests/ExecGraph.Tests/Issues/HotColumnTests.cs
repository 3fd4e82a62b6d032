using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// A column with long calls and everything ready from the start took each permit as soon as it was free: the column beside it, of a few short
// calls, was served last, and all that depended on it with it.
public sealed class HotColumnTests
{
    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void A_column_with_long_calls_leaves_its_peer_an_equal_share()
    {
        var limiter = new Limiter("service") { MaxConcurrency = 4 };
        var graph = new GraphBuilder();
        var ends = new List<double>();
        graph.Start("hot", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 10);
            return context.Row;
        }, new CellOptions { Limiter = limiter });
        graph.Start("peer", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            ends.Add(_host.Seconds());
            return context.Row;
        }, new CellOptions { Limiter = limiter });
        _host.Report(graph.Build(1000), options => options with { MaxActiveRowGroups = 1 });

        ends.Should().HaveCount(1000);
        ends.Max().Should().BeLessThan(520, "it has two permits of four for a second each, and would be done after 2,750 seconds if it were last");
    }

    [Fact]
    public void A_peer_whose_cells_become_ready_late_is_served_within_a_few_calls()
    {
        var trace = new LaneTrace(_host.TimeProvider);
        var limiter = new CellOptions { Limiter = new Limiter("service") { MaxConcurrency = 4 } };
        var graph = new GraphBuilder();
        Column<long> tick = graph.Start("tick", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 5 * context.Row);
            trace.Ready("peer", context.Row);
            return context.Row;
        });
        Column<long> now = graph.Start("now", row => row);
        graph.From(now).Cell("hot", async (row, context) => await trace.Cell("hot", 2, context), limiter);
        graph.From(tick).Cell("peer", async (row, context) => await trace.Cell("peer", 2, context), limiter);
        _host.Report(graph.Build(200), options => options with { MaxConcurrentCells = 1000 });

        trace.Waits("peer", rows: 15).Should().HaveCount(15).And.OnlyContain(wait => wait <= 2, "one call at most is ahead of it");
    }
}
