using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Tracking;

public sealed class CompletionTrackerTests
{
    private static readonly ExecutionGraph Diamond = new(
        [Start("topic"), Cell("summary", "topic"), Cell("trivia", "topic"), Cell("words", "summary", "trivia")], rowCount: 100, rowGroupSize: 30);

    [Fact]
    public void Cell_becomes_ready_when_its_last_dependency_completes()
    {
        var tracker = new CompletionTracker(Diamond);
        Complete(tracker, NodeId.Cell(31, "topic")).Should().Equal(NodeId.Cell(31, "summary"), NodeId.Cell(31, "trivia"));
        Complete(tracker, NodeId.Cell(31, "summary")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(31, "trivia")).Should().Equal(NodeId.Cell(31, "words"));
        tracker.Count.Should().Be(3);
        tracker.CompletedCount("words").Should().Be(0);
    }

    [Fact]
    public void Completing_twice_returns_false_and_reports_nothing()
    {
        var tracker = new CompletionTracker(Diamond);
        tracker.MarkComplete(NodeId.Cell(0, "topic")).Should().BeTrue();
        var ready = new List<NodeId>();
        tracker.MarkComplete(NodeId.Cell(0, "topic"), ready).Should().BeFalse();
        ready.Should().BeEmpty();
        tracker.Count.Should().Be(1);
    }

    [Fact]
    public void A_cell_completed_early_is_never_reported()
    {
        var tracker = new CompletionTracker(Diamond);
        tracker.MarkComplete(NodeId.Cell(5, "summary")).Should().BeTrue();
        Complete(tracker, NodeId.Cell(5, "topic")).Should().Equal(NodeId.Cell(5, "trivia"));
    }

    [Fact]
    public void Nodes_outside_the_table_are_refused_and_not_counted()
    {
        var tracker = new CompletionTracker(Diamond);
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(100, "topic"))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*100*99*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(0, "topics"))).Should().Throw<KeyNotFoundException>().WithMessage("*topics*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("topic"))).Should().Throw<ArgumentException>();
        tracker.Invoking(t => t.DropRow(100)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.IsDropped(-1)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Count.Should().Be(0);
    }

    [Fact]
    public void Side_outputs_resolve_in_queries_and_are_refused_in_completions()
    {
        var graph = new ExecutionGraph([Start("a").Producing("a2"), Cell("b", "a2", "a")], 3);
        var tracker = new CompletionTracker(graph);
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(0, "a2"))).Should().Throw<ArgumentException>().WithMessage("*a2*");
        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Cell(0, "b"));
        tracker.IsComplete(NodeId.Cell(0, "a2")).Should().BeTrue();
        tracker.CompletedCount("a2").Should().Be(1);
    }

    [Fact]
    public void A_dataset_barrier_becomes_ready_with_its_last_cell_and_then_frees_every_cell()
    {
        var graph = new ExecutionGraph([Start("a"), Barrier("b", "a"), Cell("c", "b")], rowCount: 5, rowGroupSize: 2);
        var tracker = new CompletionTracker(graph);
        for (int row = 0; row < 4; row++)
            Complete(tracker, NodeId.Cell(row, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(4, "a")).Should().Equal(NodeId.Barrier("b"));
        tracker.IsBarrierComplete("b").Should().BeFalse();
        Complete(tracker, NodeId.Barrier("b")).Should().Equal(Enumerable.Range(0, 5).Select(row => NodeId.Cell(row, "b")));
        tracker.MarkComplete(NodeId.Barrier("b")).Should().BeFalse();
        tracker.IsBarrierComplete("b").Should().BeTrue();
        Complete(tracker, NodeId.Cell(3, "b")).Should().Equal(NodeId.Cell(3, "c"));
        tracker.Count.Should().Be(7);
    }

    [Fact]
    public void A_group_barrier_waits_for_its_own_group_only()
    {
        var graph = new ExecutionGraph([Start("a"), GroupBarrier("b", "a")], rowCount: 3, rowGroupSize: 2);
        var tracker = new CompletionTracker(graph);
        Complete(tracker, NodeId.Cell(2, "a")).Should().Equal(NodeId.Barrier("b", 1));
        Complete(tracker, NodeId.Barrier("b", 1)).Should().Equal(NodeId.Cell(2, "b"));
        tracker.IsBarrierComplete("b").Should().BeFalse();
        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(1, "a")).Should().Equal(NodeId.Barrier("b", 0));
        tracker.MarkComplete(NodeId.Barrier("b", 0)).Should().BeTrue();
        tracker.MarkComplete(NodeId.Barrier("b", 0)).Should().BeFalse();
        tracker.IsBarrierComplete("b").Should().BeTrue();
        tracker.Invoking(t => t.IsBarrierComplete("a")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_barrier_completed_early_is_never_reported()
    {
        var graph = new ExecutionGraph([Start("a"), Barrier("b", "a")], rowCount: 1);
        var tracker = new CompletionTracker(graph);
        Complete(tracker, NodeId.Barrier("b")).Should().Equal(NodeId.Cell(0, "b"));
        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEmpty();
        graph.IsComplete(tracker).Should().BeFalse();
        tracker.MarkComplete(NodeId.Cell(0, "b"));
        graph.IsComplete(tracker).Should().BeTrue();
    }

    [Fact]
    public void A_dropped_row_is_settled_is_never_ready_and_changes_no_more()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("c", "a"), Barrier("b", "c")], rowCount: 2);
        var tracker = new CompletionTracker(graph);
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        Complete(tracker, NodeId.Cell(1, "a")).Should().Equal(NodeId.Cell(1, "c"));
        tracker.DropRow(0);
        tracker.MarkComplete(NodeId.Cell(0, "c")).Should().BeFalse();
        tracker.IsComplete(NodeId.Cell(0, "a")).Should().BeTrue("it was complete before the drop");
        tracker.IsComplete(NodeId.Cell(0, "c")).Should().BeFalse();
        tracker.CompletedCount("c").Should().Be(0);
        tracker.IsColumnComplete("c").Should().BeFalse();
        var ready = new List<NodeId>();
        tracker.DropRow(1, ready);
        ready.Should().Equal(NodeId.Barrier("b"));
        tracker.IsColumnComplete("c").Should().BeTrue();
        Complete(tracker, NodeId.Barrier("b")).Should().BeEmpty("no row survived");
        graph.CountCompletedRows(tracker).Should().Be(2);
        tracker.IsComplete(NodeId.Cell(0, "a")).Should().BeTrue("the group has been let go, not what it knew");
        tracker.IsComplete(NodeId.Cell(1, "c")).Should().BeFalse();
        tracker.Count.Should().Be(3);
    }

    [Fact]
    public void A_row_can_be_dropped_when_all_of_it_is_complete()
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: 130, rowGroupSize: 64);
        var tracker = new CompletionTracker(graph);
        for (int row = 0; row < 130; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"));
        tracker.DropRow(70);
        tracker.DropRow(3);
        tracker.DropRow(65);
        Enumerable.Range(0, 130).Where(row => tracker.IsDropped(row)).Should().Equal(3, 65, 70);
        tracker.CompletedCount("a").Should().Be(130);
        tracker.IsComplete(NodeId.Cell(70, "a")).Should().BeTrue();
    }

    [Fact]
    public void Reset_forgets_everything()
    {
        var tracker = new CompletionTracker(Diamond);
        tracker.MarkComplete(NodeId.Cell(0, "topic"));
        tracker.DropRow(1);
        tracker.Reset();
        tracker.Count.Should().Be(0);
        tracker.IsDropped(1).Should().BeFalse();
        Complete(tracker, NodeId.Cell(0, "topic")).Should().HaveCount(2);
    }

    [Fact]
    public void Progress_counts_the_leading_rows_that_are_complete()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("b", "a")], rowCount: 200, rowGroupSize: 64);
        var tracker = new CompletionTracker(graph);
        for (int row = 0; row < 130; row++)
        {
            tracker.MarkComplete(NodeId.Cell(row, "a"));
            if (row != 100)
                tracker.MarkComplete(NodeId.Cell(row, "b"));
        }

        graph.CountCompletedRows(tracker).Should().Be(100);
        graph.IsRowComplete(99, tracker).Should().BeTrue();
        graph.IsRowComplete(100, tracker).Should().BeFalse();
        tracker.MarkComplete(NodeId.Cell(100, "b"));
        graph.CountCompletedRows(tracker).Should().Be(130);
        graph.IsComplete(tracker).Should().BeFalse();
        graph.Invoking(g => g.IsRowComplete(200, tracker)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_tracker_of_another_graph_is_refused()
    {
        var tracker = new CompletionTracker(new ExecutionGraph([Start("a")], 1));
        Diamond.Invoking(g => g.IsComplete(tracker)).Should().Throw<ArgumentException>();
        Diamond.Invoking(g => g.EnumerateReadyNodes(tracker)).Should().Throw<ArgumentException>();
        Diamond.Invoking(g => g.CountCompletedRows(tracker)).Should().Throw<ArgumentException>();
    }

    private static List<NodeId> Complete(CompletionTracker tracker, NodeId node)
    {
        var ready = new List<NodeId>();
        tracker.MarkComplete(node, ready).Should().BeTrue();
        return ready;
    }
}
