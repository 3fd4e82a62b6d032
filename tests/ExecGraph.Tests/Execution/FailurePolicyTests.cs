using System.Collections.Concurrent;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>What becomes of cells whose attempts ran out.</summary>
public sealed class FailurePolicyTests
{
    private static readonly CellOptions Drops = new() { OnFailure = CellFailurePolicy.DropRow };

    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void A_row_that_is_dropped_never_reaches_later_columns_and_is_named_in_the_report()
    {
        var seen = new ConcurrentBag<long>();
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Cell("y", v => v % 3 == 1 ? throw new FormatException($"no {v}") : v, Drops);
        Column<long> z = graph.From(y).Cell("z", v =>
        {
            seen.Add(v);
            return v * 10;
        });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(10), z);
        rows.Should().Equal([(0, 0), (2, 20), (3, 30), (5, 50), (6, 60), (8, 80), (9, 90)]);
        seen.Should().BeEquivalentTo([0L, 2, 3, 5, 6, 8, 9]);
        (report.Rows, report.DroppedRows, report.FilteredRows).Should().Be((7, 3, 0));
        report.Dropped.Select(failure => (failure.Row, failure.Column, failure.Attempts, failure.Exception.Message))
            .Should().BeEquivalentTo([(1L, "y", 1, "no 1"), (4L, "y", 1, "no 4"), (7L, "y", 1, "no 7")]);
        report.Columns.Select(column => (column.Name, column.Dropped)).Should().BeEquivalentTo([("x", 0L), ("y", 3L), ("z", 0L)]);
    }

    [Fact]
    public void Dropped_rows_hold_no_barrier_open_and_are_not_seen_by_it()
    {
        var graph = new GraphBuilder { RowGroupSize = 3 };
        Column<long> x = graph.Start("x", row => row < 7 ? throw new FormatException() : row, Drops);
        Column<int> count = graph.From(x).Barrier("count", all => Enumerable.Repeat(all.Count, all.Count).ToList());
        Column<long> sum = graph.From(x).Aggregate("sum", () => 0L, (s, v) => s + v, (a, b) => a + b, s => s);
        Column<long> both = graph.From(count, sum).Cell("both", (c, s) => c * 1000 + s);
        _host.Collect(graph.Build(10), both).Rows.Should().Equal([(7, 3024), (8, 3024), (9, 3024)]);
    }

    [Fact]
    public void Each_row_is_dropped_once_however_many_of_its_cells_fail()
    {
        var told = new ConcurrentBag<long>();
        var graph = new GraphBuilder();
        graph.Start("a", async (CellContext context) => await Fails(context, 1), Drops);
        graph.Start("b", async (CellContext context) => await Fails(context, 1), Drops);
        graph.Start("c", row => row);
        NoRowsLeftException nothing = FluentActions.Invoking(() => _host.Report(graph.Build(50), options => options with { OnRowDropped = failure => told.Add(failure.Row) }))
            .Should().Throw<NoRowsLeftException>().Which;
        nothing.DroppedRows.Should().Be(50);
        told.Order().Should().Equal(Enumerable.Range(0, 50).Select(row => (long)row));
    }

    [Fact]
    public void A_run_in_which_no_row_survives_ends_with_the_root_cause()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Cell("y", long (long v) => throw new FormatException("the root"), Drops with { Retry = new RetryOptions { MaxAttempts = 2 } });
        NoRowsLeftException nothing = FluentActions.Invoking(() => _host.Collect(graph.Build(3), y)).Should().Throw<NoRowsLeftException>().Which;
        nothing.Message.Should().Contain("3 were dropped").And.Contain("column 'y'").And.Contain("after 2 attempts").And.Contain("the root");
        nothing.InnerException.Should().BeOfType<FormatException>();
        nothing.Dropped.Should().HaveCount(3);
    }

    [Fact]
    public void The_report_names_so_many_dropped_rows_and_counts_all()
    {
        int told = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row == 999 ? row : throw new FormatException(), Drops);
        RunReport report = _host.Collect(graph.Build(1000), x, options => options with { MaxReportedDrops = 5, OnRowDropped = _ => told++ }).Report;
        (report.DroppedRows, report.Dropped.Count, told).Should().Be((999, 5, 999));
    }

    [Fact]
    public void A_cell_with_a_default_keeps_its_row()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row == 1 ? throw new FormatException() : row, new CellOptions { OnFailure = CellFailurePolicy.UseDefault(-1L) });
        Column<long> y = graph.From(x).Cell("y", v => v * 2);
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(3), y);
        rows.Should().Equal([(0, 0), (1, -2), (2, 4)]);
        report.Columns[0].Should().Be(new ColumnReport("x", Cells: 3, Retries: 0, Failures: 1, Dropped: 0, Defaulted: 1));
    }

    [Fact]
    public void Each_of_several_outputs_gets_its_part_of_the_default()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        (Column<int> a, Column<string> b) = graph.From(x).Cell("a", "b", v => v == 1 ? throw new FormatException() : ((int)v, "fine"),
            new CellOptions { OnFailure = CellFailurePolicy.UseDefault((7, "none")) });
        Column<string> text = graph.From(a, b).Cell("text", (n, s) => $"{n} {s}");
        _host.Collect(graph.Build(2), text).Rows.Should().Equal([(0, "0 fine"), (1, "7 none")]);
    }

    [Fact]
    public void No_value_stands_for_each_outputs_own_default()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        (Column<int> a, Column<string> b) = graph.From(x).Cell("a", "b", (int, string) (long v) => throw new FormatException(), new CellOptions { OnFailure = CellFailurePolicy.UseDefault() });
        Column<string> text = graph.From(a, b).Cell("text", (n, s) => $"{n} {s is null}");
        _host.Collect(graph.Build(1), text).Rows.Should().Equal([(0, "0 True")]);
    }

    [Fact]
    public void A_default_of_another_type_is_refused_when_the_run_starts()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row, new CellOptions { OnFailure = CellFailurePolicy.UseDefault("text") });
        FluentActions.Invoking(() => graph.Build(3).Run()).Should().Throw<InvalidOperationException>().WithMessage("*'x'*String*Int64*");
    }

    [Fact]
    public void A_default_of_the_run_that_does_not_fit_fails_it_when_it_is_needed()
    {
        var graph = new GraphBuilder();
        graph.Start("x", long (row) => throw new FormatException());
        FluentActions.Invoking(() => _host.Report(graph.Build(1), options => options with { OnFailure = CellFailurePolicy.UseDefault("text") }))
            .Should().Throw<CellFailedException>().WithInnerException<InvalidOperationException>();
    }

    [Fact]
    public void A_policy_can_decide_from_the_failure()
    {
        CellFailurePolicy policy = CellFailurePolicy.Decide(failure => failure.Exception switch
        {
            FormatException => CellFailurePolicy.DropRow,
            ArgumentException => CellFailurePolicy.UseDefault(failure.Row * 100),
            _ => CellFailurePolicy.FailRun,
        });
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row switch { 1 => throw new FormatException(), 2 => throw new ArgumentException("no"), _ => row }, new CellOptions { OnFailure = policy });
        _host.Collect(graph.Build(4), x).Rows.Should().Equal([(0, 0), (2, 200), (3, 3)]);
        var failing = new GraphBuilder();
        failing.Start("x", long (row) => throw new NotSupportedException(), new CellOptions { OnFailure = policy });
        FluentActions.Invoking(() => _host.Report(failing.Build(1))).Should().Throw<CellFailedException>().WithInnerException<NotSupportedException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_policy_that_throws_or_decides_nothing_fails_the_run_and_keeps_the_cause(bool throws)
    {
        CellFailurePolicy policy = CellFailurePolicy.Decide(_ => throws ? throw new NotSupportedException("policy") : null!);
        var graph = new GraphBuilder();
        graph.Start("x", long (row) => throw new FormatException("cell"), new CellOptions { OnFailure = policy });
        CellFailedException failed = FluentActions.Invoking(() => _host.Report(graph.Build(1))).Should().Throw<CellFailedException>().Which;
        failed.InnerException.Should().BeOfType<AggregateException>().Which.InnerExceptions.Select(inner => inner.GetType())
            .Should().Equal(throws ? typeof(NotSupportedException) : typeof(InvalidOperationException), typeof(FormatException));
    }

    [Fact]
    public void A_callback_that_throws_fails_the_run()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row == 0 ? throw new FormatException() : row, Drops);
        FluentActions.Invoking(() => _host.Report(graph.Build(2), options => options with { OnRowDropped = _ => throw new NotSupportedException() }))
            .Should().Throw<InvalidOperationException>().WithMessage("*row 0*'x'*").WithInnerException<NotSupportedException>();
    }

    [Fact]
    public void The_runs_policy_is_for_columns_that_have_none()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row == 0 ? throw new FormatException() : row);
        Column<long> y = graph.Start("y", row => row == 1 ? throw new FormatException() : row, new CellOptions { OnFailure = CellFailurePolicy.UseDefault(5L) });
        _host.Collect(graph.Build(3), y, options => options with { OnFailure = CellFailurePolicy.DropRow }).Rows.Should().Equal([(1, 5), (2, 2)]);
    }

    [Fact]
    public void A_barrier_that_fails_fails_the_run_whatever_the_policy()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Barrier("all", IReadOnlyList<int> (all) => throw new FormatException());
        FluentActions.Invoking(() => _host.Report(graph.Build(3), options => options with { OnFailure = CellFailurePolicy.DropRow }))
            .Should().Throw<CellFailedException>().Which.Row.Should().BeNull();
    }

    [Fact]
    public void A_failed_batch_gives_up_each_of_its_rows()
    {
        var graph = new GraphBuilder();
        List<long> failed = [];
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Stream("y", batch =>
        {
            if (!batch.Contains(3))
                return batch.ToList();
            failed.AddRange(batch);
            throw new FormatException();
        }, new StreamOptions { MaxBatchSize = 4, MinBatchSize = 4, OnFailure = CellFailurePolicy.DropRow });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(10), y);
        failed.Should().HaveCount(4);
        rows.Select(row => row.Row).Should().Equal(Enumerable.Range(0, 10).Select(row => (long)row).Except(failed));
        report.DroppedRows.Should().Be(4);
    }

    [Fact]
    public void After_a_dropped_head_row_the_next_row_of_an_ordered_column_follows()
    {
        var order = new List<long>();
        var graph = new GraphBuilder { RowGroupSize = 3 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            order.Add(context.Row);
            await VirtualRun.Wait(context, 1);
            return context.Row % 2 == 0 ? throw new FormatException() : context.Row;
        }, Drops with { IsOrderDependent = true });
        _host.Collect(graph.Build(7), x).Rows.Should().Equal([(1, 1), (3, 3), (5, 5)]);
        order.Should().Equal(0, 1, 2, 3, 4, 5, 6);
    }

    [Fact]
    public async Task Rows_are_dropped_alike_on_many_threads()
    {
        var graph = new GraphBuilder { RowGroupSize = 64 };
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await Task.Yield();
            return context.Seed % 5 == 0 ? throw new FormatException() : context.Row;
        }, Drops);
        Column<long> y = graph.From(x).Cell("y", v => v % 7 == 3 ? throw new FormatException() : v, Drops);
        Column<long> z = graph.From(x, y).Cell("z", (a, b) => a + b);
        List<(long Row, long Value)> rows = await graph.Build(20_000).CollectAsync(z, new RunOptions { Workers = 4 });
        List<(long Row, long Value)> expected = await graph.Build(20_000).CollectAsync(z, new RunOptions { Workers = 1, MaxConcurrentCells = 1 });
        rows.Should().Equal(expected);
    }

    private static async Task<long> Fails(CellContext context, double seconds)
    {
        await VirtualRun.Wait(context, seconds);
        throw new FormatException();
    }
}
