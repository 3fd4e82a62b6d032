using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Tracking;

public sealed class OpenEndedTests
{
    [Fact]
    public void The_end_releases_barriers_and_cuts_the_last_group_off()
    {
        var graph = new ExecutionGraph([Start("a"), GroupBarrier("g", "a"), Barrier("b", "a")], rowCount: null, rowGroupSize: 4);
        var tracker = new CompletionTracker(graph);
        var ready = new List<NodeId>();
        for (int row = 0; row < 6; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"), ready);
        ready.Should().Equal(NodeId.Barrier("g", 0));
        tracker.RowCount.Should().BeNull();
        tracker.IsColumnComplete("a").Should().BeFalse("more rows may come");
        ready.Clear();
        tracker.EndRows(6, ready);
        ready.Should().BeEquivalentTo([NodeId.Barrier("g", 1), NodeId.Barrier("b")]);
        tracker.RowCount.Should().Be(6);
        tracker.IsColumnComplete("a").Should().BeTrue();
        tracker.CompletedCount("a").Should().Be(6);
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(6, "a"))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_table_may_end_before_its_first_row()
    {
        var graph = new ExecutionGraph([Start("a"), Barrier("b", "a")], rowCount: null);
        var tracker = new CompletionTracker(graph);
        var ready = new List<NodeId>();
        tracker.EndRows(0, ready);
        ready.Should().Equal(NodeId.Barrier("b"));
        ready.Clear();
        tracker.MarkComplete(NodeId.Barrier("b"), ready).Should().BeTrue();
        ready.Should().BeEmpty();
        graph.IsComplete(tracker).Should().BeTrue();
        graph.CountCompletedRows(tracker).Should().Be(0);
    }

    [Fact]
    public void A_barrier_is_not_ready_before_the_end_is_known()
    {
        var graph = new ExecutionGraph([Start("a"), Barrier("b", "a")], rowCount: null, rowGroupSize: 2);
        var tracker = new CompletionTracker(graph);
        var ready = new List<NodeId>();
        tracker.MarkComplete(NodeId.Cell(0, "a"), ready);
        tracker.MarkComplete(NodeId.Cell(1, "a"), ready);
        ready.Should().BeEmpty();
        tracker.EndRows(3, ready);
        ready.Should().BeEmpty();
        tracker.MarkComplete(NodeId.Cell(2, "a"), ready);
        ready.Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void The_end_can_be_said_again_but_not_changed()
    {
        var tracker = new CompletionTracker(new ExecutionGraph([Start("a")], rowCount: null));
        tracker.EndRows(5);
        tracker.EndRows(5);
        tracker.Invoking(t => t.EndRows(6)).Should().Throw<InvalidOperationException>().WithMessage("*5*6*");
        tracker.Invoking(t => t.EndRows(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(7, 7, false)]
    [InlineData(7, 8, true)]
    [InlineData(200, 130, false)]
    [InlineData(0, 0, false)]
    public void The_table_cannot_end_before_a_row_that_was_completed_or_dropped(long row, long end, bool allowed)
    {
        foreach (bool drop in new[] { false, true })
        {
            var tracker = new CompletionTracker(new ExecutionGraph([Start("a")], rowCount: null, rowGroupSize: 10));
            if (drop)
                tracker.DropRow(row);
            else
                tracker.MarkComplete(NodeId.Cell(row, "a"));
            if (allowed)
                tracker.Invoking(t => t.EndRows(end)).Should().NotThrow();
            else
                tracker.Invoking(t => t.EndRows(end)).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"*Row {row}*");
        }
    }

    [Fact]
    public void Ready_nodes_can_be_listed_once_the_end_is_known()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("b", "a")], rowCount: null);
        var tracker = new CompletionTracker(graph);
        graph.Invoking(g => g.EnumerateReadyNodes(tracker)).Should().Throw<InvalidOperationException>();
        tracker.MarkComplete(NodeId.Cell(1, "a"));
        tracker.EndRows(2);
        graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(0, "a"), NodeId.Cell(1, "b"));
    }
}
