using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Tracking;

public sealed class CheckpointTests
{
    [Fact]
    public void A_checkpoint_is_small_json()
    {
        new Checkpoint(1, 42).ToJson().Should().Be("""{"version":1,"completed_rows":42}""");
        Checkpoint.Parse("""{"version":1,"completed_rows":42}""").Should().Be(new Checkpoint(1, 42));
        Checkpoint.Parse(""" { "completed_rows" : 0, "version" : 1 } """).CompletedRows.Should().Be(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"completed_rows":1}""")]
    [InlineData("""{"version":2,"completed_rows":1}""")]
    [InlineData("""{"version":1,"completed_rows":-1}""")]
    [InlineData("""{"version":1,"completed_rows":1.5}""")]
    [InlineData("""{"version":1,"completed_rows":"1"}""")]
    [InlineData("""{"version":1,"completed_rows":99999999999999999999}""")]
    [InlineData("""{"version":1,"completed_rows":1,"rows":1}""")]
    [InlineData("""{"version":1,"version":1,"completed_rows":1}""")]
    [InlineData("""{"version":1,"completed_rows":1""")]
    public void A_text_that_is_not_a_checkpoint_is_refused(string json) =>
        FluentActions.Invoking(() => Checkpoint.Parse(json)).Should().Throw<FormatException>();

    [Theory]
    [InlineData(2, 5)]
    [InlineData(1, -1)]
    [InlineData(1, 101)]
    public void A_checkpoint_that_does_not_fit_the_graph_is_refused(int version, long rows)
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: 100);
        FluentActions.Invoking(() => CompletionTracker.FromCheckpoint(graph, new Checkpoint(version, rows))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Rows_before_the_checkpoint_are_complete_where_no_dataset_barrier_stands_before()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("c", "a"), Barrier("b", "c"), Cell("d", "b")], rowCount: 300, rowGroupSize: 100);
        CompletionTracker tracker = CompletionTracker.FromCheckpoint(graph, new Checkpoint(1, 150));
        tracker.CompletedCount("a").Should().Be(150);
        tracker.CompletedCount("c").Should().Be(150);
        tracker.CompletedCount("b").Should().Be(0);
        tracker.CompletedCount("d").Should().Be(0);
        tracker.IsComplete(NodeId.Cell(149, "c")).Should().BeTrue();
        tracker.IsComplete(NodeId.Cell(150, "a")).Should().BeFalse();
        tracker.MarkComplete(NodeId.Cell(99, "a")).Should().BeFalse();
        graph.EnumerateReadyNodes(tracker).Should().Equal(Enumerable.Range(150, 150).Select(row => NodeId.Cell(row, "a")));
        var ready = new List<NodeId>();
        for (int row = 150; row < 300; row++)
        {
            tracker.MarkComplete(NodeId.Cell(row, "a"), ready).Should().BeTrue();
            tracker.MarkComplete(NodeId.Cell(row, "c"), ready).Should().BeTrue();
        }

        ready[^1].Should().Be(NodeId.Barrier("b"));
        ready.Clear();
        tracker.MarkComplete(NodeId.Barrier("b"), ready);
        ready.Should().HaveCount(300);
        foreach (NodeId cell in ready.ToList())
            tracker.MarkComplete(cell, ready);
        tracker.CompletedCount("b").Should().Be(300);
        tracker.CompletedCount("c").Should().Be(300);
        graph.EnumerateReadyNodes("d", tracker).Should().HaveCount(300);
    }

    [Fact]
    public void A_group_barrier_is_complete_only_in_groups_wholly_before_the_checkpoint()
    {
        var graph = new ExecutionGraph([Start("a"), GroupBarrier("g", "a"), Cell("h", "g")], rowCount: 300, rowGroupSize: 100);
        CompletionTracker tracker = CompletionTracker.FromCheckpoint(graph, new Checkpoint(1, 150));
        tracker.CompletedCount("a").Should().Be(150);
        tracker.CompletedCount("g").Should().Be(100);
        tracker.CompletedCount("h").Should().Be(100);
        tracker.IsComplete(NodeId.Barrier("g", 0)).Should().BeTrue();
        tracker.IsComplete(NodeId.Barrier("g", 1)).Should().BeFalse();
        tracker.Count.Should().Be(351);
        tracker.ToCheckpoint().CompletedRows.Should().Be(100);
    }

    [Fact]
    public void A_whole_table_is_wholly_complete()
    {
        var graph = new ExecutionGraph([Start("a"), Barrier("b", "a"), GroupBarrier("g", "b")], rowCount: 300, rowGroupSize: 100);
        CompletionTracker tracker = CompletionTracker.FromCheckpoint(graph, new Checkpoint(1, 300));
        graph.IsComplete(tracker).Should().BeTrue();
        tracker.Count.Should().Be(graph.NodeCount!.Value);
        graph.EnumerateReadyNodes(tracker).Should().BeEmpty();
        tracker.ToCheckpoint().Should().Be(new Checkpoint(1, 300));
        tracker.MarkComplete(NodeId.Barrier("b")).Should().BeFalse();
    }

    [Fact]
    public void A_checkpoint_of_no_rows_restores_nothing()
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: 3);
        CompletionTracker tracker = CompletionTracker.FromCheckpoint(graph, new Checkpoint(1, 0));
        tracker.Count.Should().Be(0);
        graph.EnumerateReadyNodes(tracker).Should().HaveCount(3);
    }

    [Fact]
    public void Dropped_rows_count_in_the_prefix()
    {
        var graph = new ExecutionGraph([Start("a")], rowCount: 3);
        var tracker = new CompletionTracker(graph);
        tracker.MarkComplete(NodeId.Cell(0, "a"));
        tracker.DropRow(1);
        tracker.ToCheckpoint().CompletedRows.Should().Be(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void Restoring_costs_the_same_however_many_rows_there_are(long rest)
    {
        ColumnDescriptor[] columns = [Start("a"), Cell("c", "a"), Barrier("b", "c"), GroupBarrier("g", "a")];
        var small = new ExecutionGraph(columns, rowCount: 10_000);
        var large = new ExecutionGraph(columns, rowCount: 1_000_000_000);
        long few = Allocated(small, 1024 + rest);
        long many = Allocated(large, 999_000_064L + rest);
        many.Should().BeLessThan(few + 20_000, "only the way to the one partial group is longer");
    }

    private static long Allocated(ExecutionGraph graph, long rows)
    {
        var checkpoint = new Checkpoint(1, rows);
        CompletionTracker.FromCheckpoint(graph, checkpoint);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CompletionTracker.FromCheckpoint(graph, checkpoint);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
