namespace ExecGraph.Tests.Definition;

public sealed class SkipWhenTests
{
    [Fact]
    public void A_column_cannot_be_skipped_by_its_own_value()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        (Column<int> a, Column<int> b) = graph.From(x).Cell("a", "b", v => (v, v));
        graph.SkipWhen(x, x, v => v == 0);
        graph.SkipWhen(a, b, v => v == 0);
        graph.Invoking(g => g.Build(10)).Should().Throw<GraphValidationException>().Which.Errors.Should().SatisfyRespectively(
            error => error.Should().Be("Column 'x' cannot be skipped by its own value, which exists only once the cell has run. Where gives up rows by such a value."),
            error => error.Should().Be("Column 'a' cannot be skipped by its own value, its side output 'b', which exists only once the cell has run. Where gives up rows by such a value."));
    }

    [Fact]
    public void A_cycle_through_a_predicate_is_refused_like_any_other()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> z = graph.From(y).Cell("z", v => v);
        graph.SkipWhen(y, z, v => v == 0);
        graph.Invoking(g => g.Build(10)).Should().Throw<GraphValidationException>()
            .Which.Errors.Should().Equal("Columns depend on each other in a cycle: 'y' -> 'z' -> 'y' (each on the next).");
    }

    [Fact]
    public void A_source_that_is_read_row_by_row_cannot_be_skipped()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> source = graph.Source("source", Enumerable.Range(0, 10).Where(_ => true));
        graph.SkipWhen(source, x, v => v == 0);
        graph.Invoking(g => g.Build(10)).Should().Throw<GraphValidationException>()
            .Which.Errors.Should().ContainSingle().Which.Should().StartWith("Column 'source' cannot be skipped: its source is read row by row");
    }

    [Fact]
    public void Columns_of_another_builder_are_refused()
    {
        var graph = new GraphBuilder();
        Column<int> own = graph.Start("own", r => (int)r);
        Column<int> foreign = new GraphBuilder().Start("foreign", r => (int)r);
        graph.Invoking(g => g.SkipWhen(own, foreign, _ => true)).Should().Throw<ArgumentException>().WithMessage("*'foreign' belongs to another*");
        graph.Invoking(g => g.SkipWhen(foreign, own, _ => true, 1)).Should().Throw<ArgumentException>().WithMessage("*'foreign' belongs to another*");
        graph.Invoking(g => g.SkippedValue(foreign, 1)).Should().Throw<ArgumentException>().WithMessage("*'foreign' belongs to another*");
        graph.Invoking(g => g.SkipWhen(own, own, (Func<int, bool>)null!)).Should().Throw<ArgumentNullException>();
        graph.Invoking(g => g.SkipWhen(own, own, own, null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void What_only_a_predicate_reads_is_drawn_dashed()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        (Column<int> a, Column<int> b) = graph.From(x).Cell("a", "b", v => (v, v));
        Column<int> y = graph.From(x).Cell("y", v => v);
        graph.SkipWhen(y, x, a, (u, v) => u == v);
        graph.SkipWhen(y, b, v => v == 0);
        graph.Build(10).ToMermaid().Should().Be(
            """
            flowchart LR
                c0(["x<br/>Start · CellByCell"])
                c1["a<br/>CellByCell<br/>also b"]
                c2["y<br/>CellByCell"]
                c0 --> c1 & c2
                c1 -.->|"b"| c2
            """);
    }

    [Fact]
    public async Task Rules_that_are_declared_after_a_graph_was_built_are_not_its_own()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        ExecutionGraph before = graph.Build(10);
        graph.SkipWhen(y, x, _ => true);
        (await before.RunAsync()).SkippedCells.Should().Be(0);
        (await graph.Build(10).RunAsync()).SkippedCells.Should().Be(10);
    }
}
