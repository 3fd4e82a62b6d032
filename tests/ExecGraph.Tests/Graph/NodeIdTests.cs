namespace ExecGraph.Tests.Graph;

public class NodeIdTests
{
    [Fact]
    public void A_cell_knows_its_row_and_column()
    {
        NodeId cell = NodeId.Cell(5, "summary");

        cell.IsBarrier.Should().BeFalse();
        cell.Row.Should().Be(5);
        cell.Column.Should().Be("summary");
        cell.RowGroup.Should().BeNull();
        cell.ToString().Should().Be("Cell(5, 'summary')");
    }

    [Fact]
    public void The_barrier_node_of_a_dataset_has_no_row_and_no_group()
    {
        NodeId barrier = NodeId.Barrier("score");

        barrier.IsBarrier.Should().BeTrue();
        barrier.Row.Should().Be(-1);
        barrier.Column.Should().Be("score");
        barrier.RowGroup.Should().BeNull();
        barrier.ToString().Should().Be("Barrier('score')");
    }

    [Fact]
    public void The_barrier_node_of_a_row_group_knows_its_group()
    {
        NodeId barrier = NodeId.Barrier("score", 3);

        barrier.IsBarrier.Should().BeTrue();
        barrier.Row.Should().Be(-1);
        barrier.RowGroup.Should().Be(3);
        barrier.ToString().Should().Be("Barrier('score', group 3)");
    }

    [Fact]
    public void Nodes_are_equal_by_content()
    {
        NodeId.Cell(5, "a").Should().Be(NodeId.Cell(5, new string('a', 1)));
        NodeId.Cell(5, "a").Should().NotBe(NodeId.Cell(6, "a"));
        NodeId.Cell(5, "a").Should().NotBe(NodeId.Cell(5, "b"));
        NodeId.Barrier("a").Should().NotBe(NodeId.Barrier("a", 0));
        NodeId.Barrier("a", 0).Should().NotBe(NodeId.Cell(0, "a"));
    }

    [Fact]
    public void Row_and_group_zero_exist_and_negative_ones_do_not()
    {
        NodeId.Cell(0, "a").Row.Should().Be(0);
        NodeId.Barrier("a", 0).RowGroup.Should().Be(0);
        FluentActions.Invoking(() => NodeId.Cell(-1, "a")).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("row");
        FluentActions.Invoking(() => NodeId.Barrier("a", -1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("rowGroup");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_node_without_a_column_is_refused(string? column)
    {
        FluentActions.Invoking(() => NodeId.Cell(0, column!)).Should().Throw<ArgumentException>().WithParameterName(nameof(column));
        FluentActions.Invoking(() => NodeId.Barrier(column!)).Should().Throw<ArgumentException>().WithParameterName(nameof(column));
        FluentActions.Invoking(() => NodeId.Barrier(column!, 0)).Should().Throw<ArgumentException>().WithParameterName(nameof(column));
    }
}
