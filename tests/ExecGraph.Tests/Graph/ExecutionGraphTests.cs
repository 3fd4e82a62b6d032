using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Graph;

public class ExecutionGraphTests
{
    [Fact]
    public void A_graph_knows_its_size()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("b", "a"), Barrier("c", "b"), GroupBarrier("d", "b")], rowCount: 10, rowGroupSize: 4);

        graph.RowCount.Should().Be(10);
        graph.RowGroupSize.Should().Be(4);
        graph.RowGroupCount.Should().Be(3);
        graph.ColumnCount.Should().Be(4);
        graph.NodeCount.Should().Be((4 * 10) + 1 + 3);
    }

    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(3, 4, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(5, 4, 2)]
    [InlineData(8, 4, 2)]
    [InlineData(long.MaxValue, 1, long.MaxValue)]
    public void The_last_row_group_may_be_short(long rows, int groupSize, long groups) =>
        new ExecutionGraph([Start("a")], rows, groupSize).RowGroupCount.Should().Be(groups);

    [Fact]
    public void An_open_ended_table_has_no_counts()
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: null);

        graph.RowCount.Should().BeNull();
        graph.NodeCount.Should().BeNull();
        graph.RowGroupCount.Should().BeNull();
        graph.RowGroupSize.Should().Be(1024).And.Be(ExecutionGraph.DefaultRowGroupSize);
    }

    [Fact]
    public void The_given_order_is_kept_where_dependencies_allow()
    {
        Names(Start("c"), Cell("b", "c"), Start("a"), Cell("z", "a", "c")).Should().Equal("c", "b", "a", "z");
        Names(Cell("z", "b"), Start("c"), Cell("b", "a"), Start("a"), Start("d")).Should().Equal("c", "a", "b", "z", "d");
    }

    [Fact]
    public void A_chain_of_ten_thousand_columns_given_backwards_is_sorted()
    {
        const int Count = 10_000;
        IEnumerable<ColumnDescriptor> columns = Enumerable.Range(0, Count)
            .Select(i => i == Count - 1 ? Start($"c{i}") : Cell($"c{i}", $"c{i + 1}"));

        var graph = new ExecutionGraph(columns, rowCount: 1);

        graph.ColumnNames.Should().Equal(Enumerable.Range(0, Count).Reverse().Select(i => $"c{i}"));
        graph.LongestChain.Should().Equal(graph.ColumnNames);
    }

    [Fact]
    public void Start_columns_are_those_with_the_trait_also_with_dependencies() =>
        new ExecutionGraph([Cell("b", "a"), Start("s", "b"), StartBarrier("t"), Start("a")], rowCount: 1)
            .StartColumns.Should().Equal("t", "a", "s");

    [Fact]
    public void The_longest_chain_leads_from_a_root_to_its_end() =>
        new ExecutionGraph([Start("a"), Start("b"), Cell("c", "b"), Barrier("d", "a", "c"), Cell("e", "d"), Cell("f", "a")], rowCount: 1)
            .LongestChain.Should().Equal("b", "c", "d", "e");

    [Fact]
    public void Of_equally_long_chains_the_one_that_comes_first_is_taken()
    {
        new ExecutionGraph([Start("a"), Barrier("b", "a"), Cell("c", "a"), Cell("d", "b", "c")], rowCount: 1).LongestChain.Should().Equal("a", "b", "d");
        new ExecutionGraph([Start("a"), Cell("b", "a"), Barrier("c", "a"), Cell("d", "b", "c")], rowCount: 1).LongestChain.Should().Equal("a", "b", "d");
        new ExecutionGraph([Start("a"), Start("b")], rowCount: 1).LongestChain.Should().Equal("a");
    }

    [Fact]
    public void Lists_cannot_be_changed()
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: 1);

        foreach (IReadOnlyList<string> list in new[] { graph.ColumnNames, graph.StartColumns, graph.LongestChain })
            ((ICollection<string>)list).IsReadOnly.Should().BeTrue();
    }

    [Fact]
    public void A_column_is_found_by_its_name_and_by_its_side_outputs()
    {
        ColumnDescriptor a = Start("a").Producing("x", "y");
        ColumnDescriptor b = Cell("b", "x");
        var graph = new ExecutionGraph([a, b], rowCount: 1);

        graph.GetColumn("a").Should().BeSameAs(a);
        graph.GetColumn("y").Should().BeSameAs(a);
        graph.GetColumn("b").Should().BeSameAs(b);
        graph.OrdinalOf("b").Should().Be(1);
        graph.OrdinalOf("x").Should().Be(0);
    }

    [Fact]
    public void An_ordinal_can_be_asked_for_without_risk()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("b", "a").Producing("x")], rowCount: 1);

        graph.TryOrdinalOf("b", out int ordinal, out bool isSideOutput).Should().BeTrue();
        (ordinal, isSideOutput).Should().Be((1, false));
        graph.TryOrdinalOf("x", out ordinal, out isSideOutput).Should().BeTrue();
        (ordinal, isSideOutput).Should().Be((1, true));
        graph.TryOrdinalOf("y", out _, out _).Should().BeFalse();
        graph.TryOrdinalOf(null!, out _, out _).Should().BeFalse();
    }

    [Fact]
    public void An_unknown_column_is_named_with_what_was_probably_meant()
    {
        var graph = new ExecutionGraph([Start("summary").Producing("language")], rowCount: 1);

        graph.Invoking(g => g.GetColumn("sumary")).Should().Throw<KeyNotFoundException>()
            .WithMessage("The graph has no column 'sumary'. Did you mean 'summary'?");
        graph.Invoking(g => g.OrdinalOf("langage")).Should().Throw<KeyNotFoundException>()
            .WithMessage("The graph has no column 'langage'. Did you mean 'language'?");
        graph.Invoking(g => g.GetColumn("weather")).Should().Throw<KeyNotFoundException>().WithMessage("The graph has no column 'weather'.");
        graph.Invoking(g => g.GetColumn(null!)).Should().Throw<ArgumentNullException>().WithParameterName("name");
    }

    [Fact]
    public void Nodes_come_column_by_column_a_barrier_before_its_cells_and_rows_ascending()
    {
        var graph = new ExecutionGraph([GroupBarrier("c", "b"), Barrier("b", "a"), Start("a")], rowCount: 3, rowGroupSize: 2);

        graph.EnumerateNodes().Select(node => node.ToString()).Should().Equal(
            "Cell(0, 'a')", "Cell(1, 'a')", "Cell(2, 'a')",
            "Barrier('b')", "Cell(0, 'b')", "Cell(1, 'b')", "Cell(2, 'b')",
            "Barrier('c', group 0)", "Cell(0, 'c')", "Cell(1, 'c')", "Barrier('c', group 1)", "Cell(2, 'c')");
    }

    [Fact]
    public void The_nodes_of_one_column_follow_the_row_count_that_the_caller_knows()
    {
        var graph = new ExecutionGraph([Start("a"), Barrier("b", "a"), GroupBarrier("c", "a")], rowCount: null, rowGroupSize: 2);

        graph.EnumerateNodes(ordinal: 1, rowCount: 0).Should().Equal(NodeId.Barrier("b"));
        graph.EnumerateNodes(ordinal: 2, rowCount: 0).Should().BeEmpty();
        graph.EnumerateNodes(ordinal: 2, rowCount: 1).Should().Equal(NodeId.Barrier("c", 0), NodeId.Cell(0, "c"));
    }

    [Fact]
    public void Start_nodes_are_those_without_dependencies()
    {
        var graph = new ExecutionGraph(
            [Start("a"), Start("b", "a"), StartBarrier("c"), StartBarrier("d") with { Scope = BarrierScope.RowGroup }, StartBarrier("e", "a")],
            rowCount: 3,
            rowGroupSize: 2);

        graph.EnumerateStartNodes().Should().Equal(
            NodeId.Cell(0, "a"), NodeId.Cell(1, "a"), NodeId.Cell(2, "a"),
            NodeId.Barrier("c"),
            NodeId.Barrier("d", 0), NodeId.Barrier("d", 1));
    }

    [Fact]
    public void In_an_open_ended_table_the_nodes_of_all_rows_are_refused_at_the_call()
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: null);
        const string Message = "The nodes of all rows were asked for, and the row count of this table is not known: it ends where its source ends.";

        graph.Invoking(g => g.EnumerateNodes()).Should().Throw<InvalidOperationException>().WithMessage(Message);
        graph.Invoking(g => g.EnumerateStartNodes()).Should().Throw<InvalidOperationException>().WithMessage(Message);
    }

    [Fact]
    public void The_first_nodes_of_a_billion_rows_cost_nothing()
    {
        ExecutionGraph graph = TenColumns(1_000_000_000);

        graph.NodeCount.Should().Be(10_000_000_000);
        graph.EnumerateNodes().Take(3).Should().Equal(NodeId.Cell(0, "c0"), NodeId.Cell(1, "c0"), NodeId.Cell(2, "c0"));
        graph.EnumerateStartNodes().Take(1).Should().Equal(NodeId.Cell(0, "c0"));
        graph.GetDependents(NodeId.Cell(999_999_999, "c8")).Should().Equal(NodeId.Cell(999_999_999, "c9"));
    }

    [Fact]
    public void A_billion_rows_are_built_as_small_as_ten()
    {
        long Allocated(long rows)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            TenColumns(rows);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The first graph also pays for what the runtime sets up once.
        Allocated(10);

        Allocated(1_000_000_000).Should().Be(Allocated(10)).And.BeLessThan(100_000);
    }

    private static IReadOnlyList<string> Names(params ColumnDescriptor[] columns) => new ExecutionGraph(columns, rowCount: 1).ColumnNames;

    private static ExecutionGraph TenColumns(long rows) =>
        new(Enumerable.Range(0, 10).Select(i => i == 0 ? Start("c0") : Cell($"c{i}", $"c{i - 1}")), rows);
}
