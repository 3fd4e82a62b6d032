using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Graph;

public class GraphValidationTests
{
    [Fact]
    public void An_unknown_dependency_is_named_with_what_was_probably_meant() =>
        ErrorsOf(Start("summary"), Cell("analysis", "sumary"))
            .Should().Equal("Column 'analysis' depends on 'sumary', which no column produces. Did you mean 'summary'?");

    [Fact]
    public void An_unknown_dependency_like_no_other_name_gets_no_suggestion() =>
        ErrorsOf(Start("summary"), Cell("analysis", "weather"))
            .Should().Equal("Column 'analysis' depends on 'weather', which no column produces.");

    [Fact]
    public void A_side_output_may_be_what_was_meant() =>
        ErrorsOf(Start("summary").Producing("language"), Cell("analysis", "langage"))
            .Should().Equal("Column 'analysis' depends on 'langage', which no column produces. Did you mean 'language'?");

    [Fact]
    public void A_column_is_never_advised_to_depend_on_what_it_produces_itself() =>
        ErrorsOf(Start("a"), Cell("summary", "a", "sumary", "langage").Producing("language")).Should().Equal(
            "Column 'summary' depends on 'sumary', which no column produces.",
            "Column 'summary' depends on 'langage', which no column produces.");

    [Fact]
    public void An_unknown_dependency_declared_twice_is_one_error() =>
        ErrorsOf(Start("a"), Cell("b", "nowhere", "nowhere")).Should().ContainSingle();

    [Fact]
    public void A_dependency_of_null_is_unknown() =>
        ErrorsOf(Start("a"), Cell("b", [null!])).Should().Equal("Column 'b' depends on null, which no column produces.");

    [Fact]
    public void A_dependency_on_itself_is_refused() =>
        ErrorsOf(Start("a"), Cell("b", "a", "b")).Should().Equal("Column 'b' depends on itself.");

    [Fact]
    public void A_dependency_on_its_own_side_output_is_refused() =>
        ErrorsOf(Start("a"), Cell("b", "a", "extra").Producing("extra"))
            .Should().Equal("Column 'b' depends on itself, through its side output 'extra'.");

    [Fact]
    public void A_cycle_is_printed_as_a_path_and_columns_that_hang_on_it_are_not() =>
        ErrorsOf(Start("root"), Cell("a", "root", "c"), Cell("b", "a"), Cell("c", "b"), Cell("after", "c"))
            .Should().Equal("Columns depend on each other in a cycle: 'a' -> 'c' -> 'b' -> 'a' (each on the next).");

    [Fact]
    public void A_cycle_through_a_side_output_is_a_cycle() =>
        ErrorsOf(Start("a", "extra"), Cell("b", "a").Producing("extra"))
            .Should().Equal("Columns depend on each other in a cycle: 'a' -> 'b' -> 'a' (each on the next).");

    [Fact]
    public void Every_column_on_a_cycle_is_named() =>
        ErrorsOf(Start("root"), Cell("hub", "a", "b", "root"), Cell("a", "hub"), Cell("b", "hub"), Cell("c", "b", "d"), Cell("d", "c")).Should().Equal(
            "Columns depend on each other in a cycle: 'hub' -> 'a' -> 'hub' (each on the next).",
            "Columns depend on each other in a cycle: 'b' -> 'hub' -> 'b' (each on the next).",
            "Columns depend on each other in a cycle: 'c' -> 'd' -> 'c' (each on the next).");

    [Fact]
    public void Of_several_cycles_through_a_column_a_shortest_is_printed() =>
        ErrorsOf(Start("root"), Cell("a", "long1", "short"), Cell("long1", "long2"), Cell("long2", "a"), Cell("short", "a"))[0]
            .Should().Contain("'a' -> 'short' -> 'a'");

    [Fact]
    public void A_cycle_of_many_columns_is_found_without_recursion()
    {
        const int Count = 10_000;
        IEnumerable<ColumnDescriptor> ring = Enumerable.Range(0, Count).Select(i => Start($"c{i}", $"c{(i + 1) % Count}"));

        ErrorsOf([.. ring]).Should().ContainSingle().Which.Should().StartWith("Columns depend on each other in a cycle: 'c0' -> 'c1' -> 'c2' -> ");
    }

    [Fact]
    public void Columns_of_one_name_are_refused() =>
        ErrorsOf(Start("a"), Start("b"), Start("a"), Start("a"))
            .Should().Equal("3 columns are named 'a'; the name of a column must be its own.");

    [Fact]
    public void Names_differ_by_case() => ErrorsOf(Start("a"), Start("A")).Should().BeEmpty();

    [Fact]
    public void A_side_output_with_two_producers_is_refused() =>
        ErrorsOf(Start("a").Producing("extra"), Start("b").Producing("extra", "more"))
            .Should().Equal("Side output 'extra' has 2 producers: columns 'a', 'b'. It may have one.");

    [Fact]
    public void A_side_output_listed_twice_is_refused() =>
        ErrorsOf(Start("a").Producing("extra", "extra")).Should().Equal("Column 'a' lists its side output 'extra' 2 times.");

    [Fact]
    public void A_real_column_of_the_name_of_a_side_output_is_legal_and_wins()
    {
        var graph = new ExecutionGraph([Start("a").Producing("b"), Start("b"), Cell("c", "b")], rowCount: 1);

        graph.GetDependencies(NodeId.Cell(0, "c")).Should().Equal(NodeId.Cell(0, "b"));
        graph.GetColumn("b").Name.Should().Be("b");
    }

    [Fact]
    public void A_column_without_dependencies_that_is_not_start_is_refused() =>
        ErrorsOf(Start("a"), Cell("b"), Barrier("c")).Should().Equal(
            "Column 'b' has no dependencies, but it is not Start: it cannot be generated from scratch.",
            "Column 'c' has no dependencies, but it is not Start: it cannot be generated from scratch.");

    [Fact]
    public void A_graph_without_start_column_is_refused() =>
        ErrorsOf(Cell("a", "b"), Cell("b", "a")).Should().Equal(
            "Columns depend on each other in a cycle: 'a' -> 'b' -> 'a' (each on the next).",
            "The graph has no start column: no column can be generated from scratch.");

    [Fact]
    public void A_graph_without_columns_is_refused() =>
        ErrorsOf().Should().Equal("The graph has no columns; it needs a start column.");

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData(" ", "nothing but white space")]
    [InlineData("\u00a0\u2003", "nothing but white space")]
    [InlineData("a\tb", "'aU+0009b', with the control character U+0009")]
    [InlineData("\n", "'U+000A', with the control character U+000A")]
    [InlineData("a\u0085", "'aU+0085', with the control character U+0085")]
    public void A_bad_name_is_refused(string? name, string problem)
    {
        ErrorsOf(Start("a"), Start(name!)).Should().Equal($"The name of columns[1] is {problem}.");
        ErrorsOf(Start("a").Producing("b", name!)).Should().Equal($"The name of side output 1 of column 'a' is {problem}.");
    }

    [Fact]
    public void A_name_may_hold_anything_that_can_be_seen() =>
        ErrorsOf(Start("größe (m²) — \"x\" #1 \U0001F600")).Should().BeEmpty();

    [Fact]
    public void An_unknown_dependency_with_control_characters_is_printed_on_one_line() =>
        ErrorsOf(Start("a"), Cell("b", "x\ny")).Should().Equal("Column 'b' depends on 'xU+000Ay', which no column produces.");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_table_has_at_least_one_row(long rowCount) =>
        ErrorsOf([Start("a")], rowCount)
            .Should().Equal($"The row count is {rowCount}; it must be at least 1, or null for a table that ends where its source ends.");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_row_group_has_at_least_one_row(int rowGroupSize) =>
        ErrorsOf([Start("a")], 1, rowGroupSize).Should().Equal($"The row group size is {rowGroupSize}; it must be at least 1.");

    [Fact]
    public void The_smallest_table_and_the_open_one_are_legal()
    {
        ErrorsOf([Start("a")], rowCount: 1, rowGroupSize: 1).Should().BeEmpty();
        ErrorsOf([Start("a")], rowCount: null).Should().BeEmpty();
    }

    [Fact]
    public void Barrier_excludes_row_streamable() =>
        ErrorsOf(Start("a"), Column("b", ExecutionTraits.Barrier | ExecutionTraits.RowStreamable, "a"))
            .Should().Equal("Column 'b' is both Barrier and RowStreamable; a call can wait for all rows or take any of them, not both.");

    [Fact]
    public void Traits_that_do_not_exist_are_refused() =>
        ErrorsOf(Column("a", ExecutionTraits.Start | (ExecutionTraits)48)).Should().Equal("Column 'a' has traits that do not exist: 48.");

    [Fact]
    public void Declared_traits_must_be_the_generators_own()
    {
        var generator = new DeclaredGenerator(true, GenerationStrategy.CellByCell, true);

        ErrorsOf(new ColumnDescriptor("a") { Generator = generator, Traits = ExecutionTraits.Start | ExecutionTraits.RowStreamable })
            .Should().Equal("Column 'a' is declared as Start, RowStreamable, but its generator says Start, CellByCell, RowStreamable.");
        ErrorsOf(new ColumnDescriptor("a") { Generator = generator, Traits = generator.InferTraits() }).Should().BeEmpty();
        ErrorsOf(new ColumnDescriptor("a") { Generator = generator }).Should().BeEmpty();
    }

    [Fact]
    public void A_declared_scope_must_be_the_generators_own()
    {
        var generator = new DeclaredGenerator(true, GenerationStrategy.FullColumn, false, BarrierScope.RowGroup);

        ErrorsOf(new ColumnDescriptor("a") { Generator = generator, Scope = BarrierScope.Dataset })
            .Should().Equal("Column 'a' is declared with scope Dataset, but its generator says RowGroup.");
        ErrorsOf(new ColumnDescriptor("a") { Generator = generator, Scope = BarrierScope.RowGroup }).Should().BeEmpty();
        ErrorsOf(new ColumnDescriptor("a") { Generator = generator }).Should().BeEmpty();
    }

    [Fact]
    public void The_scope_of_a_column_that_is_no_barrier_means_nothing()
    {
        var generator = new DeclaredGenerator(true, GenerationStrategy.CellByCell, true);

        ErrorsOf(new ColumnDescriptor("a") { Generator = generator, Scope = BarrierScope.RowGroup }).Should().BeEmpty();
    }

    [Fact]
    public void A_scope_that_does_not_exist_is_refused() =>
        ErrorsOf(StartBarrier("a") with { Scope = (BarrierScope)7 }).Should().Equal("Column 'a' has a barrier scope that does not exist: 7.");

    [Fact]
    public void More_nodes_than_can_be_counted_are_refused()
    {
        ErrorsOf([Start("a")], long.MaxValue).Should().BeEmpty();
        ErrorsOf([Start("a"), Start("b")], long.MaxValue)
            .Should().Equal("9223372036854775807 rows of 2 columns make 18446744073709551614 nodes; at most 9223372036854775807 can be counted.");
    }

    [Fact]
    public void Barrier_nodes_count_too()
    {
        ErrorsOf([StartBarrier("a")], long.MaxValue - 1).Should().BeEmpty();
        ErrorsOf([StartBarrier("a")], long.MaxValue).Should().ContainSingle().Which.Should().Contain("9223372036854775808 nodes");
        ErrorsOf([StartBarrier("a") with { Scope = BarrierScope.RowGroup }], long.MaxValue - 1, rowGroupSize: 1)
            .Should().ContainSingle().Which.Should().Contain("18446744073709551612 nodes");
    }

    [Fact]
    public void All_errors_come_together()
    {
        Action build = () => ExecutionGraph.Create(
            [
                Cell("a", "b"),
                Cell("b", "a"),
                Cell("c", "d1", "c").Producing("twice"),
                Cell("d").Producing("twice"),
                Column("e", ExecutionTraits.Barrier | ExecutionTraits.RowStreamable, "d"),
                Cell("e", "d"),
                Cell(" ", "d"),
            ],
            rowCount: 0,
            rowGroupSize: 0,
            furtherErrors: ["Column 'c' has values of type Task<string>."]);

        GraphValidationException thrown = build.Should().Throw<GraphValidationException>().Which;
        thrown.Errors.Should().Equal(
            "The row count is 0; it must be at least 1, or null for a table that ends where its source ends.",
            "The row group size is 0; it must be at least 1.",
            "The name of columns[6] is nothing but white space.",
            "2 columns are named 'e'; the name of a column must be its own.",
            "Side output 'twice' has 2 producers: columns 'c', 'd'. It may have one.",
            "Column 'e' is both Barrier and RowStreamable; a call can wait for all rows or take any of them, not both.",
            "Column 'c' depends on 'd1', which no column produces.",
            "Column 'c' depends on itself.",
            "Columns depend on each other in a cycle: 'a' -> 'b' -> 'a' (each on the next).",
            "Column 'd' has no dependencies, but it is not Start: it cannot be generated from scratch.",
            "The graph has no start column: no column can be generated from scratch.",
            "Column 'c' has values of type Task<string>.");
        thrown.Message.Should().Be("The graph is not valid, for 12 reasons:\n- " + string.Join("\n- ", thrown.Errors));
    }

    [Fact]
    public void A_single_error_is_the_message() =>
        FluentActions.Invoking(() => new ExecutionGraph([Start("a")], rowCount: 0))
            .Should().Throw<GraphValidationException>().WithMessage("The graph is not valid: The row count is 0; it must be*");

    [Fact]
    public void An_error_of_another_layer_alone_is_enough()
    {
        FluentActions.Invoking(() => ExecutionGraph.Create([Start("a")], 1, 1, ["No."]))
            .Should().Throw<GraphValidationException>().Which.Errors.Should().Equal("No.");
        ExecutionGraph.Create([Start("a")], 5, 2, []).Should().Match<ExecutionGraph>(graph => graph.RowCount == 5 && graph.RowGroupSize == 2);
    }

    [Fact]
    public void Errors_cannot_be_changed()
    {
        var thrown = FluentActions.Invoking(() => new ExecutionGraph([], 1)).Should().Throw<GraphValidationException>().Which;

        ((ICollection<string>)thrown.Errors).IsReadOnly.Should().BeTrue();
    }

    [Fact]
    public void Columns_that_are_null_are_refused()
    {
        FluentActions.Invoking(() => new ExecutionGraph(null!, 1)).Should().Throw<ArgumentNullException>().WithParameterName("columns");
        FluentActions.Invoking(() => new ExecutionGraph([Start("a"), null!], 1))
            .Should().Throw<ArgumentException>().WithParameterName("columns").WithMessage("columns[1] is null.*");
        FluentActions.Invoking(() => new ExecutionGraph([null!], 1)).Should().Throw<ArgumentException>().WithMessage("columns[0] is null.*");
    }

    private static IReadOnlyList<string> ErrorsOf(params ColumnDescriptor[] columns) => ErrorsOf(columns, rowCount: 10);

    private static IReadOnlyList<string> ErrorsOf(
        ColumnDescriptor[] columns, long? rowCount, int rowGroupSize = ExecutionGraph.DefaultRowGroupSize)
    {
        try
        {
            _ = new ExecutionGraph(columns, rowCount, rowGroupSize);
            return [];
        }
        catch (GraphValidationException thrown)
        {
            return thrown.Errors;
        }
    }
}
