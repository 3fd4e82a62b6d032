using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Runs that are stopped, or stop themselves, before their end.</summary>
public sealed class EarlyStopTests
{
    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void Too_many_failures_among_the_last_cells_stop_the_run_and_what_is_finished_is_kept()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context.Row >= 100 && context.Row % 2 == 0 ? throw new FormatException() : context.Row;
        }, new CellOptions { OnFailure = CellFailurePolicy.DropRow, IsOrderDependent = true });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(1000), x, options => options with { StopAtFailureRate = new FailureRate(0.5, 20) });
        report.Outcome.Should().Be(RunOutcome.TooManyFailures);
        report.StopReason.Should().Contain("10 of the last 20 cells of column 'x' failed");
        report.DroppedRows.Should().Be(10);
        rows.Where(row => row.Row < 100).Should().HaveCount(100);
        rows.Should().HaveCountLessThan(120).And.OnlyContain(row => row.Row == row.Value);
    }

    [Fact]
    public void Failures_below_the_rate_do_not_stop_a_run()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row % 10 == 0 ? throw new FormatException() : row, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        _host.Collect(graph.Build(1000), x, options => options with { StopAtFailureRate = new FailureRate(0.5, 20) }).Report.Outcome.Should().Be(RunOutcome.Completed);
    }

    [Fact]
    public void Failures_among_calls_that_end_at_one_instant_count_where_they_ended()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context.Row % 6 == 0 ? throw new FormatException() : context.Row;
        }, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        _host.Collect(graph.Build(1000), x, options => options with { StopAtFailureRate = new FailureRate(0.3, 20), MaxConcurrentCells = 128 })
            .Report.Outcome.Should().Be(RunOutcome.Completed, "one in six is far below three in ten");
    }

    [Fact]
    public void Attempts_that_are_made_again_do_not_count_as_failures()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", context => context.Attempt < 5 ? throw new FormatException() : context.Row, new CellOptions { Retry = new RetryOptions { MaxAttempts = 5 } });
        _host.Collect(graph.Build(200), x, options => options with { StopAtFailureRate = new FailureRate(0.01, 10) }).Report.Outcome.Should().Be(RunOutcome.Completed);
    }

    [Fact]
    public void A_budget_of_cells_ends_a_run()
    {
        int begun = 0;
        var graph = new GraphBuilder { RowGroupSize = 5 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            begun++;
            await VirtualRun.Wait(context, 1);
            return context.Row;
        });
        (List<(long Row, long Value)> rows, RunReport report) =
            _host.Collect(graph.Build(10_000), x, options => options with { MaxConcurrentCells = 10, Budget = new RunBudget { Cells = 100 } });
        report.Outcome.Should().Be(RunOutcome.BudgetSpent);
        report.StopReason.Should().Contain("100 cells");
        begun.Should().BeInRange(100, 109);
        report.Cells.Should().Be(begun, "what is under way may end");
        rows.Should().HaveCountGreaterThanOrEqualTo(100 - 10);
    }

    [Fact]
    public void A_budget_of_cost_counts_failed_attempts_too()
    {
        int attempts = 0;
        var graph = new GraphBuilder();
        graph.Start("x", long (CellContext context) =>
        {
            attempts++;
            throw new FormatException();
        }, new CellOptions { CostPerAttempt = 0.5m, Retry = new RetryOptions { MaxAttempts = int.MaxValue } });
        RunReport report = _host.Report(graph.Build(1), options => options with { Budget = new RunBudget { Cost = 10 } });
        (report.Outcome, attempts).Should().Be((RunOutcome.BudgetSpent, 20));
    }

    [Theory]
    [InlineData(BarrierScope.Dataset, 2)]
    [InlineData(BarrierScope.RowGroup, 11)]
    public void A_barrier_costs_what_its_calls_do_however_many_rows_they_see(BarrierScope scope, int cost)
    {
        int calls = 0;
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        var options = new BarrierOptions { Scope = scope, CostPerAttempt = 1, Retry = new RetryOptions { MaxAttempts = 2 } };
        graph.From(x).Barrier<long>("y", values => calls++ == 0 ? throw new FormatException() : [.. values], options);
        ExecutionGraph table = graph.Build(100);
        _host.Report(table, o => o with { Budget = new RunBudget { Cost = cost + 1 } }).Outcome.Should().Be(RunOutcome.Completed);
        calls.Should().Be(cost);
        calls = 0;
        _host.Report(table, o => o with { Budget = new RunBudget { Cost = cost } }).Outcome.Should().Be(RunOutcome.BudgetSpent);
    }

    [Theory]
    [InlineData(BarrierScope.Dataset, 1)]
    [InlineData(BarrierScope.RowGroup, 10)]
    public void An_aggregate_costs_once_for_each_of_its_states(BarrierScope scope, int cost)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Aggregate("y", () => 0L, (a, b) => a + b, (a, b) => a + b, (a, b) => a - b, new BarrierOptions { Scope = scope, CostPerAttempt = 1 });
        ExecutionGraph table = graph.Build(100);
        _host.Report(table, o => o with { Budget = new RunBudget { Cost = cost + 1 } }).Outcome.Should().Be(RunOutcome.Completed);
        _host.Report(table, o => o with { Budget = new RunBudget { Cost = cost } }).Outcome.Should().Be(RunOutcome.BudgetSpent);
    }

    [Fact]
    public void A_budget_of_time_ends_a_run()
    {
        var graph = new GraphBuilder { RowGroupSize = 1 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context.Row;
        });
        RunReport report = _host.Collect(graph.Build(1000), x, options => options with { MaxConcurrentCells = 1, Budget = new RunBudget { Time = TimeSpan.FromSeconds(10.5) } }).Report;
        (report.Outcome, report.Rows).Should().Be((RunOutcome.BudgetSpent, 11));
        _host.Seconds().Should().Be(11);
    }

    [Theory]
    [InlineData(OutputOrder.InOrder)]
    [InlineData(OutputOrder.AsCompleted)]
    public void Complete_rows_of_groups_that_are_not_are_handed_out_and_no_others(OutputOrder order)
    {
        var graph = new GraphBuilder { RowGroupSize = 100 };
        Column<long> x = graph.Start("x", row => row);
        graph.Where(x, v => v % 5 != 0);
        Column<long> y = graph.From(x).Cell("y", async (v, context) =>
        {
            await VirtualRun.Wait(context, seconds: 1);
            return v * 2;
        });
        graph.SkipWhen(y, x, v => v % 7 == 0, value: -1);
        async Task<(List<(long, long, bool)>, RunReport)> Stop()
        {
            var rows = new List<(long, long, bool)>();
            await using GraphRun run = graph.Build(10_000).Run(_host.Options() with { MaxConcurrentCells = 1, Output = order });
            await VirtualRun.Wait(10.5, _host.TimeProvider, CancellationToken.None).ConfigureAwait(false);
            _ = run.StopAsync();
            await foreach (Row row in run.Rows)
                rows.Add((row.Index, y[row], row.IsSkipped(y)));
            return (rows, await run.Completion);
        }

        (List<(long Row, long Value, bool IsSkipped)> rows, RunReport report) = _host.Within(Stop);
        rows.Should().OnlyContain(row => row.Row % 5 != 0 && row.Value == (row.IsSkipped ? -1 : row.Row * 2));
        rows.Count(row => !row.IsSkipped).Should().Be(11, "so many calls had begun, one a second");
        report.Rows.Should().Be(rows.Count);
    }

    [Fact]
    public void What_an_attempt_costs_is_counted_once_whatever_becomes_of_its_row()
    {
        var defaults = new GraphBuilder();
        defaults.Start("x", long (row) => throw new FormatException(), new CellOptions { CostPerAttempt = 1, OnFailure = CellFailurePolicy.UseDefault() });
        _host.Report(defaults.Build(10), options => options with { Budget = new RunBudget { Cost = 11 } }).Outcome.Should().Be(RunOutcome.Completed, "no attempt gives the default");

        var filters = new GraphBuilder();
        filters.Where(filters.Start("x", row => row, new CellOptions { CostPerAttempt = 1 }), _ => false);
        _host.Report(filters.Build(10), options => options with { Budget = new RunBudget { Cost = 10 } }).Outcome.Should().Be(RunOutcome.BudgetSpent, "the calls were made");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_is_asked_to_stop_waits_neither_for_a_source_nor_for_room_for_its_rows(bool hasMoreRows)
    {
        async IAsyncEnumerable<long> Rows([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (long row = 0; row < 1000; row++)
            {
                if (row == 1 && !hasMoreRows)
                    await VirtualRun.Wait(1_000_000, _host.TimeProvider, cancellationToken);
                yield return row;
            }
        }

        var graph = new GraphBuilder { RowGroupSize = 2 };
        Column<long> x = graph.Source("x", Rows());
        graph.From(x).Cell("y", async (v, context) =>
        {
            await VirtualRun.Wait(context, 10);
            return v;
        });
        async Task<RunReport> Stop()
        {
            await using GraphRun run = graph.Build().Run(_host.Options() with { MaxActiveRowGroups = 1 });
            await VirtualRun.Wait(1, _host.TimeProvider, CancellationToken.None);
            return await run.StopAsync();
        }

        _host.Within(Stop).Outcome.Should().Be(RunOutcome.Stopped);
        _host.Seconds().Should().Be(10, "the calls under way may end");
    }

    [Fact]
    public void A_time_that_is_not_used_up_leaves_no_timer()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row);
        _host.Report(graph.Build(10), options => options with { Budget = new RunBudget { Time = TimeSpan.FromDays(1) } }).Outcome.Should().Be(RunOutcome.Completed);
        _host.TimeProvider.TryAdvanceToNextTimer().Should().BeFalse();
    }

    [Theory]
    [InlineData(null, 10, 4)]
    [InlineData(20.0, 10, 4)]
    [InlineData(2.0, 3.5, 0)]
    [InlineData(0.0, 1.5, 0)]
    public void A_run_that_is_asked_to_stop_lets_calls_end_within_the_grace_time(double? grace, double end, int rowsAtEnd)
    {
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 10);
            return context.Row;
        });
        async Task<RunReport> Stop()
        {
            await using GraphRun run = graph.Build(1000).Run(_host.Options() with { MaxConcurrentCells = 4 });
            await Task.Delay(TimeSpan.FromSeconds(1.5), _host.TimeProvider);
            return await run.StopAsync(grace is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        }

        RunReport report = _host.Within(Stop);
        (report.Outcome, report.Rows, report.StopReason).Should().Be((RunOutcome.Stopped, rowsAtEnd, "StopAsync was called."));
        _host.Seconds().Should().Be(end);
    }

    [Fact]
    public void Disposing_a_run_that_stops_gently_cancels_its_calls()
    {
        var graph = new GraphBuilder();
        graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1000);
            return context.Row;
        });
        async Task<RunOutcome> Stop()
        {
            GraphRun run = graph.Build(10).Run(_host.Options());
            await Task.Delay(TimeSpan.FromSeconds(1), _host.TimeProvider);
            Task<RunReport> stopped = run.StopAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), _host.TimeProvider);
            await run.DisposeAsync();
            return (await stopped).Outcome;
        }

        _host.Within(Stop).Should().Be(RunOutcome.Stopped);
        _host.Seconds().Should().Be(2);
    }

    [Fact]
    public void Finished_groups_behind_an_unfinished_one_are_handed_out_in_order_when_a_run_is_stopped()
    {
        var graph = new GraphBuilder { RowGroupSize = 1 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row == 2 ? 1000 : 1);
            return context.Row;
        });
        async Task<List<long>> Read()
        {
            var rows = new List<long>();
            await using GraphRun run = graph.Build(6).Run(_host.Options());
            await Task.Delay(TimeSpan.FromSeconds(5), _host.TimeProvider);
            Task stopped = run.StopAsync(TimeSpan.Zero);
            await foreach (Row row in run.Rows)
                rows.Add(x[row]);
            await stopped;
            return rows;
        }

        _host.Within(Read).Should().Equal(0, 1, 3, 4, 5);
    }

    [Fact]
    public async Task A_run_that_has_ended_is_not_stopped()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row);
        await using GraphRun run = graph.Build(3).Run();
        await foreach (Row _ in run.Rows)
        {
        }

        (await run.StopAsync()).Outcome.Should().Be(RunOutcome.Completed);
        await run.Invoking(r => r.StopAsync(TimeSpan.FromSeconds(-1))).Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1.1, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(0.5, 0)]
    public void A_rate_is_a_share_of_at_least_one_cell(double rate, int window) =>
        FluentActions.Invoking(() => new FailureRate(rate, window)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void A_budget_is_more_than_nothing()
    {
        FluentActions.Invoking(() => new RunBudget { Cells = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RunBudget { Time = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RunBudget { Cost = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new CellOptions { CostPerAttempt = -1 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RunOptions { StopGrace = TimeSpan.FromSeconds(-1) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RunOptions { MaxReportedDrops = -1 }).Should().Throw<ArgumentOutOfRangeException>();
    }
}
