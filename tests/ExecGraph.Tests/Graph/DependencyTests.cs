using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Graph;

public class DependencyTests
{
    [Fact]
    public void A_cell_needs_the_cells_of_its_row_in_declared_order()
    {
        ExecutionGraph graph = Graph(Start("a"), Start("b"), Stream("c", "b", "a"));

        graph.GetDependencies(NodeId.Cell(4, "c")).Should().Equal(NodeId.Cell(4, "b"), NodeId.Cell(4, "a"));
        graph.GetDependencies(NodeId.Cell(4, "a")).Should().BeEmpty();
        graph.GetDependents(NodeId.Cell(4, "a")).Should().Equal(NodeId.Cell(4, "c"));
        graph.GetDependents(NodeId.Cell(4, "c")).Should().BeEmpty();
    }

    [Fact]
    public void A_dataset_barrier_needs_every_cell_of_its_columns()
    {
        ExecutionGraph graph = Graph(Start("a"), Start("b"), Barrier("c", "b", "a"));

        graph.GetDependencies(NodeId.Barrier("c")).Should().Equal(
            Enumerable.Range(0, 5).Select(row => NodeId.Cell(row, "b")).Concat(Enumerable.Range(0, 5).Select(row => NodeId.Cell(row, "a"))));
        graph.GetDependents(NodeId.Cell(3, "a")).Should().Equal(NodeId.Barrier("c"));
    }

    [Fact]
    public void A_group_barrier_needs_the_cells_of_its_group()
    {
        ExecutionGraph graph = Graph(Start("a"), GroupBarrier("c", "a"));

        graph.GetDependencies(NodeId.Barrier("c", 1)).Should().Equal(NodeId.Cell(2, "a"), NodeId.Cell(3, "a"));
        graph.GetDependencies(NodeId.Barrier("c", 2)).Should().Equal(NodeId.Cell(4, "a"));
        graph.GetDependents(NodeId.Cell(1, "a")).Should().Equal(NodeId.Barrier("c", 0));
        graph.GetDependents(NodeId.Cell(2, "a")).Should().Equal(NodeId.Barrier("c", 1));
    }

    [Fact]
    public void A_cell_of_a_barrier_column_needs_the_barrier_node_and_nothing_else()
    {
        ExecutionGraph graph = Graph(Start("a"), Barrier("c", "a"), GroupBarrier("d", "a"), StartBarrier("e"));

        graph.GetDependencies(NodeId.Cell(3, "c")).Should().Equal(NodeId.Barrier("c"));
        graph.GetDependencies(NodeId.Cell(3, "d")).Should().Equal(NodeId.Barrier("d", 1));
        graph.GetDependencies(NodeId.Cell(3, "e")).Should().Equal(NodeId.Barrier("e"));
        graph.GetDependencies(NodeId.Barrier("e")).Should().BeEmpty();
        graph.GetDependents(NodeId.Barrier("c")).Should().Equal(Enumerable.Range(0, 5).Select(row => NodeId.Cell(row, "c")));
        graph.GetDependents(NodeId.Barrier("d", 2)).Should().Equal(NodeId.Cell(4, "d"));
    }

    [Fact]
    public void What_reads_a_barrier_column_needs_its_cell_and_not_its_barrier_node()
    {
        ExecutionGraph graph = Graph(Start("a"), Barrier("b", "a"), Cell("c", "b"), Barrier("d", "b"));

        graph.GetDependencies(NodeId.Cell(3, "c")).Should().Equal(NodeId.Cell(3, "b"));
        graph.GetDependencies(NodeId.Barrier("d")).Should().Contain(NodeId.Cell(3, "b")).And.HaveCount(5);
        graph.GetDependents(NodeId.Cell(3, "b")).Should().Equal(NodeId.Cell(3, "c"), NodeId.Barrier("d"));
    }

    [Fact]
    public void Dependents_are_cells_then_barrier_nodes_each_in_topological_order()
    {
        ExecutionGraph graph = Graph(Start("a"), Barrier("b", "a"), Cell("c", "a"), GroupBarrier("d", "a"), Cell("e", "a"));

        graph.GetDependents(NodeId.Cell(4, "a"))
            .Should().Equal(NodeId.Cell(4, "c"), NodeId.Cell(4, "e"), NodeId.Barrier("b"), NodeId.Barrier("d", 2));
    }

    [Fact]
    public void A_start_column_honours_its_dependencies()
    {
        ExecutionGraph graph = Graph(Start("a"), Start("b", "a"), StartBarrier("c", "a"));

        graph.GetDependencies(NodeId.Cell(1, "b")).Should().Equal(NodeId.Cell(1, "a"));
        graph.GetDependencies(NodeId.Barrier("c")).Should().HaveCount(5);
    }

    [Fact]
    public void A_side_output_stands_for_the_cell_of_its_producer()
    {
        ExecutionGraph graph = Graph(Start("a").Producing("x"), Cell("b", "x"), Barrier("c", "a").Producing("y"), GroupBarrier("d", "x").Producing("z"));

        graph.GetDependencies(NodeId.Cell(1, "b")).Should().Equal(NodeId.Cell(1, "a"));
        graph.GetDependents(NodeId.Cell(1, "x")).Should().Equal(graph.GetDependents(NodeId.Cell(1, "a"))).And.HaveCount(3);
        graph.GetDependencies(NodeId.Cell(1, "y")).Should().Equal(NodeId.Barrier("c"));
        graph.GetDependencies(NodeId.Barrier("y")).Should().Equal(graph.GetDependencies(NodeId.Barrier("c"))).And.HaveCount(5);
        graph.GetDependents(NodeId.Barrier("z", 1)).Should().Equal(NodeId.Cell(2, "d"), NodeId.Cell(3, "d"));
    }

    [Fact]
    public void The_same_producer_twice_counts_once()
    {
        ExecutionGraph graph = Graph(Start("a").Producing("x", "y"), Start("b"), Cell("c", "y", "b", "x", "a", "b"));

        graph.GetDependencies(NodeId.Cell(1, "c")).Should().Equal(NodeId.Cell(1, "a"), NodeId.Cell(1, "b"));
        graph.GetDependents(NodeId.Cell(1, "a")).Should().Equal(NodeId.Cell(1, "c"));
    }

    [Fact]
    public void Without_a_row_count_what_would_range_over_all_rows_is_refused_at_the_call()
    {
        ExecutionGraph graph = Open(Start("a"), Barrier("b", "a"), StartBarrier("c"));
        const string Message = "ranges over all rows, and the row count of this table is not known: it ends where its source ends.";

        graph.Invoking(g => g.GetDependencies(NodeId.Barrier("b"))).Should().Throw<InvalidOperationException>().WithMessage($"Barrier('b') {Message}");
        graph.Invoking(g => g.GetDependents(NodeId.Barrier("b"))).Should().Throw<InvalidOperationException>().WithMessage($"Barrier('b') {Message}");
        graph.Invoking(g => g.GetDependents(NodeId.Barrier("c"))).Should().Throw<InvalidOperationException>().WithMessage($"Barrier('c') {Message}");
    }

    [Fact]
    public void Without_a_row_count_everything_else_is_answered()
    {
        ExecutionGraph graph = Open(Start("a"), Barrier("b", "a"), StartBarrier("c"), GroupBarrier("d", "a"));

        graph.GetDependencies(NodeId.Cell(7, "b")).Should().Equal(NodeId.Barrier("b"));
        graph.GetDependents(NodeId.Cell(7, "a")).Should().Equal(NodeId.Barrier("b"), NodeId.Barrier("d", 3));
        graph.GetDependencies(NodeId.Barrier("c")).Should().BeEmpty();
        graph.GetDependencies(NodeId.Barrier("d", 3)).Should().Equal(NodeId.Cell(6, "a"), NodeId.Cell(7, "a"));
        graph.GetDependents(NodeId.Barrier("d", 3)).Should().Equal(NodeId.Cell(6, "d"), NodeId.Cell(7, "d"));
    }

    [Fact]
    public void The_last_row_that_can_be_counted_to_is_the_last_one()
    {
        ExecutionGraph graph = Open(Start("a"), GroupBarrier("b", "a"));
        const long Last = long.MaxValue - 1;

        graph.GetDependencies(NodeId.Barrier("b", Last / 2)).Should().Equal(NodeId.Cell(Last, "a"));
        graph.GetDependencies(NodeId.Cell(Last, "b")).Should().Equal(NodeId.Barrier("b", Last / 2));
        graph.Invoking(g => g.GetDependencies(NodeId.Cell(Last + 1, "a"))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("*Row 9223372036854775807 is outside the table: its rows are 0 to 9223372036854775806.*");
        graph.Invoking(g => g.GetDependencies(NodeId.Barrier("b", (Last / 2) + 1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_row_outside_the_table_is_refused_at_the_call()
    {
        ExecutionGraph graph = Graph(Start("a"));

        graph.GetDependents(NodeId.Cell(4, "a")).Should().BeEmpty();
        foreach (Action query in new Action[]
            { () => graph.GetDependencies(NodeId.Cell(5, "a")), () => graph.GetDependents(NodeId.Cell(5, "a")) })
        {
            query.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("node")
                .WithMessage("Row 5 is outside the table: its rows are 0 to 4.*").Which.ActualValue.Should().Be(5);
        }
    }

    [Fact]
    public void A_row_group_outside_the_table_is_refused_at_the_call()
    {
        ExecutionGraph graph = Graph(Start("a"), GroupBarrier("b", "a"));

        graph.GetDependencies(NodeId.Barrier("b", 2)).Should().HaveCount(1);
        graph.Invoking(g => g.GetDependencies(NodeId.Barrier("b", 3))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("node")
            .WithMessage("Barrier('b', group 3) is outside the table: its row groups are 0 to 2.*").Which.ActualValue.Should().Be(3);
    }

    [Fact]
    public void A_node_of_an_unknown_column_is_refused_at_the_call()
    {
        ExecutionGraph graph = Graph(Start("summary"));

        graph.Invoking(g => g.GetDependents(NodeId.Cell(0, "sumary"))).Should().Throw<KeyNotFoundException>()
            .WithMessage("The graph has no column 'sumary'. Did you mean 'summary'?");
        graph.Invoking(g => g.GetDependencies(default)).Should().Throw<ArgumentException>().WithParameterName("node")
            .WithMessage("The node names no column: it is the default value of its type.*");
    }

    [Fact]
    public void A_barrier_node_of_the_wrong_kind_is_refused_and_the_right_one_named()
    {
        ExecutionGraph graph = Graph(Start("a").Producing("x"), Barrier("b", "a"), GroupBarrier("c", "a"));

        Refusal(graph, NodeId.Barrier("a")).Should().StartWith("Barrier('a') does not exist. Column 'a' is no barrier: its only nodes are its cells.");
        Refusal(graph, NodeId.Barrier("x", 0)).Should().StartWith("Barrier('x', group 0) does not exist. Column 'a' is no barrier: its only nodes are its cells.");
        Refusal(graph, NodeId.Barrier("b", 0)).Should().StartWith("Barrier('b', group 0) does not exist. Column 'b' has one barrier node for all rows: Barrier('b').");
        Refusal(graph, NodeId.Barrier("c")).Should().StartWith("Barrier('c') does not exist. Column 'c' has a barrier node for each row group: Barrier('c', group).");
    }

    [Fact]
    public void A_checked_node_gives_the_ordinal_of_its_column()
    {
        ExecutionGraph graph = Graph(Start("a"), Cell("b", "a").Producing("x"), Barrier("c", "b"));

        graph.CheckNode(NodeId.Cell(0, "b"), graph.RowCount, allowSideOutput: false).Should().Be(1);
        graph.CheckNode(NodeId.Barrier("c"), graph.RowCount, allowSideOutput: false).Should().Be(2);
        graph.CheckNode(NodeId.Cell(0, "x"), graph.RowCount, allowSideOutput: true).Should().Be(1);
    }

    [Fact]
    public void A_side_output_is_refused_where_the_real_column_is_wanted()
    {
        ExecutionGraph graph = Graph(Start("a").Producing("x"));

        graph.Invoking(g => g.CheckNode(NodeId.Cell(0, "x"), 5, allowSideOutput: false)).Should().Throw<ArgumentException>().WithParameterName("node")
            .WithMessage("Cell(0, 'x') names a side output; name its producer, 'a'.*");
    }

    [Fact]
    public void A_node_is_checked_against_the_row_count_that_the_caller_knows()
    {
        ExecutionGraph graph = Open(Start("a"), GroupBarrier("b", "a"));

        graph.CheckNode(NodeId.Cell(2, "a"), rowCount: 3, allowSideOutput: false).Should().Be(0);
        graph.Invoking(g => g.CheckNode(NodeId.Cell(3, "a"), 3, false)).Should().Throw<ArgumentOutOfRangeException>();
        graph.CheckNode(NodeId.Barrier("b", 1), rowCount: 3, allowSideOutput: false).Should().Be(1);
        graph.Invoking(g => g.CheckNode(NodeId.Barrier("b", 2), 3, false)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_table_that_ended_empty_has_no_rows_and_no_row_groups()
    {
        ExecutionGraph graph = Open(Start("a"), GroupBarrier("b", "a"));

        graph.Invoking(g => g.CheckNode(NodeId.Cell(0, "a"), 0, false)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("Row 0 is outside the table, which has no rows.*");
        graph.Invoking(g => g.CheckNode(NodeId.Barrier("b", 0), 0, false)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("Barrier('b', group 0) is outside the table, which has no row groups.*");
    }

    [Fact]
    public void A_row_is_checked_against_both_ends()
    {
        FluentActions.Invoking(() => ExecutionGraph.CheckRow(0, 1)).Should().NotThrow();
        FluentActions.Invoking(() => ExecutionGraph.CheckRow(-1, 1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("row")
            .WithMessage("Row -1 is outside the table: its rows are 0 to 0.*");
        FluentActions.Invoking(() => ExecutionGraph.CheckRow(1, 1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("row");
    }

    /// <summary>Five rows in groups of two: the last group is short.</summary>
    private static ExecutionGraph Graph(params ColumnDescriptor[] columns) => new(columns, rowCount: 5, rowGroupSize: 2);

    private static ExecutionGraph Open(params ColumnDescriptor[] columns) => new(columns, rowCount: null, rowGroupSize: 2);

    private static string Refusal(ExecutionGraph graph, NodeId node)
    {
        ArgumentException thrown = graph.Invoking(g => g.GetDependencies(node)).Should().Throw<ArgumentException>().WithParameterName(nameof(node)).Which;
        thrown.Should().BeOfType<ArgumentException>();
        return thrown.Message;
    }
}
