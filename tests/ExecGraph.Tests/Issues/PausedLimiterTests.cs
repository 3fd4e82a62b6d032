using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// One service asked for an hour's rest, and the whole run rested: its calls held the slots that all columns shared, or the
// scheduler waited for the head of its queue.
public sealed class PausedLimiterTests
{
    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void A_service_that_pauses_holds_up_no_column_but_its_own()
    {
        var paused = new CellOptions { Limiter = new Limiter("paused") { MaxConcurrency = 4 } };
        var other = new CellOptions { Limiter = new Limiter("other") { MaxConcurrency = 4 } };
        var ends = new Dictionary<string, double>();
        Func<CellContext, Task<long>> Calls(string name) => async context =>
        {
            if (name == "paused" && _host.Seconds() < 1)
                throw new RateLimitedException(TimeSpan.FromHours(1));
            await VirtualRun.Wait(context, 1);
            ends[name] = _host.Seconds();
            return context.Row;
        };
        var graph = new GraphBuilder();
        graph.Start("paused", Calls("paused"), paused);
        Column<long> first = graph.Start("first", Calls("first"), other);
        graph.From(first).Cell("behind", (_, context) => Calls("behind")(context), other);
        graph.Start("without limiter", Calls("without limiter"));
        graph.From(first).Stream("synchronous", batch =>
        {
            ends["synchronous"] = _host.Seconds();
            return batch.ToArray();
        });
        RunReport report = _host.Report(graph.Build(40), options => options with { MaxConcurrentCells = 4, Workers = 1 });

        ends.Keys.Should().BeEquivalentTo("paused", "first", "behind", "without limiter", "synchronous");
        ends["without limiter"].Should().Be(10, "forty calls, four at once");
        ends["behind"].Should().Be(20, "eighty calls, four at once");
        ends["synchronous"].Should().BeLessThan(20);
        ends["paused"].Should().BeGreaterThan(3600);
        report.Rows.Should().Be(40);
    }
}
