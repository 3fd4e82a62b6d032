using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>One limiter, several runs.</summary>
public sealed class SharedLimiterTests
{
    private readonly VirtualClockRuns _run = new();
    private readonly CallLog _log;
    private readonly Limiter _limiter = new("shared") { MaxConcurrency = 4 };

    public SharedLimiterTests() => _log = new CallLog(_run);

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(7, false)]
    public void Runs_with_a_backlog_each_take_turns(int permits, bool isFollowed)
    {
        _limiter.MaxConcurrency = permits;
        _run.Run(Table("first", 60, isFollowed: isFollowed), Table("second", 60, isFollowed: isFollowed), Table("third", 60, isFollowed: isFollowed));

        int calls = isFollowed ? 360 : 180;
        _log.Calls.Should().HaveCount(calls);
        _log.Most.Should().Be(permits);
        _log.Calls.Max(call => call.Begun).Should().Be(Math.Ceiling((double)calls / permits) - 1, "no permit is idle");

        // Once all have come, and as long as all have a backlog: a third each, give or take a turn of the permits.
        int middle = calls * 2 / 5;
        _log.Calls.Skip(calls / 5).Take(middle).GroupBy(call => call.Column[0]).Select(run => run.Count())
            .Should().HaveCount(3).And.OnlyContain(count => Math.Abs(count - (middle / 3)) <= permits);
    }

    [Fact]
    public void A_late_run_gets_its_share_as_soon_as_calls_end()
    {
        ExecutionGraph late = Table("late", 20);
        Task<RunReport> early = Table("early", 400).RunAsync(_run.Options());
        _run.Await(Both());
        double[] begins = [.. _log.Begins("late")];
        begins[0].Should().BeInRange(10, 11);
        begins[^1].Should().BeLessThanOrEqualTo(20 + 1, "half of four permits are two calls a second");

        async Task<RunReport> Both()
        {
            await _run.Wait(10).ConfigureAwait(false);
            await late.RunAsync(_run.Options()).ConfigureAwait(false);
            return await early.ConfigureAwait(false);
        }
    }

    [Fact]
    public void A_run_that_ends_leaves_its_permits_to_the_others()
    {
        _run.Run(Table("short", 10), Table("long", 100));
        _log.Calls.GroupBy(call => call.Begun).Should().OnlyContain(instant => instant.Count() == 4 || instant.Key == 27);
        _limiter.CurrentConcurrency.Should().Be(0);
    }

    [Fact]
    public void A_run_that_fails_while_permits_are_reserved_for_it_leaves_them_to_the_others()
    {
        var failing = new GraphBuilder();
        failing.Start("failing", async context =>
        {
            await _log.Call("failing", context.Row, seconds: 1);
            return context.Row < 9 ? context.Row : throw new InvalidOperationException("broken");
        }, new CellOptions { Limiter = _limiter });
        Task<RunReport> failed = failing.Build(100).RunAsync(_run.Options());
        _run.Run(Table("other", 40));
        failed.IsFaulted.Should().BeTrue();
        _log.Begins("other").Should().HaveCount(40);
        _limiter.CurrentConcurrency.Should().Be(0);
        double end = _log.Begins("failing").Max() + 1;
        _log.Begins("other").Where(at => at > end).GroupBy(at => at).SkipLast(1).Should().OnlyContain(instant => instant.Count() == 4);
    }

    [Fact]
    public void A_limit_that_is_raised_goes_to_all_who_wait()
    {
        var graph = new GraphBuilder();
        graph.Start("raise", async (CellContext context) =>
        {
            await _run.Wait(4.5).ConfigureAwait(false);
            _limiter.MaxConcurrency = 12;
            return context.Row;
        });
        _run.Run(Table("first", 100), Table("second", 100), graph.Build(1));
        _log.Calls.Where(call => call.Begun == 4.5).GroupBy(call => call.Column).Should().HaveCount(2).And.OnlyContain(column => column.Count() == 4);
    }

    [Fact]
    public void A_run_with_another_clock_is_refused_by_name()
    {
        _run.Run(Table("first", 1));
        _limiter.TimeProvider.Should().BeSameAs(_run.Clock);
        Table("second", 1).Invoking(table => table.Run()).Should().Throw<InvalidOperationException>().WithMessage(
            "The graph cannot be run with this clock: limiter 'shared' has another one, Limiter.TimeProvider or that of the first run that used it.");
        _run.Run(Table("third", 1));

        var owned = new Limiter("owned") { TimeProvider = new VirtualTimeProvider() };
        var graph = new GraphBuilder();
        graph.Start("x", context => _log.Call("x", context.Row, 0), new CellOptions { Limiter = owned });
        graph.Build(1).Invoking(table => table.RunAsync(_run.Options())).Should().ThrowAsync<InvalidOperationException>().WithMessage("*'owned'*");
    }

    [Fact]
    public void Settings_are_checked()
    {
        _limiter.Invoking(limiter => limiter.MaxConcurrency = 0).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RateLimit(0, TimeSpan.FromSeconds(1))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RateLimit(1, TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => RateLimit.PerSecond(1) with { Permits = -1 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { DecreaseFactor = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { DecreaseFactor = 1.1 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { DecreaseFactor = double.NaN }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { SuccessesPerIncrease = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { Floor = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { CoolDown = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdaptiveConcurrency { MaxCoolDown = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new Limiter("l") { Adaptive = null! }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new Limiter("l", null!)).Should().Throw<ArgumentNullException>();
        RateLimit.PerMinute(60).Should().Be(new RateLimit(60, TimeSpan.FromMinutes(1)));
        (_limiter.Requests, _limiter.Weight, _limiter.CurrentLimit).Should().Be((null, null, 4));
        var limiter = new Limiter("l") { Requests = RateLimit.PerSecond(3), Weight = RateLimit.PerMinute(1000) };
        (limiter.Requests, limiter.Weight, limiter.CurrentLimit).Should().Be((RateLimit.PerSecond(3), RateLimit.PerMinute(1000), int.MaxValue));
    }

    private ExecutionGraph Table(string name, int rows, bool isFollowed = false)
    {
        var options = new CellOptions { Limiter = _limiter };
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<long> x = graph.Start(name, context => _log.Call(name, context.Row, seconds: 1), options);
        if (isFollowed)
            graph.From(x).Cell($"{name} again", (_, context) => _log.Call(name, context.Row, seconds: 1), options);
        return graph.Build(rows);
    }
}
