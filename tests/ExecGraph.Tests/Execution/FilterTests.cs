using System.Collections.Concurrent;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class FilterTests
{
    [Fact]
    public async Task Nothing_that_depends_on_the_column_runs_for_a_filtered_row()
    {
        var ran = new ConcurrentBag<int>();
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v =>
        {
            ran.Add(v);
            return v * 10;
        });
        graph.Where(x, v => v % 3 == 0);
        ExecutionGraph table = graph.Build(100);
        (await table.CollectAsync(y)).Should().Equal(Enumerable.Range(0, 34).Select(i => (3L * i, 30 * i)));
        ran.Order().Should().Equal(Enumerable.Range(0, 34).Select(i => 3 * i));
        RunReport report = await table.ToEndAsync();
        (report.Rows, report.FilteredRows).Should().Be((34, 66));
        report.Columns.Single(column => column.Name == "x").Cells.Should().Be(34);
    }

    [Fact]
    public async Task Barriers_see_the_rows_that_are_left_and_are_not_called_without_any()
    {
        int calls = 0;
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> least = graph.Start("least", _ => int.MinValue);
        graph.Where(x, v => v >= 40 || v % 2 == 1);
        Column<string> seen = graph.From(x).Barrier("seen", batch =>
        {
            calls++;
            return Enumerable.Range(0, batch.Count).Select(i => $"{batch.RowAt(i)}={batch[i]}").ToArray();
        });
        (await graph.Build(50).CollectAsync(seen)).Should().OnlyContain(row => row.Value == $"{row.Row}={row.Row}").And.HaveCount(30);
        calls.Should().Be(1);

        graph.Where(x, v => v < 0);
        RunReport report = await graph.Build(50).ToEndAsync();
        (report.Rows, report.FilteredRows, report.Outcome, calls).Should().Be((0, 50, RunOutcome.Completed, 1));
    }

    [Fact]
    public async Task A_barrier_column_can_filter()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<int> x = graph.Start("x", r => (int)(r % 10));
        Column<bool> repeated = graph.From(x).Barrier("repeated", batch =>
        {
            var seen = new HashSet<int>();
            return batch.Select(v => !seen.Add(v)).ToArray();
        });
        graph.Where(repeated, r => !r);
        Column<int> after = graph.From(x, repeated).Cell("after", (v, _) => v + 1);
        (await graph.Build(100).CollectAsync(after)).Should().Equal(Enumerable.Range(0, 10).Select(r => ((long)r, r + 1)));
    }

    [Fact]
    public async Task A_predicate_that_throws_fails_the_cell_of_its_column()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        graph.Where(x, v => v != 7 ? true : throw new FormatException("seven"));
        CellFailedException failure = (await graph.Build(100).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        (failure.Row, failure.Column).Should().Be((7L, "x"));
        failure.InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public async Task A_side_output_can_filter()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        (Column<int> a, Column<int> b) = graph.From(x).Cell("a", "b", v => (v, -v));
        graph.Where(b, v => v > -3);
        (await graph.Build(10).CollectAsync(a)).Select(row => row.Value).Should().Equal(0, 1, 2);
    }
}
