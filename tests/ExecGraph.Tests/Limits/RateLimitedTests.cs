using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>Services that say "too often": a delay and not an attempt.</summary>
public sealed class RateLimitedTests
{
    private readonly VirtualClockRuns _run = new();
    private readonly CallLog _log;
    private readonly Limiter _limiter = new("service") { MaxConcurrency = 16 };

    public RateLimitedTests() => _log = new CallLog(_run);

    /// <summary>What the calls of a run look like to the one that answers them.</summary>
    public enum Kind
    {
        Cell,
        OrderDependentCell,
        SynchronousCell,
        Batch,
        Barrier,
        ClassGenerator,
    }

    [Theory]
    [InlineData(Kind.Cell, true)]
    [InlineData(Kind.Cell, false)]
    [InlineData(Kind.OrderDependentCell, true)]
    [InlineData(Kind.OrderDependentCell, false)]
    [InlineData(Kind.SynchronousCell, true)]
    [InlineData(Kind.SynchronousCell, false)]
    [InlineData(Kind.Batch, true)]
    [InlineData(Kind.Batch, false)]
    [InlineData(Kind.Barrier, true)]
    [InlineData(Kind.Barrier, false)]
    [InlineData(Kind.ClassGenerator, true)]
    [InlineData(Kind.ClassGenerator, false)]
    public void A_rejected_call_is_made_again_at_the_same_attempt_after_the_time_that_the_service_named(Kind kind, bool hasLimiter)
    {
        var begins = new List<double>();
        Limiter? limiter = hasLimiter ? _limiter : null;
        var cell = new CellOptions { Limiter = limiter };

        long Answer(long value)
        {
            begins.Add(_run.Now);
            return _run.Now < 20 ? throw new RateLimitedException(TimeSpan.FromSeconds(7)) : value;
        }

        async ValueTask<IReadOnlyList<long>> AnswerAll(IRowBatch<long> rows, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _run.Clock, cancellationToken);
            Answer(0);
            return [.. rows];
        }

        async Task<long> AnswerOne(long value, CellContext context)
        {
            context.Attempt.Should().Be(1);
            await _run.Wait(1).ConfigureAwait(false);
            return Answer(value);
        }

        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        switch (kind)
        {
            case Kind.Cell:
                graph.From(x).Cell("y", AnswerOne, cell);
                break;
            case Kind.OrderDependentCell:
                graph.From(x).Cell("y", AnswerOne, cell with { IsOrderDependent = true });
                break;
            case Kind.SynchronousCell:
                graph.From(x).Cell("y", Answer, cell);
                break;
            case Kind.Batch:
                graph.From(x).Stream("y", AnswerAll, new StreamOptions { Limiter = limiter });
                break;
            case Kind.Barrier:
                graph.From(x).Barrier("y", AnswerAll, new BarrierOptions { Limiter = limiter });
                break;
            default:
                graph.Add<long>(new ColumnDescriptor("y") { Dependencies = ["x"], Generator = new Generator(AnswerOne, cell) });
                break;
        }

        ColumnReport report = _run.Run(graph.Build(10)).Columns.Single(column => column.Name == "y");

        (report.Cells, report.Failures, report.Retries).Should().Be((10, 0, 0));
        report.RateLimited.Should().Be(begins.Count(at => at < 20)).And.BeGreaterThan(0);
        double latency = kind == Kind.SynchronousCell ? 0 : 1;
        begins.Min().Should().Be(latency);
        begins.Where(at => at >= 20).Min().Should().BeApproximately(3 * 7 + (kind == Kind.SynchronousCell ? 0 : 4), 1e-6);
        _limiter.CurrentConcurrency.Should().Be(0);
        _run.HasTimers.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_storm_of_ten_minutes_loses_nothing(bool hasLimiter)
    {
        const int Rows = 400;
        const double Storm = 600;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", Call, new CellOptions { Limiter = hasLimiter ? _limiter : null });
        graph.From(x).Cell("y", value => value);

        async Task<long> Call(CellContext context)
        {
            context.Attempt.Should().Be(1);
            await _log.Call("x", context.Row, seconds: 0.5);
            return _run.Now < Storm ? throw new RateLimitedException() : context.Row;
        }

        RunReport report = _run.Run(graph.Build(Rows));

        (report.Outcome, report.Rows, report.Cells).Should().Be((RunOutcome.Completed, Rows, 2 * Rows));
        report.Columns.Sum(column => column.Failures + column.Retries).Should().Be(0);
        _log.Begins("x").First(at => at + 0.5 >= Storm).Should().BeLessThan(Storm + 30.5, "no pause is longer");
        if (!hasLimiter)
            return;

        // Pauses of 1, 2, 4, 8, 16 and then 30 s, each after half a second of calls, of which there are fewer and fewer.
        double[] bursts = [.. _log.Begins("x").Where(at => at < Storm).Distinct()];
        bursts.Take(8).Should().Equal(0, 1.5, 4, 8.5, 17, 33.5, 64, 94.5);
        bursts.Skip(6).Should().OnlyContain(at => _log.Begins("x").Count(other => other == at) == Math.Max(1, 3 - (Array.IndexOf(bursts, at) - 5)));
        _limiter.CurrentLimit.Should().Be(16, "from 1 on, 400 successes raise it by 16, to the ceiling");
        _run.HasTimers.Should().BeFalse();
    }

    [Fact]
    public void A_limiter_that_pauses_delays_only_its_own_columns_and_what_depends_on_them()
    {
        var other = new Limiter("other") { MaxConcurrency = 1 };
        var graph = new GraphBuilder();
        Column<long> paused = graph.Start("paused", async context =>
        {
            await _log.Call("paused", context.Row, seconds: 0.5);
            return _run.Now < 1 ? throw new RateLimitedException(TimeSpan.FromMinutes(5)) : context.Row;
        }, new CellOptions { Limiter = _limiter });
        graph.From(paused).Cell("after", (_, context) => _log.Call("after", context.Row, seconds: 0), new CellOptions { Limiter = other });
        Column<long> free = graph.Start("free", context => _log.Call("free", context.Row, seconds: 1), new CellOptions { Limiter = other });
        graph.From(free).Cell("after free", (_, context) => _log.Call("after free", context.Row, seconds: 1));
        _run.Run(graph.Build(20));

        _log.Begins("free").Should().Equal(Enumerable.Range(0, 20).Select(call => (double)call));
        _log.Begins("after free").Max().Should().Be(20);
        _log.Begins("after").Min().Should().Be(301);
    }

    [Fact]
    public void Only_the_calls_of_one_burst_lower_the_limit_once_and_successes_raise_it_again()
    {
        var limits = new List<(double At, int Limit)>();
        var graph = new GraphBuilder();
        graph.Start("x", async context =>
        {
            await _log.Call("x", context.Row, seconds: 1);
            if (_run.Now < 10)
                throw new RateLimitedException(TimeSpan.FromSeconds(1));
            limits.Add((_run.Now, _limiter.CurrentLimit));
            return context.Row;
        }, new CellOptions { Limiter = _limiter });
        _run.Run(graph.Build(1000));

        // Bursts begin at 0, 2, 4, 6 and 8: 16, 12, 9, 6, 4, then 3.
        _log.Calls.GroupBy(call => call.Begun).Take(6).Select(burst => (burst.Key, burst.Count())).Should()
            .Equal((0, 16), (2, 12), (4, 9), (6, 6), (8, 4), (10, 3));
        limits.Select(limit => limit.Limit).Should().BeInAscendingOrder();
        // Those that end at one instant, at most as many as may be under way, are counted together.
        for (int limit = 3; limit < 16; limit++)
            limits.Count(seen => seen.Limit == limit).Should().BeInRange(25 - limit, 25 + limit);
        _limiter.CurrentLimit.Should().Be(16);
    }

    [Fact]
    public void A_pause_can_be_had_without_a_lower_limit()
    {
        var limiter = new Limiter("service") { MaxConcurrency = 4, Adaptive = AdaptiveConcurrency.Off };
        var graph = new GraphBuilder();
        graph.Start("x", async context =>
        {
            await _log.Call("x", context.Row, seconds: 1);
            return _run.Now < 2 ? throw new RateLimitedException() : context.Row;
        }, new CellOptions { Limiter = limiter });
        _run.Run(graph.Build(4));
        limiter.CurrentLimit.Should().Be(4);
        _log.Begins("x").Should().Equal(0, 0, 0, 0, 2, 2, 2, 2);
    }

    [Fact]
    public void A_classifier_tells_which_exceptions_mean_too_often()
    {
        var limiter = new Limiter("service")
        {
            Classify = exception => exception is HttpRequestException { StatusCode: System.Net.HttpStatusCode.TooManyRequests }
                ? new RateLimitedException(TimeSpan.FromSeconds(3)) : null,
        };
        int calls = 0;
        var graph = new GraphBuilder();
        graph.Start("x", async context =>
        {
            await _log.Call("x", context.Row, seconds: 0);
            return ++calls switch
            {
                1 => throw new HttpRequestException("slow down", null, System.Net.HttpStatusCode.TooManyRequests),
                2 => throw new HttpRequestException("broken", null, System.Net.HttpStatusCode.BadGateway),
                _ => context.Row,
            };
        }, new CellOptions { Limiter = limiter, Retry = new RetryOptions { Delay = TimeSpan.FromSeconds(5), HasJitter = false } });
        ColumnReport report = _run.Run(graph.Build(1)).Columns[0];
        (report.RateLimited, report.Failures, report.Retries).Should().Be((1, 1, 1));
        _log.Begins("x").Should().Equal(0, 3, 8);
    }

    [Fact]
    public void A_classifier_that_throws_fails_the_cell_with_both_reasons()
    {
        var limiter = new Limiter("service") { Classify = _ => throw new FormatException("no such header") };
        var graph = new GraphBuilder();
        graph.Start("x", async Task<long> (CellContext context) =>
        {
            await _run.Wait(1).ConfigureAwait(false);
            throw new TimeoutException("too late");
        }, new CellOptions { Limiter = limiter });
        new Action(() => _run.Run(graph.Build(1))).Should().Throw<CellFailedException>()
            .Which.InnerException.Should().BeOfType<AggregateException>()
            .Which.InnerExceptions.Select(inner => inner.Message).Should().Equal("no such header", "too late");
    }

    public static TheoryData<Exception> Wrapped => new()
    {
        new RateLimitedException(TimeSpan.FromSeconds(2)),
        new InvalidOperationException("wrapped", new RateLimitedException(TimeSpan.FromSeconds(2))),
        new AggregateException(new TimeoutException(), new RateLimitedException(TimeSpan.FromSeconds(2))),
        new AggregateException(new AggregateException(new InvalidOperationException("deep", new RateLimitedException(TimeSpan.FromSeconds(2))))),
    };

    [Theory]
    [MemberData(nameof(Wrapped), DisableDiscoveryEnumeration = true)]
    public void It_is_found_within_other_exceptions(Exception exception)
    {
        var graph = new GraphBuilder();
        graph.Start("x", async context =>
        {
            await _log.Call("x", context.Row, seconds: 0);
            return _run.Now < 1 ? throw exception : context.Row;
        }, new CellOptions { Limiter = _limiter });
        _run.Run(graph.Build(1));
        _log.Begins("x").Should().Equal(0, 2);
    }

    [Fact]
    public void Without_a_limiter_a_column_waits_longer_from_pause_to_pause_until_a_call_succeeds()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async context =>
        {
            await _log.Call("x", context.Row, seconds: 0.5);
            return _run.Now < 10 ? throw new RateLimitedException() : context.Row;
        });
        graph.From(x).Cell("y", async (_, context) =>
        {
            await _log.Call("y", context.Row, seconds: 0);
            return _run.Now < 18 ? throw new RateLimitedException() : context.Row;
        });
        _run.Run(graph.Build(3));
        _log.Begins("x").Distinct().Should().Equal(0, 1.5, 4, 8.5, 17);
        _log.Begins("y").Distinct().Should().Equal(17.5, 18.5);
        _run.HasTimers.Should().BeFalse();
    }

    [Fact]
    public void A_run_that_is_stopped_during_a_pause_ends_and_leaves_no_timer()
    {
        var graph = new GraphBuilder();
        graph.Start("x", async Task<long> (context) =>
        {
            await _log.Call("x", context.Row, seconds: 0.5);
            throw new RateLimitedException(TimeSpan.FromHours(1));
        }, new CellOptions { Limiter = _limiter });
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(10), _run.Clock);
        Task<RunReport> run = graph.Build(30).RunAsync(_run.Options(), source.Token);
        new Action(() => _run.Await(run)).Should().Throw<OperationCanceledException>();
        _run.Now.Should().Be(10);
        _run.HasTimers.Should().BeFalse();
        _limiter.CurrentConcurrency.Should().Be(0);
    }

    [Fact]
    public void The_exception_says_what_it_was_given()
    {
        var inner = new TimeoutException();
        var exception = new RateLimitedException(TimeSpan.FromSeconds(1), "slow down", inner);
        (exception.RetryAfter, exception.Message, exception.InnerException).Should().Be((TimeSpan.FromSeconds(1), "slow down", inner));
        new RateLimitedException().RetryAfter.Should().BeNull();
        FluentActions.Invoking(() => new RateLimitedException(TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    private sealed class Generator(Func<long, CellContext, Task<long>> answer, CellOptions options) : CellGenerator<long>
    {
        public override CellOptions Options => options;

        protected internal override async ValueTask<long> GenerateAsync(CellInputs inputs, CellContext context) =>
            await answer(inputs.Get<long>("x"), context);
    }
}
