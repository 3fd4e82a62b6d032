using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>The small progress format, and what a tracker makes of it.</summary>
public class CheckpointTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(long.MaxValue)]
    public void A_checkpoint_is_read_as_it_was_written(long rows)
    {
        string json = new Checkpoint(1, rows).ToJson();

        json.Should().Be($"{{\"version\":1,\"completed_rows\":{rows}}}");
        Checkpoint.Parse(json).Should().Be(new Checkpoint(1, rows));
    }

    [Fact]
    public void Blanks_and_the_order_of_fields_do_not_matter() =>
        Checkpoint.Parse(" { \"completed_rows\" : 12 ,\n \"version\" : 1 } ").Should().Be(new Checkpoint(1, 12));

    [Theory]
    [InlineData("{\"version\":2,\"completed_rows\":1}", "Checkpoint version 2 is unknown; this library reads version 1.")]
    [InlineData("{\"version\":0,\"completed_rows\":1}", "Checkpoint version 0 is unknown*")]
    [InlineData("{\"version\":1,\"completed_rows\":-1}", "A checkpoint's completed_rows cannot be negative, but is -1.")]
    [InlineData("{\"version\":1,\"completed_rows\":1.5}", "Not a checkpoint of the form {\"version\":1,\"completed_rows\":N} with whole numbers: *")]
    [InlineData("{\"version\":1,\"completed_rows\":9223372036854775808}", "Not a checkpoint of the form*")]
    [InlineData("{\"version\":1,\"completed_rows\":\"1\"}", "Not a checkpoint of the form*")]
    [InlineData("{\"version\":1,\"completed_rows\":null}", "Not a checkpoint of the form*")]
    [InlineData("{\"version\":1.0,\"completed_rows\":1}", "Not a checkpoint of the form*")]
    [InlineData("{\"version\":1}", "Not a checkpoint of the form*completed_rows*")]
    [InlineData("{\"completed_rows\":1}", "Not a checkpoint of the form*version*")]
    [InlineData("{\"version\":1,\"completed_rows\":1,\"more\":1}", "Not a checkpoint of the form*more*")]
    [InlineData("{\"version\":1,\"completed_rows\":1,\"completed_rows\":2}", "Not a checkpoint of the form*")]
    [InlineData("{\"version\":1,\"completed_rows\":1", "Not a checkpoint of the form*")]
    [InlineData("{\"version\":1,\"completed_rows\":1} x", "Not a checkpoint of the form*")]
    [InlineData("[]", "Not a checkpoint of the form*")]
    [InlineData("", "Not a checkpoint of the form*")]
    [InlineData("null", "Not a checkpoint: the text is null.")]
    public void What_is_no_checkpoint_is_refused(string json, string because) =>
        FluentActions.Invoking(() => Checkpoint.Parse(json)).Should().Throw<FormatException>().WithMessage(because);

    [Fact]
    public void There_must_be_a_text() =>
        FluentActions.Invoking(() => Checkpoint.Parse(null!)).Should().Throw<ArgumentNullException>();

    [Theory]
    [InlineData(0, 1, "Checkpoint version 0 is unknown; this library reads version 1.*")]
    [InlineData(2, 1, "Checkpoint version 2 is unknown*")]
    [InlineData(1, -1, "The checkpoint has -1 completed rows; the table allows 0 to 5.*")]
    [InlineData(1, 6, "The checkpoint has 6 completed rows; the table allows 0 to 5.*")]
    public void A_checkpoint_that_does_not_fit_the_table_is_refused(int version, long rows, string because)
    {
        var graph = new ExecutionGraph([Columns.Start("a")], rowCount: 5);

        FluentActions.Invoking(() => CompletionTracker.FromCheckpoint(graph, new Checkpoint(version, rows)))
            .Should().Throw<ArgumentException>().WithMessage(because);
        FluentActions.Invoking(() => CompletionTracker.FromCheckpoint(graph, null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => CompletionTracker.FromCheckpoint(null!, new Checkpoint(1, 0))).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void A_checkpoint_of_no_rows_restores_nothing()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 2);
        CompletionTracker tracker = Restore(graph, 0);

        tracker.Count.Should().Be(0);
        graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(0, "a"), NodeId.Cell(1, "a"));
        tracker.ToCheckpoint().Should().Be(new Checkpoint(1, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(129)]
    [InlineData(130)]
    [InlineData(131)]
    [InlineData(200)]
    [InlineData(201)]
    public void Without_barriers_the_rows_are_complete_in_every_column(long rows)
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 201, rowGroupSize: 65);
        CompletionTracker tracker = Restore(graph, rows);

        tracker.Count.Should().Be(2 * rows);
        tracker.CompletedCount("b").Should().Be(rows);
        tracker.ToCheckpoint().Should().Be(new Checkpoint(1, rows));
        graph.EnumerateReadyNodes(tracker).Should().Equal(Enumerable.Range((int)rows, 201 - (int)rows).Select(row => NodeId.Cell(row, "a")));
        tracker.IsColumnComplete("a").Should().Be(rows == 201);
        graph.IsComplete(tracker).Should().Be(rows == 201);
        tracker.MarkComplete(NodeId.Cell(0, "b")).Should().BeFalse();
        tracker.MarkComplete(NodeId.Cell(rows - 1, "a")).Should().BeFalse();
        tracker.Count.Should().Be(2 * rows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(300)]
    [InlineData(999)]
    public void Of_many_groups_those_before_the_checkpoint_are_restored(long rows)
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 1000, rowGroupSize: 1);
        CompletionTracker tracker = Restore(graph, rows);

        tracker.CompletedCount("a").Should().Be(rows);
        tracker.Count.Should().Be(3 * rows);
        tracker.ToCheckpoint().CompletedRows.Should().Be(rows);
        tracker.IsColumnComplete("a").Should().BeFalse();
        tracker.IsBarrierComplete("b").Should().BeFalse();
        graph.EnumerateReadyNodes(tracker).Should().HaveCount(1000 - (int)rows).And.StartWith(NodeId.Cell(rows, "a"));
        Complete(tracker, NodeId.Cell(999, "a")).Should().Equal(NodeId.Barrier("b", 999));
    }

    [Fact]
    public void A_dataset_barrier_and_what_is_after_it_is_not_restored_from_a_part_of_the_table()
    {
        var graph = new ExecutionGraph(
            [Columns.Start("a"), Columns.Barrier("b", "a"), Columns.Cell("c", "a"), Columns.Cell("d", "b", "c"), Columns.GroupBarrier("e", "d")], rowCount: 5, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, 3);

        CompleteNodes(tracker).Should().Equal(
            NodeId.Cell(0, "a"), NodeId.Cell(1, "a"), NodeId.Cell(2, "a"), NodeId.Cell(0, "c"), NodeId.Cell(1, "c"), NodeId.Cell(2, "c"));
        tracker.ToCheckpoint().CompletedRows.Should().Be(0);
        graph.EnumerateReadyNodes(tracker).Should().Equal(NodeId.Cell(3, "a"), NodeId.Cell(4, "a"));
        tracker.MarkComplete(NodeId.Cell(4, "a"));

        Complete(tracker, NodeId.Cell(3, "a")).Should().Equal(NodeId.Barrier("b"), NodeId.Cell(3, "c"));
        Complete(tracker, NodeId.Barrier("b")).Should().HaveCount(5);
        Complete(tracker, NodeId.Cell(0, "b")).Should().Equal([NodeId.Cell(0, "d")], "its other input is restored");
        Complete(tracker, NodeId.Cell(1, "b")).Should().Equal(NodeId.Cell(1, "d"));
        Complete(tracker, NodeId.Cell(0, "d")).Should().BeEmpty();
        Complete(tracker, NodeId.Cell(1, "d")).Should().Equal(NodeId.Barrier("e", 0));
    }

    [Fact]
    public void A_group_barrier_and_its_cells_are_restored_where_the_whole_group_is()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.GroupBarrier("b", "a"), Columns.Cell("c", "b")], rowCount: 6, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, 3);

        tracker.IsComplete(NodeId.Barrier("b", 0)).Should().BeTrue();
        tracker.IsComplete(NodeId.Barrier("b", 1)).Should().BeFalse();
        CompleteNodes(tracker).Should().Equal(
            NodeId.Cell(0, "a"), NodeId.Cell(1, "a"), NodeId.Cell(2, "a"), NodeId.Barrier("b", 0), NodeId.Cell(0, "b"), NodeId.Cell(1, "b"), NodeId.Cell(0, "c"), NodeId.Cell(1, "c"));
        tracker.Count.Should().Be(8);
        tracker.MarkComplete(NodeId.Barrier("b", 0)).Should().BeFalse();
        Complete(tracker, NodeId.Cell(3, "a")).Should().Equal(NodeId.Barrier("b", 1));
    }

    [Fact]
    public void A_group_barrier_before_a_dataset_barrier_is_restored_with_its_group()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.GroupBarrier("b", "a"), Columns.Barrier("c", "b")], rowCount: 4, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, 2);
        tracker.IsComplete(NodeId.Barrier("b", 0)).Should().BeTrue();
        tracker.MarkComplete(NodeId.Cell(0, "c")).Should().BeTrue("the group is restored, but not beyond the barrier");

        tracker.IsComplete(NodeId.Barrier("b", 0)).Should().BeTrue();
        tracker.IsComplete(NodeId.Cell(0, "b")).Should().BeTrue();
        tracker.MarkComplete(NodeId.Barrier("b", 0)).Should().BeFalse();
        tracker.MarkComplete(NodeId.Cell(2, "b"));
        Complete(tracker, NodeId.Cell(3, "b")).Should().Equal(NodeId.Barrier("c"));
        Complete(tracker, NodeId.Barrier("c")).Should().BeEquivalentTo([NodeId.Cell(1, "c"), NodeId.Cell(2, "c"), NodeId.Cell(3, "c")]);
    }

    [Fact]
    public void A_whole_table_is_restored_with_all_its_barriers()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "b")], rowCount: 5, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, 5);

        graph.IsComplete(tracker).Should().BeTrue();
        tracker.Count.Should().Be(graph.NodeCount).And.Be(19);
        tracker.IsBarrierComplete("b").Should().BeTrue();
        tracker.IsBarrierComplete("c").Should().BeTrue();
        tracker.ToCheckpoint().Should().Be(new Checkpoint(1, 5));
        graph.EnumerateReadyNodes(tracker).Should().BeEmpty();
        graph.EnumerateNodes().Should().OnlyContain(node => !tracker.MarkComplete(node));
    }

    [Fact]
    public void Restored_rows_can_be_dropped_and_stay_complete_where_they_were()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 4, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, 2);
        tracker.DropRow(0);

        tracker.IsDropped(0).Should().BeTrue();
        tracker.IsComplete(NodeId.Cell(0, "a")).Should().BeTrue();
        tracker.IsComplete(NodeId.Cell(0, "b")).Should().BeFalse();
        tracker.CompletedCount("a").Should().Be(2);
        graph.IsRowComplete(0, tracker).Should().BeTrue();

        var simple = new ExecutionGraph([Columns.Start("a")], rowCount: 4, rowGroupSize: 2);
        CompletionTracker other = Restore(simple, 2);
        other.DropRow(1);
        Enumerable.Range(0, 4).Where(row => other.IsDropped(row)).Should().Equal(1);
        other.Count.Should().Be(2);
    }

    [Fact]
    public void A_restored_group_in_which_nothing_is_left_to_do_is_not_tracked_again()
    {
        CompletionTracker tracker = Restore(new([Columns.Start("a")], rowCount: 4, rowGroupSize: 2), 2);
        tracker.MarkComplete(NodeId.Cell(0, "a")).Should().BeFalse();
        tracker.DropRow(1);

        tracker.Core.Probe(0, out _).Should().BeNull();
    }

    [Fact]
    public void A_restored_group_is_let_go_when_what_was_not_restored_of_it_is_complete()
    {
        CompletionTracker tracker = Restore(new([Columns.Start("a"), Columns.GroupBarrier("b", "a"), Columns.Barrier("c", "b")], rowCount: 4, rowGroupSize: 2), 2);
        tracker.MarkComplete(NodeId.Cell(0, "c")).Should().BeTrue();
        tracker.Core.Probe(0, out _).Should().BeOfType<RowGroupBitmaps>();

        tracker.MarkComplete(NodeId.Cell(1, "c")).Should().BeTrue();

        tracker.Core.Probe(0, out _).Should().NotBeNull().And.NotBeOfType<RowGroupBitmaps>();
    }

    [Fact]
    public void Reset_forgets_what_was_restored()
    {
        CompletionTracker tracker = Restore(new([Columns.Start("a")], rowCount: 4, rowGroupSize: 2), 3);
        tracker.Reset();

        tracker.Count.Should().Be(0);
        tracker.IsComplete(NodeId.Cell(0, "a")).Should().BeFalse();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void An_open_ended_table_is_restored_and_ends_where_it_will(long restored)
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: null, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, restored);
        tracker.CompletedCount("a").Should().Be(restored);
        tracker.Count.Should().Be(restored + (restored / 2 * 3));
        tracker.Invoking(t => t.EndRows(restored - 1)).Should().Throw<ArgumentOutOfRangeException>();

        var ready = new List<NodeId>();
        for (long row = restored; row < 5; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"), ready);
        ready.Should().Equal(restored < 4 ? [NodeId.Barrier("c", 1)] : []);
        ready.Clear();
        tracker.EndRows(5, ready);

        ready.Should().BeEquivalentTo([NodeId.Barrier("b"), NodeId.Barrier("c", 2)]);
    }

    [Fact]
    public void An_open_ended_table_may_end_with_the_restored_rows()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: null, rowGroupSize: 2);
        CompletionTracker tracker = Restore(graph, 4);
        var ready = new List<NodeId>();
        tracker.EndRows(4, ready);

        ready.Should().Equal(NodeId.Barrier("b"));
    }

    [Fact]
    public void An_open_ended_table_takes_a_checkpoint_of_any_size()
    {
        CompletionTracker tracker = Restore(new([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: null), long.MaxValue - 1);

        tracker.CompletedCount("a").Should().Be(long.MaxValue - 1);
        tracker.IsComplete(NodeId.Cell(long.MaxValue - 2, "a")).Should().BeTrue();
    }

    [Fact]
    public void Restoring_a_billion_rows_takes_no_more_memory_than_restoring_ten_thousand()
    {
        ExecutionGraph small = Graph(10_000), large = Graph(1_000_000_000);
        Restore(small, 5000);
        long ofSmall = Allocated(() => Restore(small, 5000));
        long ofLarge = Allocated(() => Restore(large, 987_654_321));
        ofLarge.Should().BeLessThan(ofSmall + 16_384, "a few more levels of the directory are all that may be added");

        CompletionTracker tracker = Restore(large, 987_654_321);
        long ofQuestions = Allocated(() =>
        {
            _ = tracker.CompletedCount("c0") + tracker.Count;
            _ = large.CountCompletedRows(tracker);
            _ = large.EnumerateReadyNodes("c0", tracker).First();
        });
        ofQuestions.Should().BeLessThan(16_384);
        tracker.CompletedCount("c0").Should().Be(987_654_321);
        large.CountCompletedRows(tracker).Should().Be(987_654_321);
        large.EnumerateReadyNodes("c0", tracker).First().Should().Be(NodeId.Cell(987_654_321, "c0"));

        static ExecutionGraph Graph(long rows) => new(Enumerable.Range(0, 10).Select(column => Columns.Start($"c{column}")), rows);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static CompletionTracker Restore(ExecutionGraph graph, long rows) => CompletionTracker.FromCheckpoint(graph, new Checkpoint(1, rows));

    private static List<NodeId> CompleteNodes(CompletionTracker tracker) => [.. tracker.Graph.EnumerateNodes().Where(tracker.IsComplete)];

    private static List<NodeId> Complete(CompletionTracker tracker, NodeId node)
    {
        var ready = new List<NodeId>();
        tracker.MarkComplete(node, ready).Should().BeTrue();
        return ready;
    }
}
