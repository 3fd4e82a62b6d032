using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>What giving up a row does, and what is remembered of it.</summary>
public class DropTests
{
    [Fact]
    public void A_drop_settles_the_row_and_completes_nothing()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 2);
        var tracker = new CompletionTracker(graph);
        tracker.DropRow(1);

        tracker.IsDropped(1).Should().BeTrue();
        tracker.IsDropped(0).Should().BeFalse();
        graph.IsRowComplete(1, tracker).Should().BeTrue();
        graph.IsRowComplete(0, tracker).Should().BeFalse();
        tracker.IsComplete(NodeId.Cell(1, "a")).Should().BeFalse();
        tracker.Count.Should().Be(0);
        tracker.CompletedCount("a").Should().Be(0);
        graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(0, "a"));
    }

    [Fact]
    public void A_drop_reports_no_cells()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a"), Columns.Cell("c", "a", "b")], rowCount: 1));

        Drop(tracker, 0).Should().BeEmpty();
    }

    [Fact]
    public void A_drop_can_be_what_makes_barriers_ready()
    {
        var tracker = new CompletionTracker(
            new([Columns.Start("a"), Columns.Cell("x", "a"), Columns.Barrier("b", "x"), Columns.GroupBarrier("c", "x", "a")], rowCount: 4, rowGroupSize: 2));
        for (long row = 0; row < 3; row++)
        {
            tracker.MarkComplete(NodeId.Cell(row, "a"));
            tracker.MarkComplete(NodeId.Cell(row, "x"));
        }

        Drop(tracker, 3).Should().BeEquivalentTo([NodeId.Barrier("b"), NodeId.Barrier("c", 1)]);
        Drop(tracker, 3).Should().BeEmpty();
    }

    [Fact]
    public void A_barrier_of_dropped_rows_only_is_ready()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 2, rowGroupSize: 1));

        Drop(tracker, 0).Should().Equal(NodeId.Barrier("c", 0));
        Drop(tracker, 1).Should().BeEquivalentTo([NodeId.Barrier("c", 1), NodeId.Barrier("b")]);
    }

    [Fact]
    public void A_drop_does_not_report_a_barrier_that_is_complete()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 1));
        tracker.MarkComplete(NodeId.Barrier("b"));
        tracker.MarkComplete(NodeId.Barrier("c", 0));

        Drop(tracker, 0).Should().BeEmpty();
    }

    [Fact]
    public void A_dropped_row_is_passed_over_when_a_barrier_reports_its_cells()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 3));
        tracker.DropRow(1);
        var ready = new List<NodeId>();
        tracker.MarkComplete(NodeId.Barrier("b"), ready);
        tracker.MarkComplete(NodeId.Barrier("c", 0), ready);

        ready.Should().Equal(NodeId.Cell(0, "b"), NodeId.Cell(2, "b"), NodeId.Cell(0, "c"), NodeId.Cell(2, "c"));
    }

    [Fact]
    public void A_late_completion_returns_false_and_changes_nothing()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a"), Columns.Start("c")], rowCount: 1));
        tracker.DropRow(0);

        var ready = new List<NodeId>();
        tracker.MarkComplete(NodeId.Cell(0, "a"), ready).Should().BeFalse();
        tracker.MarkComplete(NodeId.Cell(0, "c")).Should().BeFalse();

        ready.Should().BeEmpty();
        tracker.IsComplete(NodeId.Cell(0, "a")).Should().BeFalse();
        tracker.Count.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_cells_completed_before_the_drop_are_complete_also_when_the_group_has_collapsed(bool collapses)
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Cell("b", "a"), Columns.Cell("c", "b")], rowCount: 140, rowGroupSize: 70);
        var tracker = new CompletionTracker(graph);
        tracker.MarkComplete(NodeId.Cell(3, "a"));
        tracker.MarkComplete(NodeId.Cell(66, "a"));
        tracker.MarkComplete(NodeId.Cell(66, "b"));
        tracker.DropRow(66);
        tracker.DropRow(3);
        tracker.DropRow(68);
        long survivors = collapses ? 67 : 0;
        for (long row = 0; row < 70 && collapses; row++)
        {
            foreach (string column in graph.ColumnNames)
                tracker.MarkComplete(NodeId.Cell(row, column)).Should().Be(row is not (3 or 66 or 68));
        }

        (tracker.Core.Probe(0, out _) is ExecGraph.Tracking.RowGroupBitmaps).Should().Be(!collapses);
        Enumerable.Range(0, 140).Where(row => tracker.IsDropped(row)).Should().Equal(3, 66, 68);
        graph.ColumnNames.Where(column => tracker.IsComplete(NodeId.Cell(3, column))).Should().Equal("a");
        graph.ColumnNames.Where(column => tracker.IsComplete(NodeId.Cell(66, column))).Should().Equal("a", "b");
        graph.ColumnNames.Where(column => tracker.IsComplete(NodeId.Cell(68, column))).Should().BeEmpty();
        tracker.IsComplete(NodeId.Cell(65, "c")).Should().Be(collapses);
        tracker.CompletedCount("a").Should().Be(survivors + 2);
        tracker.CompletedCount("b").Should().Be(survivors + 1);
        tracker.CompletedCount("c").Should().Be(survivors);
        tracker.Count.Should().Be((3 * survivors) + 3);
    }

    [Fact]
    public void More_than_64_columns_of_dropped_rows_are_remembered()
    {
        ColumnDescriptor[] columns = [.. Enumerable.Range(0, 130).Select(column => Columns.Start($"c{column}"))];
        var graph = new ExecutionGraph(columns, rowCount: 3);
        var tracker = new CompletionTracker(graph);
        for (int column = 0; column < 130; column++)
        {
            tracker.MarkComplete(NodeId.Cell(0, $"c{column}"));
            if (column % 3 == 0)
                tracker.MarkComplete(NodeId.Cell(1, $"c{column}"));
            if (column % 5 == 0)
                tracker.MarkComplete(NodeId.Cell(2, $"c{column}"));
        }

        tracker.DropRow(2);
        tracker.DropRow(1);
        tracker.DropRow(0);

        tracker.Core.Probe(0, out _).Should().NotBeNull().And.NotBeOfType<ExecGraph.Tracking.RowGroupBitmaps>();
        for (int column = 0; column < 130; column++)
        {
            tracker.IsComplete(NodeId.Cell(0, $"c{column}")).Should().BeTrue();
            tracker.IsComplete(NodeId.Cell(1, $"c{column}")).Should().Be(column % 3 == 0);
            tracker.IsComplete(NodeId.Cell(2, $"c{column}")).Should().Be(column % 5 == 0);
            tracker.CompletedCount($"c{column}").Should().Be(1 + (column % 3 == 0 ? 1 : 0) + (column % 5 == 0 ? 1 : 0));
        }
    }

    [Fact]
    public void A_complete_row_of_a_finished_group_can_be_dropped_and_stays_complete()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 140, rowGroupSize: 140);
        var tracker = new CompletionTracker(graph);
        tracker.DropRow(70);
        foreach (NodeId node in graph.EnumerateNodes())
            tracker.MarkComplete(node);

        foreach (long row in (long[])[130, 5, 71, 69, 5])
            Drop(tracker, row).Should().BeEmpty();

        Enumerable.Range(0, 140).Where(row => tracker.IsDropped(row)).Should().Equal(5, 69, 70, 71, 130);
        Enumerable.Range(0, 140).Where(row => !tracker.IsComplete(NodeId.Cell(row, "b"))).Should().Equal(70);
        tracker.CompletedCount("b").Should().Be(139);
        tracker.Count.Should().Be(278);
    }

    [Fact]
    public void Rows_of_a_group_that_finished_without_drops_can_be_dropped()
    {
        var graph = new ExecutionGraph([Columns.Start("a")], rowCount: 140, rowGroupSize: 140);
        var tracker = new CompletionTracker(graph);
        foreach (NodeId node in graph.EnumerateNodes())
            tracker.MarkComplete(node);

        tracker.Drop(0, 1, 0b101, null).Should().Be(0b101);
        tracker.Drop(0, 1, 0b111, null).Should().Be(0b010);
        tracker.Drop(0, 0, 0b1, null).Should().Be(0b1);

        Enumerable.Range(0, 140).Where(row => tracker.IsDropped(row)).Should().Equal(0, 64, 65, 66);
        tracker.CompletedCount("a").Should().Be(140);
    }

    [Fact]
    public void Dropped_rows_count_in_the_prefix_of_complete_rows()
    {
        var graph = new ExecutionGraph([Columns.Start("a")], rowCount: 4, rowGroupSize: 2);
        var tracker = new CompletionTracker(graph);
        tracker.DropRow(0);
        tracker.MarkComplete(NodeId.Cell(1, "a"));
        tracker.DropRow(2);

        graph.CountCompletedRows(tracker).Should().Be(3);
        tracker.ToCheckpoint().Should().Be(new Checkpoint(1, 3));
    }

    [Fact]
    public void A_column_and_a_graph_are_complete_when_the_open_rows_are_dropped()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 2);
        var tracker = new CompletionTracker(graph);
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.DropRow(0);
        tracker.DropRow(1);
        tracker.IsColumnComplete("a").Should().BeTrue();
        tracker.IsColumnComplete("b").Should().BeTrue();
        tracker.IsBarrierComplete("b").Should().BeFalse();
        graph.IsComplete(tracker).Should().BeFalse();

        tracker.MarkComplete(NodeId.Barrier("b", 0)).Should().BeTrue();

        graph.IsComplete(tracker).Should().BeTrue();
        tracker.Count.Should().Be(2);
        tracker.IsComplete(NodeId.Cell(0, "a")).Should().BeTrue();
        tracker.IsComplete(NodeId.Cell(1, "a")).Should().BeFalse();
    }

    [Fact]
    public void A_row_outside_the_table_cannot_be_dropped()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a")], rowCount: 4));

        tracker.Invoking(t => t.DropRow(4)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Row 4 is outside the table: *0 to 3*");
        tracker.Invoking(t => t.DropRow(-1)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.DropRow(3);
        tracker.IsDropped(3).Should().BeTrue();
    }

    private static List<NodeId> Drop(CompletionTracker tracker, long row)
    {
        var ready = new List<NodeId>();
        tracker.DropRow(row, ready);
        return ready;
    }
}
