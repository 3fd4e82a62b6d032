using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>What becomes ready, what is refused, what is counted.</summary>
public class CompletionTrackerTests
{
    [Fact]
    public void A_cell_is_ready_when_the_only_cell_it_needs_is_complete()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 3));

        Complete(tracker, NodeId.Cell(1, "a")).Should().Equal(NodeId.Cell(1, "b"));
    }

    [Fact]
    public void A_cell_is_ready_at_the_last_of_its_dependencies()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Start("b"), Columns.Start("c"), Columns.Cell("d", "a", "b", "c")], rowCount: 3));

        Complete(tracker, NodeId.Cell(2, "c")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(2, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(1, "b")).Should().BeEmpty("it is another row");
        Complete(tracker, NodeId.Cell(2, "b")).Should().Equal(NodeId.Cell(2, "d"));
    }

    [Fact]
    public void A_completion_makes_all_dependents_ready_that_wait_for_nothing_else()
    {
        var tracker = new CompletionTracker(
            new([Columns.Start("a"), Columns.Start("x"), Columns.Cell("b", "a"), Columns.Cell("c", "a", "x"), Columns.Cell("d", "a")], rowCount: 1));

        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEquivalentTo([NodeId.Cell(0, "b"), NodeId.Cell(0, "d")]);
    }

    [Fact]
    public void A_dependency_that_is_named_twice_is_waited_for_once()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a", "a")], rowCount: 1));

        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Cell(0, "b"));
    }

    [Fact]
    public void Two_side_outputs_of_one_producer_are_one_dependency()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a").Producing("x", "y"), Columns.Cell("b", "x", "y")], rowCount: 1));

        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Cell(0, "b"));
    }

    [Fact]
    public void A_barrier_counts_two_side_outputs_of_one_producer_once()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a").Producing("x", "y"), Columns.Barrier("b", "x", "a", "y")], rowCount: 2));

        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(1, "a")).Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void A_side_output_is_refused_as_a_node_to_complete()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a").Producing("x"), Columns.Cell("b", "x")], rowCount: 1));

        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(0, "x"))).Should().Throw<ArgumentException>().WithMessage("*'x'*side output*'a'*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(0, "x"), [])).Should().Throw<ArgumentException>();
        tracker.Count.Should().Be(0);
    }

    [Fact]
    public void A_side_output_stands_for_its_producer_in_questions()
    {
        var graph = new ExecutionGraph([Columns.Start("a").Producing("x"), Columns.Barrier("b", "a").Producing("y")], rowCount: 1);
        var tracker = new CompletionTracker(graph);
        graph.EnumerateReadyNodes("x", tracker).Should().Equal(NodeId.Cell(0, "a"));
        tracker.IsComplete(NodeId.Cell(0, "x")).Should().BeFalse();

        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.MarkComplete(NodeId.Barrier("b"));

        tracker.IsComplete(NodeId.Cell(0, "x")).Should().BeTrue();
        tracker.CompletedCount("x").Should().Be(1);
        tracker.IsColumnComplete("x").Should().BeTrue();
        tracker.IsComplete(NodeId.Barrier("y")).Should().BeTrue();
        tracker.IsBarrierComplete("y").Should().BeTrue();
        graph.EnumerateReadyNodes("y", tracker).Should().Equal(NodeId.Cell(0, "b"));
    }

    [Fact]
    public void A_second_completion_returns_false_and_makes_nothing_ready()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a"), Columns.Barrier("c", "a"), Columns.GroupBarrier("d", "a")], rowCount: 1));
        NodeId[] nodes = [NodeId.Cell(0, "a"), NodeId.Barrier("c"), NodeId.Barrier("d", 0)];
        foreach (NodeId node in nodes)
            tracker.MarkComplete(node).Should().BeTrue();

        var ready = new List<NodeId>();
        foreach (NodeId node in nodes)
        {
            tracker.MarkComplete(node).Should().BeFalse();
            tracker.MarkComplete(node, ready).Should().BeFalse();
        }

        ready.Should().BeEmpty("completing without asking counts as reported");
        tracker.Count.Should().Be(3);
    }

    [Fact]
    public void What_became_ready_is_added_to_what_the_collection_holds_already()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 2));
        var ready = new List<NodeId>();

        tracker.MarkComplete(NodeId.Cell(1, "a"), ready);
        tracker.MarkComplete(NodeId.Cell(0, "a"), ready);

        ready.Should().Equal(NodeId.Cell(1, "b"), NodeId.Cell(0, "b"));
    }

    [Fact]
    public void Nodes_outside_the_table_are_refused_and_not_counted()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 5, rowGroupSize: 3));

        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(5, "a"))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Row 5*0 to 4*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(long.MaxValue, "a"), [])).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("c", 2))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0 to 1*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(0, "z"))).Should().Throw<KeyNotFoundException>().WithMessage("*'z'*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("a"))).Should().Throw<ArgumentException>().WithMessage("*no barrier*");
        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("b", 0))).Should().Throw<ArgumentException>();
        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("c"))).Should().Throw<ArgumentException>();
        tracker.Invoking(t => t.MarkComplete(default)).Should().Throw<ArgumentException>();
        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(0, "a"), null!)).Should().Throw<ArgumentNullException>();

        tracker.Count.Should().Be(0);
        tracker.CompletedCount("a").Should().Be(0);
    }

    [Fact]
    public void Questions_about_what_is_not_there_are_refused()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("c", "a")], rowCount: 5, rowGroupSize: 3));

        tracker.Invoking(t => t.IsComplete(NodeId.Cell(5, "a"))).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.IsComplete(NodeId.Barrier("c", 2))).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.IsDropped(5)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Row 5 is outside the table: *0 to 4*");
        tracker.Invoking(t => t.IsDropped(-1)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.IsColumnComplete("z")).Should().Throw<KeyNotFoundException>();
        tracker.Invoking(t => t.CompletedCount("z")).Should().Throw<KeyNotFoundException>();
        tracker.Invoking(t => t.IsBarrierComplete("z")).Should().Throw<KeyNotFoundException>();
        tracker.Invoking(t => t.IsBarrierComplete("a")).Should().Throw<ArgumentException>().WithMessage("*'a' is not a barrier*");
        tracker.IsDropped(0).Should().BeFalse();
        tracker.IsDropped(4).Should().BeFalse();
    }

    [Fact]
    public void A_tracker_needs_a_graph() =>
        FluentActions.Invoking(() => new CompletionTracker(null!)).Should().Throw<ArgumentNullException>();

    [Fact]
    public void A_dataset_barrier_is_ready_when_every_cell_of_every_input_is_complete()
    {
        var tracker = new CompletionTracker(
            new([Columns.Start("a"), Columns.Start("b"), Columns.Barrier("c", "a", "b")], rowCount: 67, rowGroupSize: 65));
        for (long row = 0; row < 67; row++)
            Complete(tracker, NodeId.Cell(row, "b")).Should().BeEmpty();
        for (long row = 66; row > 0; row--)
            Complete(tracker, NodeId.Cell(row, "a")).Should().BeEmpty();

        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Barrier("c"));
    }

    [Fact]
    public void A_group_barrier_is_ready_when_its_group_is_complete_whatever_the_others_are()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 5, rowGroupSize: 2));

        Complete(tracker, NodeId.Cell(3, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(2, "a")).Should().Equal(NodeId.Barrier("b", 1));
        Complete(tracker, NodeId.Cell(4, "a")).Should().Equal([NodeId.Barrier("b", 2)], "the last group has one row");
        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(1, "a")).Should().Equal(NodeId.Barrier("b", 0));
    }

    [Fact]
    public void The_cells_of_a_dataset_barrier_are_ready_after_its_node_and_not_after_its_inputs()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.Cell("c", "b", "a")], rowCount: 3, rowGroupSize: 2));
        for (long row = 0; row < 3; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"));

        Complete(tracker, NodeId.Barrier("b")).Should().BeEquivalentTo([NodeId.Cell(0, "b"), NodeId.Cell(1, "b"), NodeId.Cell(2, "b")]);
        Complete(tracker, NodeId.Cell(1, "b")).Should().Equal(NodeId.Cell(1, "c"));
    }

    [Fact]
    public void The_cells_of_a_group_barrier_are_ready_after_the_node_of_their_group()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 5, rowGroupSize: 2));

        Complete(tracker, NodeId.Barrier("b", 1)).Should().Equal(NodeId.Cell(2, "b"), NodeId.Cell(3, "b"));
        Complete(tracker, NodeId.Barrier("b", 2)).Should().Equal(NodeId.Cell(4, "b"));
    }

    [Fact]
    public void Cells_of_a_barrier_that_were_completed_before_it_are_not_reported()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 3));
        tracker.MarkComplete(NodeId.Cell(1, "b"));
        tracker.MarkComplete(NodeId.Cell(2, "c"));

        Complete(tracker, NodeId.Barrier("b")).Should().BeEquivalentTo([NodeId.Cell(0, "b"), NodeId.Cell(2, "b")]);
        Complete(tracker, NodeId.Barrier("c", 0)).Should().BeEquivalentTo([NodeId.Cell(0, "c"), NodeId.Cell(1, "c")]);
    }

    [Fact]
    public void A_barrier_of_a_settled_group_has_no_cells_to_report()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 4, rowGroupSize: 2));
        foreach (string column in (string[])["a", "b"])
        {
            tracker.MarkComplete(NodeId.Cell(0, column));
            tracker.MarkComplete(NodeId.Cell(1, column));
        }

        Complete(tracker, NodeId.Barrier("b")).Should().Equal(NodeId.Cell(2, "b"), NodeId.Cell(3, "b"));
    }

    [Fact]
    public void A_start_barrier_is_a_start_node_and_its_cells_wait_for_it()
    {
        var graph = new ExecutionGraph([Columns.StartBarrier("a"), Columns.Cell("b", "a")], rowCount: 2);
        var tracker = new CompletionTracker(graph);

        graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Barrier("a"));
        Complete(tracker, NodeId.Barrier("a")).Should().Equal(NodeId.Cell(0, "a"), NodeId.Cell(1, "a"));
        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Cell(0, "b"));
    }

    [Fact]
    public void A_start_barrier_with_dependencies_waits_for_them()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.StartBarrier("b", "a")], rowCount: 1));

        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void A_node_that_was_completed_early_is_never_reported()
    {
        var tracker = new CompletionTracker(
            new([Columns.Start("a"), Columns.Start("x"), Columns.Cell("b", "a"), Columns.Cell("c", "a", "x"), Columns.Barrier("d", "a"), Columns.GroupBarrier("e", "a")], rowCount: 1));
        foreach (NodeId node in (NodeId[])[NodeId.Cell(0, "b"), NodeId.Cell(0, "c"), NodeId.Barrier("d"), NodeId.Barrier("e", 0)])
            tracker.MarkComplete(node).Should().BeTrue();

        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(0, "x")).Should().BeEmpty();
    }

    [Fact]
    public void Cells_and_barrier_nodes_are_counted_together_and_by_column()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 5, rowGroupSize: 2));
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.MarkComplete(NodeId.Cell(4, "a"));
        tracker.MarkComplete(NodeId.Cell(4, "b"));
        tracker.MarkComplete(NodeId.Barrier("c", 0));
        tracker.MarkComplete(NodeId.Barrier("c", 2));
        tracker.Count.Should().Be(5);
        tracker.MarkComplete(NodeId.Barrier("b"));

        tracker.Count.Should().Be(6);
        tracker.CompletedCount("a").Should().Be(2);
        tracker.CompletedCount("b").Should().Be(1);
        tracker.CompletedCount("c").Should().Be(0);
    }

    [Fact]
    public void Counts_are_whole_when_everything_is_complete()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 131, rowGroupSize: 65);
        var tracker = new CompletionTracker(graph);

        CompleteAll(tracker);

        tracker.Count.Should().Be(graph.NodeCount).And.Be((3 * 131) + 1 + 3);
        tracker.CompletedCount("a").Should().Be(131);
        graph.IsComplete(tracker).Should().BeTrue();
        graph.CountCompletedRows(tracker).Should().Be(131);
        graph.EnumerateReadyNodes(tracker).Should().BeEmpty();
    }

    [Fact]
    public void A_column_is_complete_with_its_last_cell()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Start("b")], rowCount: 66, rowGroupSize: 65));
        for (long row = 65; row >= 0; row--)
        {
            tracker.IsColumnComplete("a").Should().BeFalse();
            tracker.MarkComplete(NodeId.Cell(row, "a"));
        }

        tracker.IsColumnComplete("a").Should().BeTrue();
        tracker.IsColumnComplete("b").Should().BeFalse();
    }

    [Fact]
    public void A_dataset_barrier_is_complete_with_its_node_and_not_with_its_cells()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 1));
        tracker.MarkComplete(NodeId.Cell(0, "b"));
        tracker.IsBarrierComplete("b").Should().BeFalse();
        tracker.IsComplete(NodeId.Barrier("b")).Should().BeFalse();

        tracker.MarkComplete(NodeId.Barrier("b"));

        tracker.IsBarrierComplete("b").Should().BeTrue();
        tracker.IsComplete(NodeId.Barrier("b")).Should().BeTrue();
    }

    [Fact]
    public void A_group_barrier_is_complete_with_the_nodes_of_all_groups()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 3, rowGroupSize: 2));
        tracker.MarkComplete(NodeId.Barrier("b", 1));
        tracker.MarkComplete(NodeId.Barrier("c", 0));
        tracker.IsComplete(NodeId.Barrier("b", 1)).Should().BeTrue();
        tracker.IsComplete(NodeId.Barrier("b", 0)).Should().BeFalse();
        tracker.IsComplete(NodeId.Barrier("c", 0)).Should().BeTrue();
        tracker.IsBarrierComplete("b").Should().BeFalse();

        tracker.MarkComplete(NodeId.Barrier("b", 0));

        tracker.IsBarrierComplete("b").Should().BeTrue();
        tracker.IsBarrierComplete("c").Should().BeFalse();
    }

    [Fact]
    public void A_tracker_that_was_reset_reports_everything_once_more()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 2, rowGroupSize: 1);
        var tracker = new CompletionTracker(graph);
        tracker.DropRow(1);
        CompleteAll(tracker);
        tracker.Reset();

        tracker.Count.Should().Be(0);
        tracker.IsDropped(1).Should().BeFalse();
        tracker.IsBarrierComplete("b").Should().BeFalse();
        graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(0, "a"), NodeId.Cell(1, "a"));
        Complete(tracker, NodeId.Cell(0, "a")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(1, "a")).Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void Ready_nodes_come_in_the_order_of_all_nodes_and_include_those_that_were_reported()
    {
        var graph = new ExecutionGraph(
            [Columns.Start("a"), Columns.GroupBarrier("b", "a"), Columns.Cell("c", "a"), Columns.Barrier("d", "a")], rowCount: 5, rowGroupSize: 2);
        var tracker = new CompletionTracker(graph);
        for (long row = 0; row < 4; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"));
        tracker.MarkComplete(NodeId.Barrier("b", 0));
        tracker.MarkComplete(NodeId.Cell(1, "b"));
        tracker.MarkComplete(NodeId.Cell(2, "c"));

        graph.EnumerateReadyNodes(tracker).Should().Equal(
            NodeId.Cell(4, "a"), NodeId.Cell(0, "b"), NodeId.Barrier("b", 1), NodeId.Cell(0, "c"), NodeId.Cell(1, "c"), NodeId.Cell(3, "c"));
        graph.EnumerateReadyNodes("c", tracker).Should().Equal(NodeId.Cell(0, "c"), NodeId.Cell(1, "c"), NodeId.Cell(3, "c"));
        graph.EnumerateReadyNodes("d", tracker).Should().BeEmpty();

        tracker.MarkComplete(NodeId.Cell(4, "a"));

        graph.EnumerateReadyNodes("d", tracker).Should().Equal(NodeId.Barrier("d"));
        graph.EnumerateReadyNodes("b", tracker).Should().Equal(NodeId.Cell(0, "b"), NodeId.Barrier("b", 1), NodeId.Barrier("b", 2));
    }

    [Fact]
    public void Ready_nodes_are_found_one_by_one_however_long_the_table()
    {
        var graph = new ExecutionGraph([Columns.Start("a")], rowCount: long.MaxValue / 2);

        graph.EnumerateReadyNodes(new CompletionTracker(graph)).Skip(5000).First().Should().Be(NodeId.Cell(5000, "a"));
    }

    [Fact]
    public void A_graph_is_complete_with_its_last_cell_and_its_last_barrier()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 1);
        var cellMissing = new CompletionTracker(graph);
        cellMissing.MarkComplete(NodeId.Cell(0, "a"));
        cellMissing.MarkComplete(NodeId.Barrier("b"));
        var barrierMissing = new CompletionTracker(graph);
        barrierMissing.MarkComplete(NodeId.Cell(0, "a"));
        barrierMissing.MarkComplete(NodeId.Cell(0, "b"));
        graph.IsComplete(cellMissing).Should().BeFalse();
        graph.IsComplete(barrierMissing).Should().BeFalse();

        cellMissing.MarkComplete(NodeId.Cell(0, "b"));
        barrierMissing.MarkComplete(NodeId.Barrier("b"));

        graph.IsComplete(cellMissing).Should().BeTrue();
        graph.IsComplete(barrierMissing).Should().BeTrue();
    }

    [Fact]
    public void A_row_is_complete_with_its_last_cell()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Start("b")], rowCount: 70, rowGroupSize: 70);
        var tracker = new CompletionTracker(graph);
        tracker.MarkComplete(NodeId.Cell(65, "a"));
        tracker.MarkComplete(NodeId.Cell(1, "b"));
        graph.IsRowComplete(65, tracker).Should().BeFalse();

        tracker.MarkComplete(NodeId.Cell(65, "b"));

        graph.IsRowComplete(65, tracker).Should().BeTrue();
        graph.IsRowComplete(1, tracker).Should().BeFalse();
        graph.IsRowComplete(69, tracker).Should().BeFalse();
        graph.Invoking(g => g.IsRowComplete(70, tracker)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Row 70 is outside the table: *0 to 69*");
        graph.Invoking(g => g.IsRowComplete(-1, tracker)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(69)]
    [InlineData(70)]
    [InlineData(139)]
    [InlineData(140)]
    [InlineData(145)]
    public void Complete_rows_are_counted_up_to_the_first_that_is_not(long rows)
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Start("b")], rowCount: 145, rowGroupSize: 70);
        var tracker = new CompletionTracker(graph);
        for (long row = 0; row < 145; row++)
        {
            tracker.MarkComplete(NodeId.Cell(row, "a"));
            if (row != rows)
                tracker.MarkComplete(NodeId.Cell(row, "b"));
        }

        graph.CountCompletedRows(tracker).Should().Be(rows);
    }

    [Fact]
    public void A_graph_answers_for_its_own_trackers_only()
    {
        var graph = new ExecutionGraph([Columns.Start("a")], rowCount: 1);
        var other = new CompletionTracker(new([Columns.Start("a")], rowCount: 1));

        graph.Invoking(g => g.EnumerateReadyNodes(other)).Should().Throw<ArgumentException>().WithMessage("The tracker belongs to another graph.*");
        graph.Invoking(g => g.EnumerateReadyNodes("a", other)).Should().Throw<ArgumentException>();
        graph.Invoking(g => g.IsComplete(other)).Should().Throw<ArgumentException>();
        graph.Invoking(g => g.IsRowComplete(0, other)).Should().Throw<ArgumentException>();
        graph.Invoking(g => g.CountCompletedRows(other)).Should().Throw<ArgumentException>();
        graph.Invoking(g => g.IsComplete(null!)).Should().Throw<ArgumentNullException>();
        graph.Invoking(g => g.EnumerateReadyNodes("z", new CompletionTracker(g))).Should().Throw<KeyNotFoundException>();
    }

    private static List<NodeId> Complete(CompletionTracker tracker, NodeId node)
    {
        var ready = new List<NodeId>();
        tracker.MarkComplete(node, ready).Should().BeTrue();
        return ready;
    }

    private static void CompleteAll(CompletionTracker tracker)
    {
        foreach (NodeId node in tracker.Graph.EnumerateNodes())
            tracker.MarkComplete(node);
    }
}
