using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// A service said "too many requests" for ten minutes. One engine counted that as attempts and gave up rows by the thousand; another
// lost nothing, but had lowered its limit so far that it stayed slow for the rest of the night.
public sealed class RejectionStormTests
{
    private const double Begins = 60, Ends = 660;

    private readonly VirtualTimeHost _host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_storm_of_rejections_loses_nothing_and_speed_comes_back(bool saysHowLong)
    {
        var limiter = new Limiter("service") { MaxConcurrency = 20 };
        var begun = new List<double>();
        int rejected = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            double now = _host.Seconds();
            if (now is >= Begins and < Ends)
            {
                rejected++;
                throw new RateLimitedException(saysHowLong ? TimeSpan.FromSeconds(10) : null);
            }

            begun.Add(now);
            await VirtualRun.Wait(context, 1);
            return context.Row;
        }, new CellOptions { Limiter = limiter });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(20_000), x);

        rows.Should().HaveCount(20_000);
        (report.DroppedRows, report.Columns[0].Failures, report.Columns[0].Retries, report.Columns[0].RateLimited).Should().Be((0, 0, 0, rejected));
        rejected.Should().BeInRange(20, 400, "who is told to wait does not go on asking");
        limiter.CurrentLimit.Should().Be(20);
        begun.First(second => second >= Ends).Should().BeLessThan(Ends + 31, "the longest pause is 30 seconds");
        double last = begun.Max();
        begun.Count(second => second > last - 100).Should().BeInRange(1980, 2020, "twenty calls a second, as before");
    }
}
