using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Attempts that take too long, and calls that do not heed their token.</summary>
public sealed class TimeoutTests
{
    private static readonly CellOptions OneSecond = new() { Timeout = TimeSpan.FromSeconds(1) };

    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void An_attempt_that_takes_too_long_is_cancelled_and_fails_with_a_time_out()
    {
        Column<long> x = null!;
        var graph = new GraphBuilder();
        x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 10);
            return context.Row;
        }, OneSecond);
        CellFailedException failed = FluentActions.Invoking(() => _host.Report(graph.Build(1))).Should().Throw<CellFailedException>().Which;
        failed.InnerException.Should().BeOfType<TimeoutException>().Which.Message.Should().Contain("'x'").And.Contain("00:00:01");
        failed.InnerException!.InnerException.Should().BeAssignableTo<OperationCanceledException>();
        _host.Seconds().Should().Be(1);
        _host.TimeProvider.TryAdvanceToNextTimer().Should().BeFalse("no timer is left");
    }

    [Fact]
    public void A_time_out_is_an_attempt_like_any_other()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Attempt < 3 ? 10 : 0.5);
            return context.Row;
        }, OneSecond with { Retry = new RetryOptions { Delay = TimeSpan.Zero } });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(2), x);
        rows.Should().Equal([(0, 0), (1, 1)]);
        report.Columns[0].Should().Be(new ColumnReport("x", Cells: 2, Retries: 4, Failures: 4, Dropped: 0, Defaulted: 0));
        report.Abandoned.Should().BeEmpty();
        _host.Seconds().Should().Be(2.5);
        _host.TimeProvider.TryAdvanceToNextTimer().Should().BeFalse();
    }

    [Fact]
    public void Without_a_time_out_a_slow_call_is_waited_for()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, TimeSpan.FromDays(30).TotalSeconds);
            return context.Row;
        });
        _host.Collect(graph.Build(2), x).Rows.Should().HaveCount(2);
    }

    [Fact]
    public void Waiting_for_a_limiter_is_not_part_of_the_time()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 0.9);
            return context.Row;
        }, OneSecond with { Limiter = new Limiter("one") { MaxConcurrency = 1 } });
        _host.Collect(graph.Build(10), x).Rows.Should().HaveCount(10);
        _host.Seconds().Should().BeApproximately(9, 0.001);
    }

    [Fact]
    public void A_call_that_ignores_its_token_is_abandoned_and_keeps_its_limiters_permit_until_it_ends()
    {
        var limiter = new Limiter("two") { MaxConcurrency = 2 };
        var graph = new GraphBuilder();
        int atOnce = 0, most = 0;
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            most = Math.Max(most, ++atOnce);
            await VirtualRun.Wait(context is { Row: 0, Attempt: 1 } ? 100 : 0.5, context.TimeProvider, CancellationToken.None);
            atOnce--;
            return context.Row;
        }, OneSecond with { Limiter = limiter, TimeoutGrace = TimeSpan.FromSeconds(2), Retry = new RetryOptions { Delay = TimeSpan.Zero } });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(20), x);
        rows.Should().Equal(Enumerable.Range(0, 20).Select(row => ((long)row, (long)row)));
        report.Abandoned.Should().Equal(new AbandonedCall(0, "x", 1));
        most.Should().Be(2);
        _host.Seconds().Should().BeLessThan(15);
        limiter.CurrentConcurrency.Should().Be(1, "the call is still under way");
        while (_host.TimeProvider.TryAdvanceToNextTimer())
        {
        }

        limiter.CurrentConcurrency.Should().Be(0);
    }

    [Fact]
    public void An_abandoned_call_takes_room_among_the_calls_without_a_limiter()
    {
        int atOnce = 0, most = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            most = Math.Max(most, ++atOnce);
            await VirtualRun.Wait(context.Row == 0 ? 30 : 0.5, context.TimeProvider, CancellationToken.None);
            atOnce--;
            return context.Row;
        }, OneSecond with { TimeoutGrace = TimeSpan.Zero, OnFailure = CellFailurePolicy.DropRow });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(200), x, options => options with { MaxConcurrentCells = 2 });
        (rows.Count, report.DroppedRows, most).Should().Be((199, 1, 2));
        report.Dropped.Single().Exception.Should().BeOfType<TimeoutException>();
    }

    [Fact]
    public void A_run_whose_permits_abandoned_calls_have_goes_on_when_they_end()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context.Attempt == 1 ? 30 : 0.5, context.TimeProvider, CancellationToken.None);
            return context.Row;
        }, OneSecond with { TimeoutGrace = TimeSpan.Zero, Retry = new RetryOptions { Delay = TimeSpan.Zero } });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(2), x, options => options with { MaxConcurrentCells = 2 });
        (rows.Count, report.Abandoned.Count).Should().Be((2, 2));
        _host.Seconds().Should().Be(30.5);
    }

    [Fact]
    public void The_result_of_an_abandoned_call_touches_nothing()
    {
        var graph = new GraphBuilder { RowGroupSize = 1 };
        Column<string> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context.Attempt == 1 ? 5 : 0.1, context.TimeProvider, CancellationToken.None);
            return context.Attempt == 1 ? "late" : "in time";
        }, OneSecond with { TimeoutGrace = TimeSpan.FromSeconds(1), Retry = new RetryOptions { Delay = TimeSpan.Zero } });
        Column<string> y = graph.From(x).Cell("y", async (string value, CellContext context) =>
        {
            await VirtualRun.Wait(context, 10); // by then the first attempts have ended
            return value;
        });
        _host.Collect(graph.Build(5), y).Rows.Select(row => row.Value).Should().OnlyContain(value => value == "in time");
    }

    [Fact]
    public void A_late_end_within_the_grace_time_counts()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(2, context.TimeProvider, CancellationToken.None);
            return context.Row;
        }, OneSecond with { TimeoutGrace = TimeSpan.FromSeconds(3) });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(1), x);
        (rows.Count, report.Abandoned.Count).Should().Be((1, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batches_and_barriers_have_time_outs_too(bool heeds)
    {
        int calls = 0;
        async Task<IReadOnlyList<long>> Body(IRowBatch<long> batch, CancellationToken token)
        {
            await VirtualRun.Wait(++calls == 1 ? 100 : 0.1, _host.TimeProvider, heeds ? token : CancellationToken.None);
            return batch.ToList();
        }

        var retry = new RetryOptions { Delay = TimeSpan.Zero };
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> stream = graph.From(x).Stream("stream", Body, new StreamOptions { Timeout = TimeSpan.FromSeconds(1), Retry = retry });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(3), stream);
        rows.Should().Equal([(0, 0), (1, 1), (2, 2)]);
        report.Abandoned.Count.Should().Be(heeds ? 0 : 1);

        calls = 0;
        var after = new GraphBuilder();
        x = after.Start("x", row => row);
        Column<long> barrier = after.From(x).Barrier("barrier", Body, new BarrierOptions { Timeout = TimeSpan.FromSeconds(1), Retry = retry });
        (rows, report) = _host.Collect(after.Build(3), barrier);
        rows.Should().Equal([(0, 0), (1, 1), (2, 2)]);
        report.Abandoned.Should().BeEquivalentTo(heeds ? [] : new[] { new AbandonedCall(null, "barrier", 1) });
    }

    [Fact]
    public void A_run_that_stops_abandons_what_does_not_end_within_its_grace_time()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(1000, context.TimeProvider, CancellationToken.None);
            return context.Row;
        });
        graph.From(x).Cell("y", v => v);
        Column<long> fast = graph.Start("fast", row => row);
        graph.From(fast).Barrier("barrier", async (IRowBatch<long> batch, CancellationToken _) =>
        {
            await VirtualRun.Wait(2000, _host.TimeProvider, CancellationToken.None);
            return (IReadOnlyList<long>)batch.ToList();
        }, new BarrierOptions { Scope = BarrierScope.RowGroup });
        async Task<RunReport> Stop()
        {
            await using GraphRun run = graph.Build(3).Run(_host.Options());
            await Task.Delay(TimeSpan.FromSeconds(1), _host.TimeProvider);
            return await run.StopAsync(TimeSpan.FromSeconds(2));
        }

        RunReport report = _host.Within(Stop);
        report.Abandoned.Where(call => call.Column == "x").Select(call => call.Row).Should().BeEquivalentTo([0L, 1L, 2L]);
        _host.Seconds().Should().Be(5, "two seconds to end, two to heed the token");
        while (_host.TimeProvider.TryAdvanceToNextTimer())
        {
        }
    }

    [Fact]
    public void A_synchronous_column_has_no_time_out()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row, OneSecond);
        FluentActions.Invoking(() => graph.Build(1).Run()).Should().Throw<InvalidOperationException>().WithMessage("*'x'*synchronous*");
    }

    [Fact]
    public void Times_are_checked()
    {
        FluentActions.Invoking(() => new CellOptions { Timeout = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new CellOptions { TimeoutGrace = TimeSpan.FromTicks(-1) }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task Calls_that_end_as_they_are_abandoned_end_in_one_way()
    {
        // Real threads: time-outs and ends come close together, and each cell has exactly one of them.
        var limiter = new Limiter("calls") { MaxConcurrency = 50 };
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds((ulong)context.Seed % 4), TimeProvider.System, CancellationToken.None);
            return context.Row;
        }, new CellOptions { Limiter = limiter, Timeout = TimeSpan.FromMilliseconds(1), TimeoutGrace = TimeSpan.FromMilliseconds(1), OnFailure = CellFailurePolicy.UseDefault(-1L) });
        List<(long Row, long Value)> rows = await graph.Build(3000).CollectAsync(x);
        rows.Should().HaveCount(3000).And.OnlyContain(row => row.Value == row.Row || row.Value == -1);
        for (int i = 0; limiter.CurrentConcurrency != 0 && i < 1000; i++)
            await Task.Delay(10); // abandoned calls are still ending
        limiter.CurrentConcurrency.Should().Be(0);
    }
}
