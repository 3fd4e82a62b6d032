using ExecGraph.Definition;
using ExecGraph.Execution;

namespace ExecGraph.Tests.Definition;

public sealed class CoarseClockTests
{
    private readonly VirtualTimeProvider _time = new();

    public CoarseClockTests() => _time.Advance(TimeSpan.FromSeconds(5)); // a time stamp of 0 stands for none

    [Fact]
    public void A_clock_that_is_read_lags_behind_by_a_tick_at_most_and_is_never_ahead()
    {
        using var clock = new CoarseClock(_time, isExact: false);
        for (int i = 0; i < 100; i++)
        {
            TimeSpan lag = _time.GetElapsedTime(clock.Now);
            lag.Should().BeGreaterThanOrEqualTo(TimeSpan.Zero).And.BeLessThanOrEqualTo(TimeSpan.FromMilliseconds(100));
            _time.Advance(TimeSpan.FromMilliseconds(37));
        }
    }

    [Fact]
    public void A_clock_that_nobody_reads_stops_and_starts_again_at_the_right_time()
    {
        using var clock = new CoarseClock(_time, isExact: false);
        _ = clock.Now;
        _time.NextDue.Should().NotBeNull();
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.NextDue.Should().BeNull();
        clock.Now.Should().Be(_time.GetTimestamp());
        _time.NextDue.Should().NotBeNull();
    }

    [Fact]
    public void A_clock_that_is_disposed_leaves_no_timer()
    {
        var clock = new CoarseClock(_time, isExact: false);
        _ = clock.Now;
        clock.Dispose();
        _time.NextDue.Should().BeNull();
        clock.Now.Should().Be(_time.GetTimestamp());
        _time.NextDue.Should().BeNull();
    }

    [Fact]
    public void A_clock_of_the_users_has_no_timer_and_is_exact()
    {
        using var clock = new CoarseClock(_time);
        clock.Now.Should().Be(_time.GetTimestamp());
        _time.NextDue.Should().BeNull();
    }
}
