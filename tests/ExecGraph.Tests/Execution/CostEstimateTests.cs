using ExecGraph.Execution;

namespace ExecGraph.Tests.Execution;

/// <summary>Which runs of a column are measured, and what follows from what they took.</summary>
public sealed class CostEstimateTests
{
    private readonly VirtualTimeProvider _time = new();

    public CostEstimateTests() => _time.Advance(TimeSpan.FromSeconds(1)); // at 0 nothing is measured

    [Theory]
    [InlineData(0U, 1U, true)]
    [InlineData(1U, 1U, true)]
    [InlineData(2U, 1U, false)]
    [InlineData(3U, 1U, true)]
    [InlineData(5U, 2U, false)]
    [InlineData(5U, 16U, true)]
    [InlineData(32U, 16U, false)]
    [InlineData(60U, 3U, false)]
    [InlineData(60U, 4U, true)]
    [InlineData(64U, 63U, false)]
    [InlineData(64U, 64U, true)]
    [InlineData(uint.MaxValue - 1, 1U, false)]
    [InlineData(uint.MaxValue - 1, 16U, true)]
    public void Runs_are_measured_at_powers_of_two_and_at_multiples(uint before, uint runs, bool isMeasured)
    {
        CostEstimate cost = Known(microseconds: 1);
        (cost.Begin(before, runs) != 0).Should().Be(isMeasured);
    }

    [Fact]
    public void What_is_slow_or_not_known_is_measured_each_time()
    {
        new CostEstimate(_time).Begin(2).Should().NotBe(0);
        Known(microseconds: 21).Begin(2).Should().NotBe(0);
    }

    [Theory]
    [InlineData(0.001, 4_096)]
    [InlineData(0.1, 500)]
    [InlineData(5, 64)]
    public void An_item_is_some_time_of_work(double microseconds, int cells) => Known(microseconds).CellsOfAnItem.Should().Be(cells);

    private CostEstimate Known(double microseconds)
    {
        var cost = new CostEstimate(_time);
        long begun = cost.Begin(0);
        _time.Advance(TimeSpan.FromMicroseconds(microseconds * 1_000));
        cost.End(begun, cells: 1_000);
        return cost;
    }
}
