using ExecGraph.Execution;

namespace ExecGraph.Tests.Execution;

public sealed class VirtualTimeProviderTests
{
    private readonly VirtualTimeProvider _time = new();

    [Fact]
    public void The_clock_moves_only_when_it_is_told_to()
    {
        DateTimeOffset start = _time.GetUtcNow();
        _time.TryAdvanceToNextTimer().Should().BeFalse();
        _time.GetUtcNow().Should().Be(start);
        _time.Advance(TimeSpan.FromHours(3));
        (_time.GetUtcNow() - start).Should().Be(TimeSpan.FromHours(3));
        _time.GetElapsedTime(0).Should().Be(TimeSpan.FromHours(3));
        _time.Invoking(time => time.Advance(-TimeSpan.FromTicks(1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Timers_fire_in_the_order_in_which_they_fall_due_and_were_armed()
    {
        var fired = new List<string>();
        Timer("b", 2);
        Timer("a", 1);
        Timer("c", 2);
        while (_time.TryAdvanceToNextTimer())
        {
        }

        fired.Should().Equal("a 1", "b 2", "c 2");

        void Timer(string name, int seconds) =>
            _time.CreateTimer(_ => fired.Add($"{name} {_time.GetElapsedTime(0).TotalSeconds}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void A_timer_that_was_changed_or_disposed_does_not_fire_at_its_old_time()
    {
        int fired = 0;
        using ITimer timer = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan).Should().BeTrue();
        _time.Advance(TimeSpan.FromSeconds(4));
        fired.Should().Be(0);
        _time.Advance(TimeSpan.FromSeconds(1));
        fired.Should().Be(1);
        timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan).Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(10));
        fired.Should().Be(1);
    }

    [Fact]
    public void A_periodic_timer_fires_at_every_period()
    {
        var times = new List<double>();
        using ITimer timer = _time.CreateTimer(_ => times.Add(_time.GetElapsedTime(0).TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(8));
        times.Should().Equal(1, 4, 7);
    }

    [Fact]
    public void Delays_and_time_outs_follow_it()
    {
        Task delay = Task.Delay(TimeSpan.FromSeconds(2), _time);
        using var timeOut = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        _time.TryAdvanceToNextTimer().Should().BeTrue();
        (timeOut.IsCancellationRequested, delay.IsCompleted).Should().Be((true, false));
        _time.TryAdvanceToNextTimer().Should().BeTrue();
        delay.IsCompletedSuccessfully.Should().BeTrue();
    }
}
