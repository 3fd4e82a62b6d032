using ExecGraph.Execution;
using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Explained;

namespace ExecGraph.Tests.Execution;

/// <summary>What a run says about cells of admitted row groups, at exact moments of virtual time.</summary>
public sealed class ExplainCellTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 4 };

    [Fact]
    public void A_call_that_is_under_way_runs_since_it_began()
    {
        _graph.Start("x", Taking(10));
        CellExplanation cell = _graph.Build(4).Ask(2.5, 3, "x");
        cell.Standing.Should().Be(CellStanding.Running);
        (cell.Row, cell.Column, cell.At, cell.Since, cell.Attempt).Should().Be((3, "x", At(2.5), At(0), 1));
        cell.ToString().Should().Be("Cell(3, 'x') has been running since 2000-01-01 00:00:00Z, for 2.5 s: attempt 1 of 1.");
    }

    [Fact]
    public void A_cell_with_its_value_is_done_and_one_that_needs_it_may_run()
    {
        Column<long> x = _graph.Start("x", Taking(1));
        _graph.From(x).Cell("y", TakingOver(9));
        _graph.Build(4).Ask(5, run => (run.Explain(0, x).Standing, run.Explain(0, "y").Since)).Should().Be((CellStanding.Done, At(1)));
    }

    [Fact]
    public void A_cell_waits_for_those_it_needs_and_the_cause_is_at_the_end_of_the_chain()
    {
        Column<long> x = _graph.Start("x", Taking(10));
        Column<long> y = _graph.From(x).Cell("y", TakingOver(1));
        Column<long> z = _graph.From(x).Cell("z", v => v);
        Column<long> done = _graph.Start("done", row => row);
        _graph.From(done, y, z).Cell("sum", (d, a, b) => d + a + b);
        CellExplanation cell = _graph.Build(4).Ask(2, 1, "sum");
        cell.Standing.Should().Be(CellStanding.WaitingForDependency);
        cell.WaitsFor.Should().Equal("y", "z");
        (cell.Cause!.Column, cell.Cause.Standing, cell.Cause.Since).Should().Be(("x", CellStanding.Running, At(0)));
        cell.ToString().Should().Be("Cell(1, 'sum') waits for 'y', 'z'. Cell(1, 'x') has been running since 2000-01-01 00:00:00Z, for 2 s: attempt 1 of 1.");
    }

    [Fact]
    public void A_side_output_stands_for_the_call_that_produces_it()
    {
        Column<long> x = _graph.Start("x", row => row);
        _graph.From(x).Cell("a", "b", async (v, token) =>
        {
            await UntilStopped(token);
            return (v, v);
        });
        CellExplanation cell = _graph.Build(4).Ask(1, 2, "b");
        (cell.Column, cell.Standing).Should().Be(("b", CellStanding.Running));
    }

    [Fact]
    public void Cells_of_rows_that_are_gone_say_why()
    {
        Column<long> x = _graph.Start("x", row => row);
        Column<long> y = _graph.From(x).Cell("y", v => v == 1 ? throw new FormatException() : v, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        _graph.Where(x, v => v != 2);
        _graph.From(y).Cell("z", TakingOver(10));
        _graph.Build(4).Ask(1, run =>
        {
            run.Explain(1, "z").Standing.Should().Be(CellStanding.Dropped);
            run.Explain(1, "z").ToString().Should().Be("Cell(1, 'z') is in a row that was dropped: column 'y' failed (FormatException, 1 attempt).");
            run.Explain(2, "x").Standing.Should().Be(CellStanding.Filtered);
            run.Explain(2, "z").ToString().Should().Be("Cell(2, 'z') is in a row that a filter removed.");
            return run.Explain(3, "z").Standing;
        }).Should().Be(CellStanding.Running);
    }

    [Fact]
    public void A_dropped_row_that_the_report_does_not_name_is_told_from_a_filtered_one()
    {
        Column<long> x = _graph.Start("x", row => row);
        Column<long> y = _graph.From(x).Cell("y", v => v == 1 ? throw new FormatException() : v, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        _graph.Where(x, v => v != 2);
        _graph.From(y).Cell("z", TakingOver(10));
        _graph.Build(4).Ask(1, run => (run.Explain(1, "z").Standing, run.Explain(2, "z").Standing), options => options with { Output = OutputOrder.None, MaxReportedDrops = 0 })
            .Should().Be((CellStanding.Dropped, CellStanding.Filtered));
    }

    [Fact]
    public void A_skipped_cell_says_so()
    {
        Column<long> x = _graph.Start("x", row => row);
        Column<long> y = _graph.From(x).Cell("y", TakingOver(10));
        _graph.SkipWhen(y, x, v => v == 1);
        _graph.Build(4).Ask(1, run => (run.Explain(1, "y").Standing, run.Explain(2, "y").Standing)).Should().Be((CellStanding.Skipped, CellStanding.Running));
    }

    [Fact]
    public void A_cell_waits_until_its_next_attempt()
    {
        var retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.FromSeconds(5), HasJitter = false };
        _graph.Start("x", context => context.Attempt < 3 ? throw new FormatException() : context.Row, new CellOptions { Retry = retry });
        ExecutionGraph table = _graph.Build(4);
        CellExplanation first = table.Ask(2, 0, "x");
        (first.Standing, first.Until, first.Attempt).Should().Be((CellStanding.WaitingForRetry, At(5), 2));
        first.ToString().Should().Be("Cell(0, 'x') waits until 2000-01-01 00:00:05Z, in 3 s: an attempt failed; attempt 2 of 3 is next.");
        CellExplanation second = table.Ask(7, 0, "x");
        (second.Standing, second.Until, second.Attempt).Should().Be((CellStanding.WaitingForRetry, At(15), 3));
    }

    [Fact]
    public void A_call_that_came_too_often_waits_by_itself_where_it_has_no_limiter()
    {
        int calls = 0;
        _graph.Start("x", row => calls++ == 0 ? throw new RateLimitedException(TimeSpan.FromSeconds(8)) : row);
        CellExplanation cell = _graph.Build(1).Ask(2, 0, "x");
        (cell.Standing, cell.Until, cell.Attempt).Should().Be((CellStanding.WaitingForRetry, At(8), 1));
        cell.ToString().Should().Contain("too often");
    }

    [Fact]
    public void A_row_of_an_order_dependent_column_waits_for_the_row_that_it_is_at()
    {
        Column<long> x = _graph.Start("x", row => row);
        _graph.From(x).Cell("y", TakingOver(4), new CellOptions { IsOrderDependent = true });
        _graph.Build(8).Ask(5, run =>
        {
            run.Explain(0, "y").Standing.Should().Be(CellStanding.Done);
            run.Explain(1, "y").Since.Should().Be(At(4));
            CellExplanation behind = run.Explain(6, "y"); // in another row group
            (behind.Standing, behind.EarlierRow, behind.Cause!.Row, behind.Cause.Standing).Should().Be((CellStanding.WaitingForEarlierRow, 1, 1, CellStanding.Running));
            return behind.ToString();
        }).Should().StartWith("Cell(6, 'y') is ready, but its column is order-dependent and is at row 1. Cell(1, 'y') has been running since");
    }

    [Fact]
    public void A_row_of_a_stream_waits_for_its_batch_to_fill_and_then_for_the_call()
    {
        Column<long> x = _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row < 2 ? 1 : 5);
            return context.Row;
        });
        _graph.From(x).Stream<long>("s", async (batch, token) =>
        {
            await UntilStopped(token);
            return [.. batch];
        }, new StreamOptions { MinBatchSize = 3 });
        _graph.Build(4).Ask(2, run =>
        {
            run.Explain(3, "s").WaitsFor.Should().Equal("x");
            return run.Explain(1, "s");
        }).Should().BeEquivalentTo(new { Standing = CellStanding.WaitingForBatch, CellsShort = 1L });
        CellExplanation called = _graph.Build(4).Ask(6, 1, "s");
        (called.Standing, called.Since).Should().Be((CellStanding.Running, At(5)));
    }

    [Fact]
    public void A_slow_synchronous_cell_that_asks_about_itself_is_running()
    {
        GraphRun? run = null;
        var said = new List<CellExplanation>();
        Column<long> x = _graph.Start("x", Taking(3));
        _graph.From(x).Cell("y", v =>
        {
            said.Add(run!.Explain(v, "y"));
            return v;
        });
        var host = new VirtualTimeHost();
        host.Within(() =>
        {
            run = _graph.Build(1).Run(host.Options() with { Output = OutputOrder.None });
            return run.Completion;
        }).Rows.Should().Be(1);
        said.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Standing = CellStanding.Running, Since = At(3), Attempt = 1 });
    }

    [Fact]
    public void Names_and_rows_that_do_not_exist_are_refused()
    {
        Column<long> summary = _graph.Start("summary", Taking(1));
        _graph.Build(4).Ask(0.5, run =>
        {
            run.Invoking(r => r.Explain(0, "sumary")).Should().Throw<ArgumentException>().WithMessage("*no column 'sumary'. Did you mean 'summary'?*").WithParameterName("column");
            run.Invoking(r => r.Explain(4, summary)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Row 4 is outside the table: its rows are 0 to 3.*").WithParameterName("row");
            run.Invoking(r => r.Explain(-1, "summary")).Should().Throw<ArgumentOutOfRangeException>();
            run.Invoking(r => r.Explain(0, (string)null!)).Should().Throw<ArgumentNullException>();
            run.Invoking(r => r.Explain(0, (IColumn)null!)).Should().Throw<ArgumentNullException>();
            return run.Explain(3, summary).Standing;
        }).Should().Be(CellStanding.Running);
    }
}
