namespace ExecGraph.Tests.Definition;

public class BuildValidationTests
{
    private readonly GraphBuilder _graph = new();

    [Fact]
    public void A_column_of_tasks_is_refused_with_the_way_to_have_them_awaited()
    {
        Column<int> n = _graph.Start("n", row => (int)row);
        _graph.From(n).Cell("task", x => Task.FromResult(x));
        _graph.From(n).Cell("bare", x => Task.CompletedTask);
        _graph.From(n).Cell("value", x => new ValueTask<int>(x));
        _graph.From(n).Cell("bare value", x => ValueTask.CompletedTask);
        _graph.From(n).Cell("async", async x =>
        {
            await Task.Yield();
            return x;
        });
        _graph.From(n).Cell("first", "second", x => (x, Task.FromResult(x)));

        ErrorsOf(1).Should().Equal(
            "Column 'task' would hold Task objects: give its function a CancellationToken as last parameter, and the task is awaited.",
            "Column 'bare' would hold Task objects: give its function a CancellationToken as last parameter, and the task is awaited.",
            "Column 'value' would hold ValueTask objects: give its function a CancellationToken as last parameter, and the task is awaited.",
            "Column 'bare value' would hold ValueTask objects: give its function a CancellationToken as last parameter, and the task is awaited.",
            "Column 'async' would hold Task objects: give its function a CancellationToken as last parameter, and the task is awaited.",
            "Column 'first' would hold Task objects: give its function a CancellationToken as last parameter, and the task is awaited.");
    }

    [Fact]
    public void A_table_without_a_source_needs_a_row_count()
    {
        _graph.Start("n", row => row);

        ErrorsOf(null).Should().Equal("The row count is missing: pass it to Build, or add a Source, which knows where the rows end.");
    }

    [Fact]
    public void A_list_that_is_shorter_than_the_table_is_refused()
    {
        _graph.Source("long", new[] { 1, 2, 3 });
        _graph.Source("short", new[] { 1, 2 });

        ErrorsOf(3).Should().Equal("Source 'short' has 2 rows; the table has 3.");
    }

    [Fact]
    public void Lists_that_say_different_row_counts_are_refused()
    {
        _graph.Source("a", new[] { 1, 2, 3 });
        _graph.Source("b", new[] { 1, 2, 3 });
        _graph.Source("c", new[] { 1, 2 });
        _graph.Source("d", Array.Empty<int>());

        ErrorsOf(null).Should().Equal("Sources 'a' and 'c' differ in length: 3 and 2 rows.", "Sources 'a' and 'd' differ in length: 3 and 0 rows.");
    }

    [Fact]
    public void Side_outputs_are_as_many_as_the_generator_produces()
    {
        _graph.Add(new ColumnDescriptor("none") { Generator = new Pair() });
        _graph.Add(new ColumnDescriptor("right") { SideOutputs = ["side"], Generator = new Pair() });
        _graph.Add(new ColumnDescriptor("many") { SideOutputs = ["one", "two"], Generator = new Pair() });

        ErrorsOf(1).Should().Equal(
            "Column 'none' names 0 side outputs, but its generator produces 1.",
            "Column 'many' names 2 side outputs, but its generator produces 1.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_row_group_has_at_least_one_row(int size)
    {
        _graph.Start("n", row => row);
        _graph.RowGroupSize = size;

        ErrorsOf(1).Should().ContainSingle().Which.Should().Contain($"{size}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_row_count_is_at_least_one(long rows)
    {
        _graph.Start("n", row => row);

        ErrorsOf(rows).Should().ContainSingle().Which.Should().Contain($"{rows}");
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        Column<int> n = _graph.Start("n", row => (int)row);
        _graph.From(n).Cell("task", x => Task.FromResult(x));
        _graph.Source("short", new[] { 1, 2 });
        _graph.Add(new ColumnDescriptor("pair") { Dependencies = ["nn"], Generator = new Pair() });
        _graph.Start("n", row => row);

        string[] errors = ErrorsOf(3);

        errors.Should().HaveCount(5).And.Contain([
            "Column 'task' would hold Task objects: give its function a CancellationToken as last parameter, and the task is awaited.",
            "Source 'short' has 2 rows; the table has 3.",
            "Column 'pair' names 0 side outputs, but its generator produces 1.",
            "Column 'pair' depends on 'nn', which no column produces.",
            "2 columns are named 'n'; the name of a column must be its own.",
        ]);
    }

    [Fact]
    public void A_missing_row_count_is_said_with_the_rest()
    {
        _graph.Start("task", row => Task.FromResult(row));

        ErrorsOf(null).Should().HaveCount(2);
    }

    [Fact]
    public void A_builder_that_was_wrong_can_be_mended()
    {
        _graph.Start("n", row => row);
        ErrorsOf(null).Should().ContainSingle();

        _graph.Source("list", new[] { "a", "b" });

        _graph.Build().RowCount.Should().Be(2);
    }

    private string[] ErrorsOf(long? rowCount) =>
        [.. _graph.Invoking(graph => graph.Build(rowCount)).Should().Throw<GraphValidationException>().Which.Errors];

    private sealed class Pair : CellGenerator<int, int>
    {
        public override bool CanGenerateFromScratch => true;

        protected internal override ValueTask<(int Value, int Side)> GenerateAsync(CellInputs inputs, CellContext context) => new((1, 2));
    }
}
