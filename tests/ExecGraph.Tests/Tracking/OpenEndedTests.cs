using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>Tables whose end becomes known on the way.</summary>
public class OpenEndedTests
{
    [Fact]
    public void The_row_count_is_unknown_until_the_end_is_told()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"));
        tracker.RowCount.Should().BeNull();

        tracker.EndRows(3);

        tracker.RowCount.Should().Be(3);
        tracker.Reset();
        tracker.RowCount.Should().BeNull();
    }

    [Fact]
    public void A_dataset_barrier_becomes_ready_when_the_end_is_told_last()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"));
        for (long row = 0; row < 4; row++)
            Complete(tracker, NodeId.Cell(row, "a")).Should().BeEmpty();

        End(tracker, 4).Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void A_dataset_barrier_becomes_ready_when_the_last_row_is_completed_after_the_end_was_told()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"));
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.MarkComplete(NodeId.Cell(1, "a"));
        End(tracker, 3).Should().BeEmpty();

        Complete(tracker, NodeId.Cell(2, "a")).Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void The_end_cuts_the_last_group_off()
    {
        CompletionTracker tracker = OpenEnded(200, Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a"));
        for (long row = 0; row < 70; row++)
            Complete(tracker, NodeId.Cell(row, "a")).Should().BeEmpty();

        End(tracker, 70).Should().BeEquivalentTo([NodeId.Barrier("b"), NodeId.Barrier("c", 0)]);
        Complete(tracker, NodeId.Barrier("c", 0)).Should().Equal(Enumerable.Range(0, 70).Select(row => NodeId.Cell(row, "c")));
        Complete(tracker, NodeId.Barrier("b")).Should().Equal(Enumerable.Range(0, 70).Select(row => NodeId.Cell(row, "b")));
        tracker.CompletedCount("a").Should().Be(70);
        tracker.IsColumnComplete("a").Should().BeTrue();
    }

    [Fact]
    public void A_group_that_is_touched_after_the_end_is_cut_off_from_the_start()
    {
        CompletionTracker tracker = OpenEnded(200, Columns.Start("a"), Columns.GroupBarrier("c", "a"));
        End(tracker, 201).Should().BeEmpty();

        Complete(tracker, NodeId.Cell(200, "a")).Should().Equal(NodeId.Barrier("c", 1));
    }

    [Fact]
    public void The_end_leaves_a_last_group_with_open_rows_open()
    {
        CompletionTracker tracker = OpenEnded(65, Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a"));
        tracker.MarkComplete(NodeId.Cell(0, "a"));

        End(tracker, 2).Should().BeEmpty();
        tracker.Graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(1, "a"));
        Complete(tracker, NodeId.Cell(1, "a")).Should().BeEquivalentTo([NodeId.Barrier("b"), NodeId.Barrier("c", 0)]);
    }

    [Fact]
    public void A_table_without_rows_has_its_dataset_barriers_ready_at_the_end()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a"));

        End(tracker, 0).Should().Equal(NodeId.Barrier("b"));
        tracker.Graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Barrier("b"));
        tracker.IsColumnComplete("a").Should().BeTrue();
        tracker.IsBarrierComplete("c").Should().BeTrue();
        tracker.Graph.CountCompletedRows(tracker).Should().Be(0);
        tracker.Graph.IsComplete(tracker).Should().BeFalse();

        Complete(tracker, NodeId.Barrier("b")).Should().BeEmpty();

        tracker.Graph.IsComplete(tracker).Should().BeTrue();
        tracker.Count.Should().Be(1);
    }

    [Fact]
    public void The_barrier_of_a_table_without_rows_can_be_completed_by_ordinal()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"));
        tracker.EndRows(0);
        var ready = new ReadyBatch();

        tracker.CompleteBarrier(1, null, ready).Should().BeTrue();
        ready.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Start_nodes_are_ready_without_being_reported_at_the_end()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.StartBarrier("b"));

        End(tracker, 1).Should().BeEmpty();
        tracker.Graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(0, "a"), NodeId.Barrier("b"));
    }

    [Fact]
    public void The_same_end_may_be_told_again_and_reports_nothing()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"));
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.EndRows(1);

        End(tracker, 1).Should().BeEmpty();
        Complete(tracker, NodeId.Barrier("b")).Should().Equal(NodeId.Cell(0, "b"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    public void Another_end_is_refused(long rows)
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"));
        tracker.EndRows(5);

        tracker.Invoking(t => t.EndRows(rows)).Should().Throw<InvalidOperationException>().WithMessage($"The table has 5 rows; it cannot end at {rows}.");
        tracker.RowCount.Should().Be(5);
    }

    [Fact]
    public void A_table_with_a_row_count_ends_nowhere_else()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a")], rowCount: 5));

        tracker.EndRows(5);
        tracker.Invoking(t => t.EndRows(4)).Should().Throw<InvalidOperationException>();
        tracker.Invoking(t => t.EndRows(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(65, 64)]
    [InlineData(65, 0)]
    [InlineData(65, 67)]
    [InlineData(2, 300_000)]
    [InlineData(130, 64)]
    [InlineData(130, 128)]
    public void The_end_cannot_come_before_a_completed_row(int groupSize, long row)
    {
        CompletionTracker tracker = OpenEnded(groupSize, Columns.Start("a"), Columns.Cell("b", "a"), Columns.Barrier("c", "b"));
        tracker.MarkComplete(NodeId.Cell(row, "b"));

        tracker.Invoking(t => t.EndRows(row)).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"*cannot end before row {row}:*");
        tracker.RowCount.Should().BeNull();
        tracker.EndRows(row + 1);
        tracker.RowCount.Should().Be(row + 1);
    }

    [Fact]
    public void The_end_cannot_come_before_a_dropped_row()
    {
        CompletionTracker tracker = OpenEnded(65, Columns.Start("a"));
        tracker.DropRow(66);

        tracker.Invoking(t => t.EndRows(66)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*before row 66:*");
        tracker.EndRows(67);
        tracker.IsDropped(66).Should().BeTrue();
    }

    [Fact]
    public void The_end_cannot_come_before_finished_groups()
    {
        CompletionTracker tracker = OpenEnded(1, Columns.Start("a"));
        for (long row = 0; row < 300; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"));

        tracker.Invoking(t => t.EndRows(299)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*before row 299:*");
        tracker.EndRows(300);
        tracker.Graph.IsComplete(tracker).Should().BeTrue();
    }

    [Fact]
    public void The_end_cannot_come_before_the_group_of_a_completed_barrier()
    {
        CompletionTracker tracker = OpenEnded(4, Columns.Start("a"), Columns.GroupBarrier("b", "a"));
        tracker.MarkComplete(NodeId.Barrier("b", 2));

        tracker.Invoking(t => t.EndRows(8)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*before row 8:*");
        tracker.EndRows(9);
        tracker.Count.Should().Be(1);
    }

    [Fact]
    public void A_group_that_was_only_looked_at_does_not_hold_the_end_back()
    {
        CompletionTracker tracker = OpenEnded(65, Columns.Start("a"));
        tracker.Complete(0, 3, 1, cells: 0, newlyReady: null).Should().Be(0);

        End(tracker, 0).Should().BeEmpty();
    }

    [Fact]
    public void Nor_does_such_a_group_with_a_barrier_of_its_own()
    {
        CompletionTracker tracker = OpenEnded(65, Columns.Start("a"), Columns.GroupBarrier("b", "a"));
        tracker.Complete(0, 3, 1, cells: 0, newlyReady: null).Should().Be(0);

        End(tracker, 0).Should().BeEmpty();
    }

    [Fact]
    public void The_end_of_an_empty_table_does_not_report_a_barrier_that_waits_for_nothing()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.StartBarrier("b"), Columns.Barrier("c", "a"));

        End(tracker, 0).Should().Equal([NodeId.Barrier("c")], "b was ready from the start");
    }

    [Fact]
    public void Nothing_beyond_the_end_can_be_completed_or_dropped()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.GroupBarrier("b", "a"));
        tracker.EndRows(3);

        tracker.Invoking(t => t.MarkComplete(NodeId.Cell(3, "a"))).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("b", 2))).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.DropRow(3)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Complete(0, 2, 0, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Complete(0, 1, 0, 0b11, null).Should().Be(0b01);
        tracker.Drop(1, 0, 0b11, null).Should().Be(0b01);
        tracker.Count.Should().Be(1);
    }

    [Fact]
    public void A_dataset_barrier_whose_cells_are_asked_for_is_refused_before_the_end_and_nothing_changes()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"));

        tracker.Invoking(t => t.MarkComplete(NodeId.Barrier("b"), [])).Should().Throw<InvalidOperationException>().WithMessage("*'b'*EndRows*");
        tracker.Invoking(t => t.CompleteBarrier(1, null, new ReadyBatch())).Should().Throw<InvalidOperationException>();
        tracker.IsBarrierComplete("b").Should().BeFalse();

        tracker.EndRows(1);
        Complete(tracker, NodeId.Barrier("b")).Should().Equal(NodeId.Cell(0, "b"));
    }

    [Fact]
    public void A_dataset_barrier_may_be_completed_before_the_end_by_one_who_does_not_ask()
    {
        CompletionTracker tracker = OpenEnded(2, Columns.Start("a"), Columns.Barrier("b", "a"));

        tracker.MarkComplete(NodeId.Barrier("b")).Should().BeTrue();
        tracker.Count.Should().Be(1);
        End(tracker, 0).Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_whole_before_the_end_is_known()
    {
        CompletionTracker tracker = OpenEnded(1, Columns.Start("a"), Columns.GroupBarrier("b", "a"));
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.MarkComplete(NodeId.Barrier("b", 0));
        tracker.MarkComplete(NodeId.Cell(0, "b"));
        ExecutionGraph graph = tracker.Graph;

        tracker.IsColumnComplete("a").Should().BeFalse();
        tracker.IsBarrierComplete("b").Should().BeFalse();
        graph.IsComplete(tracker).Should().BeFalse();
        tracker.Count.Should().Be(3);
        tracker.CompletedCount("a").Should().Be(1);
        graph.CountCompletedRows(tracker).Should().Be(1);
        graph.IsRowComplete(0, tracker).Should().BeTrue();
        graph.IsRowComplete(long.MaxValue - 1, tracker).Should().BeFalse();
        graph.Invoking(g => g.IsRowComplete(long.MaxValue, tracker)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.IsDropped(long.MaxValue)).Should().Throw<ArgumentOutOfRangeException>();
        graph.Invoking(g => g.EnumerateReadyNodes(tracker)).Should().Throw<InvalidOperationException>().WithMessage("*open-ended*EndRows*");
        graph.Invoking(g => g.EnumerateReadyNodes("a", tracker)).Should().Throw<InvalidOperationException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    public void The_last_row_there_can_be_is_tracked_like_any_other(int groupSize)
    {
        CompletionTracker tracker = OpenEnded(groupSize, Columns.Start("a"), Columns.Cell("b", "a"));
        NodeId last = NodeId.Cell(long.MaxValue - 1, "a");

        Complete(tracker, last).Should().Equal(NodeId.Cell(long.MaxValue - 1, "b"));
        Complete(tracker, NodeId.Cell(0, "a")).Should().Equal(NodeId.Cell(0, "b"));
        tracker.IsComplete(last).Should().BeTrue();
        tracker.CompletedCount("a").Should().Be(2);
        tracker.Invoking(t => t.EndRows(5)).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"*before row {long.MaxValue - 1}:*");
    }

    private static CompletionTracker OpenEnded(int groupSize, params ColumnDescriptor[] columns) => new(new(columns, rowCount: null, groupSize));

    private static List<NodeId> Complete(CompletionTracker tracker, NodeId node)
    {
        var ready = new List<NodeId>();
        tracker.MarkComplete(node, ready).Should().BeTrue();
        return ready;
    }

    private static List<NodeId> End(CompletionTracker tracker, long rows)
    {
        var ready = new List<NodeId>();
        tracker.EndRows(rows, ready);
        return ready;
    }
}
