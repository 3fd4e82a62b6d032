using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>How good the schedule is, in virtual time: the same on every machine.</summary>
public sealed class ScheduleTests
{
    [Theory]
    [InlineData("narrow", 1.02)]
    [InlineData("deep", 1.02)]
    [InlineData("wide", 1.02)]
    [InlineData("dual-model", 1.05)]
    public void A_thousand_rows_end_near_the_lower_bound(string shape, double allowed)
    {
        double mean = Enumerable.Range(0, 20).Average(seed =>
        {
            var shapes = new Shapes(shape, rows: 1000, seed);
            return shapes.Run() / shapes.LowerBound();
        });
        mean.Should().BeInRange(1, allowed);
    }

    [Fact]
    public void A_schedule_is_the_same_every_time() =>
        new Shapes("dual-model", rows: 300, seed: 1).Run().Should().Be(new Shapes("dual-model", rows: 300, seed: 1).Run());
}
