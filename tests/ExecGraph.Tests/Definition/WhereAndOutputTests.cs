using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Definition;

public class WhereAndOutputTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 3 };
    private readonly Column<int> _n;
    private readonly Column<int> _twice;

    public WhereAndOutputTests()
    {
        _n = _graph.Start("n", row => (int)row);
        _twice = _graph.From(_n).Cell("twice", n => 2 * n);
    }

    [Fact]
    public async Task Rows_that_do_not_pass_are_absent_and_counted_apart()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();
        Column<int> later = _graph.From(_twice).Cell("later", twice =>
        {
            seen.Add(twice);
            return twice + 1;
        });
        _graph.Where(_n, n => n % 2 == 0);

        await using GraphRun run = _graph.Build(7).Run();
        var values = new List<(long, int)>();
        await foreach (Row row in run.Rows)
            values.Add((row.Index, later[row]));
        RunReport report = await run.Completion;

        values.Should().Equal((0, 1), (2, 5), (4, 9), (6, 13));
        seen.Should().BeEquivalentTo([0, 4, 8, 12]);
        (report.Rows, report.FilteredRows).Should().Be((4, 3));
        report.Columns.Should().OnlyContain(column => column.Failures == 0);
    }

    [Fact]
    public async Task A_group_gives_the_values_of_its_surviving_rows()
    {
        _graph.Where(_n, n => n is not (0 or 3 or 4 or 5));

        var groups = new List<string>();
        await using GraphRun run = _graph.Build(8).Run();
        await foreach (RowGroup group in run.RowGroups)
            groups.Add($"{group.Index} from {group.FirstRow}: {string.Join(',', group.GetColumn(_twice).ToArray())}");

        groups.Should().Equal("0 from 0: 2,4", "2 from 6: 12,14");
    }

    [Fact]
    public async Task A_row_goes_on_only_if_it_passes_every_filter()
    {
        _graph.Where(_n, n => n > 1);
        _graph.Where(_n, n => n < 6);
        _graph.Where(_twice, twice => twice != 6);

        (await _graph.Build(8).ReadAsync(_n)).Should().Equal(2, 4, 5);
    }

    [Fact]
    public async Task A_side_output_can_decide()
    {
        (Column<int> value, Column<bool> keep) = _graph.From(_n).Cell("value", "keep", n => (n, n == 2));
        _graph.Where(keep, k => k);

        (await _graph.Build(4).ReadAsync(value)).Should().Equal(2);
    }

    [Fact]
    public async Task A_predicate_that_throws_is_a_failure_of_its_column()
    {
        _graph.Where(_twice, twice => twice == 4 ? throw new FormatException("odd") : true);

        CellFailedException failure = (await _graph.Build(4).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>()).Which;

        (failure.Column, failure.Row).Should().Be(("twice", 2L));
        failure.InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public async Task Every_column_is_kept_unless_the_output_is_named()
    {
        List<Row> rows = await _graph.Build(2).ReadAsync();

        rows.Select(row => (row.Get(_n), _twice[row])).Should().Equal((0, 0), (1, 2));
    }

    [Fact]
    public async Task Only_named_columns_are_kept_and_reading_another_says_so()
    {
        Column<int> last = _graph.From(_twice).Cell("last", twice => twice + 1);
        _graph.Output(last);

        List<Row> rows = await _graph.Build(3).ReadAsync();

        rows.Select(row => last[row]).Should().Equal(1, 3, 5);
        rows[0].Invoking(row => _twice[row]).Should().Throw<KeyNotFoundException>()
            .WithMessage("Column 'twice' is not kept in the output. Name it in GraphBuilder.Output to read it.");
    }

    [Fact]
    public async Task The_output_may_be_named_in_parts()
    {
        Column<int> last = _graph.From(_twice).Cell("last", twice => twice + 1);
        _graph.Output(_n);
        _graph.Output(last);

        List<Row> rows = await _graph.Build(2).ReadAsync();

        rows.Select(row => (_n[row], last[row])).Should().Equal((0, 1), (1, 3));
        rows[1].Invoking(row => row.Get(_twice)).Should().Throw<KeyNotFoundException>();
    }

    [Fact]
    public async Task An_output_without_columns_keeps_none()
    {
        _graph.Output();

        List<Row> rows = await _graph.Build(2).ReadAsync();

        rows.Select(row => row.Index).Should().Equal(0, 1);
        rows[0].Invoking(row => _n[row]).Should().Throw<KeyNotFoundException>();
    }

    [Fact]
    public async Task A_column_of_another_table_is_not_in_a_row()
    {
        Column<int> stranger = new GraphBuilder().Start("stranger", row => 1);

        List<Row> rows = await _graph.Build(1).ReadAsync();

        rows[0].Invoking(row => stranger[row]).Should().Throw<KeyNotFoundException>()
            .WithMessage("The table has no column 'stranger'. It has: n, twice.");
    }

    [Fact]
    public void Columns_of_another_builder_are_refused()
    {
        Column<int> stranger = new GraphBuilder().Start("stranger", row => 1);

        _graph.Invoking(graph => graph.Where(stranger, n => true)).Should().Throw<ArgumentException>().WithMessage("*'stranger'*another GraphBuilder*");
        _graph.Invoking(graph => graph.Output(_n, stranger)).Should().Throw<ArgumentException>().WithMessage("*'stranger'*another GraphBuilder*");
        _graph.Invoking(graph => graph.From(stranger)).Should().Throw<ArgumentException>().WithMessage("*'stranger'*another GraphBuilder*");
    }

    [Fact]
    public async Task What_is_declared_after_Build_is_not_in_what_was_built()
    {
        ExecutionGraph before = _graph.Build(2);
        _graph.From(_n).Cell("late", n => n);
        _graph.Where(_n, n => false);
        _graph.Output();

        before.ColumnNames.Should().Equal("n", "twice");
        (await before.ReadAsync(_twice)).Should().Equal(0, 2);
    }
}
