using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>Weighted permits: estimated before a call, corrected by it.</summary>
public sealed class WeightTests
{
    private readonly VirtualClockRuns _run = new();
    private readonly CallLog _log;
    private readonly Limiter _limiter = new("tokens") { Weight = new RateLimit(100, TimeSpan.FromSeconds(10)) };

    public WeightTests() => _log = new CallLog(_run);

    [Fact]
    public void Calls_wait_until_what_they_are_estimated_at_fits()
    {
        long[] weights = [60, 30, 30, 100, 0, 1];
        RunWeighted(weights, (row, context) => _log.Call("a", row, seconds: 1, weights[row]));
        _log.Begins("a").Should().Equal(0, 0, 10, 20, 20, 30);
    }

    [Fact]
    public void What_a_call_took_too_much_is_given_back_when_it_says_so()
    {
        RunWeighted([80, 80, 80], async (row, context) =>
        {
            await _log.Call("a", row, seconds: 2);
            context.ReportWeight(20);
            return row;
        });
        _log.Begins("a").Should().Equal(0, 2, 10); // 80, then 20 + 80, then 20 + 20 and 80 do not fit before the first leaves
    }

    [Fact]
    public void What_a_call_took_too_little_is_held_against_later_calls()
    {
        RunWeighted([10, 90, 90], async (row, context) =>
        {
            await _log.Call("a", row, seconds: 2);
            if (row == 0)
                context.ReportWeight(110);
            return row;
        });
        _log.Begins("a").Should().Equal(0, 0, 12); // the 100 of which the first call tells at 2 count until 12
    }

    [Fact]
    public void The_estimate_stands_for_calls_that_say_nothing_or_fail()
    {
        int calls = 0;
        RunWeighted([60, 60], async (row, context) =>
        {
            await _log.Call("a", row, seconds: 0);
            return ++calls == 1 ? throw new TimeoutException() : row;
        }, new RetryOptions { Delay = TimeSpan.Zero });
        _log.Begins("a").Should().Equal(0, 10, 20);
    }

    [Fact]
    public void A_failed_call_may_say_what_it_took()
    {
        int calls = 0;
        RunWeighted([60, 60], async (row, context) =>
        {
            await _log.Call("a", row, seconds: 0);
            context.ReportWeight(1);
            return ++calls == 1 ? throw new TimeoutException() : row;
        }, new RetryOptions { Delay = TimeSpan.Zero });
        _log.Begins("a").Should().Equal(0, 0, 0);
    }

    [Fact]
    public void What_is_said_after_the_call_is_ignored()
    {
        CellContext first = default;
        RunWeighted([60, 40, 100], async (row, context) =>
        {
            if (row == 0)
                first = context;
            await _log.Call("a", row, seconds: row + 1);
            first.ReportWeight(row == 0 ? 60 : 1000);
            return row;
        });
        _log.Begins("a").Should().Equal(0, 0, 10);
        first.Invoking(context => context.ReportWeight(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void What_an_attempt_says_that_was_given_up_on_is_not_taken_for_the_next_attempt()
    {
        CellContext first = default;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", context => _log.Call("x", context.Row, seconds: 15 * context.Row));
        graph.From(x).Cell("a", async (_, context) =>
        {
            bool isFirst = (context.Row, context.Attempt) == (0, 1);
            if (isFirst)
                first = context;
            else if (context.Row == 0)
                first.ReportWeight(1);
            return await _log.Call("a", context.Row, seconds: isFirst ? 100 : 0);
        }, new CellOptions
        {
            Limiter = _limiter,
            Timeout = TimeSpan.FromSeconds(1),
            TimeoutGrace = TimeSpan.Zero,
            Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.Zero },
            Weight = _ => 60,
        });
        _run.Run(graph.Build(2));
        _log.Begins("a").Should().Equal(0, 10, 20);
    }

    [Fact]
    public void What_does_not_depend_on_weights_is_not_counted_by_them()
    {
        var graph = new GraphBuilder();
        graph.Start("light", context => _log.Call("light", context.Row, seconds: 0), new CellOptions { Limiter = _limiter });
        _run.Run(graph.Build(500));
        _log.Begins("light").Should().HaveCount(500).And.OnlyContain(at => at == 0);
    }

    [Fact]
    public void An_estimate_that_no_window_can_hold_is_an_error_that_names_it()
    {
        CellFailedException failure = Failure(_ => 101);
        failure.Row.Should().Be(0);
        failure.InnerException!.Message.Should().Be(
            "Row 0 of column 'a' was estimated at a weight of 101, but limiter 'tokens' grants 100 in 00:00:10: the call could never be made.");
    }

    [Fact]
    public void A_negative_estimate_is_a_failure_of_its_cell() =>
        Failure(_ => -1).InnerException!.Message.Should().Be("The weight of a call of column 'a' was estimated at -1; it cannot be negative.");

    [Fact]
    public void An_estimate_that_throws_is_a_failure_of_its_cell_and_is_asked_again_with_the_next_attempt()
    {
        int asked = 0;
        var graph = new GraphBuilder();
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 0), new CellOptions
        {
            Limiter = _limiter,
            Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.FromSeconds(3), HasJitter = false },
            Weight = _ => ++asked == 1 ? throw new FormatException("no prompt") : 1,
        });
        ColumnReport report = _run.Run(graph.Build(1)).Columns[0];
        (report.Failures, report.Retries).Should().Be((1, 1));
        _log.Begins("a").Should().Equal(3);
        Failure(_ => throw new FormatException("no prompt")).InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public void A_cell_whose_estimate_failed_and_that_was_given_a_value_makes_ready_what_depends_on_it()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Cell("y", (v, context) => _log.Call("y", v, seconds: 1), new CellOptions
        {
            Limiter = _limiter,
            Weight = inputs => inputs.Get<long>("x") == 2 ? throw new FormatException() : 1,
            OnFailure = CellFailurePolicy.UseDefault(-1L),
        });
        graph.From(y).Cell("z", v => v);
        RunReport report = _run.Run(graph.Build(3));
        (report.Rows, report.Columns[1].Defaulted, report.Columns[2].Cells).Should().Be((3, 1, 3));
    }

    [Fact]
    public void A_call_that_the_window_was_made_too_small_for_takes_all_of_it()
    {
        long[] weights = [100, 100, 10];
        var graph = new GraphBuilder();
        graph.Start("shrink", async (CellContext context) =>
        {
            await _run.Wait(1).ConfigureAwait(false);
            _limiter.Weight = new RateLimit(50, TimeSpan.FromSeconds(10));
            return context.Row;
        });
        Weighted(graph, weights, (row, context) => _log.Call("a", row, seconds: 0));
        _run.Run(graph.Build(weights.Length));
        _log.Begins("a").Should().Equal(0, 10, 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_weighs_what_its_rows_do_and_is_no_heavier_than_a_window(bool isOrdered)
    {
        var batches = new List<(double At, int Rows)>();
        var graph = new GraphBuilder();
        Column<long> weight = graph.Start("weight", row => row == 3 ? 100L : 30);
        graph.From(weight).Stream<long>("a", async (rows, cancellationToken) =>
        {
            batches.Add((_run.Now, rows.Count));
            await Task.Delay(TimeSpan.FromSeconds(1), _run.Clock, cancellationToken);
            return [.. rows];
        }, new StreamOptions
        {
            Limiter = _limiter,
            MaxBatchSize = 64,
            MinBatchSize = 8,
            IsOrderDependent = isOrdered,
            Weight = inputs => inputs.Get<long>("weight"),
        });
        _run.Run(graph.Build(8));
        batches.Where(batch => batch.At > 0 || batch.Rows > 1).Sum(batch => batch.Rows).Should().BeGreaterThanOrEqualTo(7);
        batches.Sum(batch => batch.Rows).Should().Be(8);
        batches.Should().OnlyContain(batch => batch.Rows <= 3);
        batches.GroupBy(batch => Math.Floor(batch.At / 10)).Should().OnlyContain(window => window.Sum(batch => batch.Rows) <= 3);
    }

    [Fact]
    public void A_batch_that_is_made_shorter_does_not_wait_for_rows_that_only_others_need()
    {
        var asked = new HashSet<long>();
        var calls = new List<(double At, string Rows)>();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> slow = graph.From(x).Cell("slow", (row, _) => _log.Call("slow", row, seconds: row < 4 ? 0 : row == 4 ? 5 : 1000));
        graph.From(slow).Stream<long>("a", rows =>
        {
            calls.Add((_run.Now, string.Join(", ", rows)));
            return calls.Count == 1 ? throw new TimeoutException() : [.. rows];
        }, new StreamOptions
        {
            Limiter = _limiter,
            MaxBatchSize = 4,
            MinBatchSize = 4,
            SplitFailedBatches = true,
            Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.Zero },
            Weight = inputs => asked.Add(inputs.Get<long>("slow")) ? 10 : 60,
        });
        _run.Run(graph.Build(6)).Rows.Should().Be(6);
        calls.Should().Equal((0, "0, 1, 2, 3"), (0, "0"), (10, "1"), (20, "2"), (30, "3"), (1000, "4, 5"));
    }

    [Fact]
    public void A_barrier_weighs_what_its_rows_do()
    {
        double begun = -1;
        ExecutionGraph Table(int rows)
        {
            var graph = new GraphBuilder();
            Column<long> before = graph.Start("before", row => row);
            graph.From(before).Barrier<long>("all", async (values, cancellationToken) =>
            {
                begun = _run.Now;
                await Task.Delay(TimeSpan.FromSeconds(1), _run.Clock, cancellationToken);
                return [.. values];
            }, new BarrierOptions { Limiter = _limiter, Weight = _ => 2 });
            return graph.Build(rows);
        }

        _run.Run(Table(40));
        begun.Should().Be(0);
        _run.Run(Table(11));
        begun.Should().Be(10);
        new Action(() => _run.Run(Table(51))).Should().Throw<CellFailedException>()
            .Which.InnerException!.Message.Should().Contain("The rows of one call of column 'all' was estimated at a weight of 102");
    }

    [Fact]
    public void Synchronous_and_order_dependent_cells_are_weighed_too()
    {
        var begins = new List<(double At, string Column)>();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        var sync = new CellOptions { Limiter = _limiter, Weight = _ => 25 };
        graph.From(x).Cell("sync", row =>
        {
            begins.Add((_run.Now, "sync"));
            return row;
        }, sync);
        graph.From(x).Cell("ordered", async (row, context) =>
        {
            begins.Add((_run.Now, "ordered"));
            await _run.Wait(0.1).ConfigureAwait(false);
            context.ReportWeight(25);
            return row;
        }, sync with { IsOrderDependent = true, Weight = _ => 50 });
        _run.Run(graph.Build(20));
        begins.Should().HaveCount(40);
        begins.GroupBy(call => Math.Floor(call.At / 10)).Max(window => window.Count()).Should().BeLessThanOrEqualTo(4);
    }

    private CellFailedException Failure(Func<CellInputs, long> weight)
    {
        var graph = new GraphBuilder();
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 0), new CellOptions { Limiter = _limiter, Weight = weight });
        return new Action(() => _run.Run(graph.Build(1))).Should().Throw<CellFailedException>().Which;
    }

    private void RunWeighted(long[] weights, Func<long, CellContext, Task<long>> call, RetryOptions? retry = null)
    {
        var graph = new GraphBuilder();
        Weighted(graph, weights, call, retry);
        _run.Run(graph.Build(weights.Length));
        _run.HasTimers.Should().BeFalse();
    }

    private void Weighted(GraphBuilder graph, long[] weights, Func<long, CellContext, Task<long>> call, RetryOptions? retry = null)
    {
        Column<long> weight = graph.Start("weight", row => weights[row]);
        graph.From(weight).Cell("a", (_, context) => call(context.Row, context), new CellOptions
        {
            Limiter = _limiter,
            Retry = retry,
            Weight = inputs => inputs.Get<long>("weight"),
        });
    }
}
