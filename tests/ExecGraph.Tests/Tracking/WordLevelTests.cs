using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Tracking;

public sealed class WordLevelTests
{
    private static readonly ExecutionGraph Graph = new([Start("a"), Start("x"), Cell("c", "a", "x"), Barrier("b", "c")], rowCount: 200, rowGroupSize: 100);

    [Fact]
    public void A_word_of_completions_gives_a_word_of_ready_cells()
    {
        var tracker = new CompletionTracker(Graph);
        var ready = new ReadyBatch();
        tracker.Complete(0, 1, 1, 0b1111, ready).Should().Be(0b1111);
        ready.IsEmpty.Should().BeTrue();
        tracker.Complete(1, 1, 1, 0b0110, ready).Should().Be(0b0110);
        ready.Runs.Should().Equal(new ReadyRun(2, 1, 1, 0b0110));
        ready.Runs[0].Count.Should().Be(2);
        tracker.Complete(1, 1, 1, 0b1110, ready).Should().Be(0b1000, "the others were complete before");
        ready.Runs.Should().HaveCount(2);
        ready.Clear();
        ready.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Bits_beyond_the_group_or_the_table_are_ignored()
    {
        var tracker = new CompletionTracker(Graph);
        ulong rows = (1UL << 36) - 1;
        tracker.Complete(0, 0, 1, ulong.MaxValue, null).Should().Be(rows);
        tracker.Drop(1, 1, ulong.MaxValue, null).Should().Be(rows);
        tracker.CompletedCount("a").Should().Be(36);
    }

    [Fact]
    public void A_barrier_reports_runs_where_rows_are_missing_and_ranges_where_none_is()
    {
        var graph = new ExecutionGraph([Start("a"), StartBarrier("b")], rowCount: 1000, rowGroupSize: 100);
        var tracker = new CompletionTracker(graph);
        tracker.DropRow(450);
        var ready = new ReadyBatch();
        tracker.CompleteBarrier(1, null, ready).Should().BeTrue();
        ready.Ranges.Should().Equal(new ReadyRange(1, 0, 400), new ReadyRange(1, 500, 500));
        ready.Runs.Sum(run => run.Count).Should().Be(99);
        tracker.CompleteBarrier(1, null, ready).Should().BeFalse();
    }

    [Fact]
    public void Drops_report_barriers()
    {
        var tracker = new CompletionTracker(Graph);
        var ready = new ReadyBatch();
        foreach ((int group, int word) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
            tracker.Drop(group, word, ulong.MaxValue, ready);
        ready.Barriers.Should().Equal(new ReadyBarrier(3, null));
    }

    [Fact]
    public void Ordinals_outside_the_graph_are_refused()
    {
        var tracker = new CompletionTracker(Graph);
        tracker.Invoking(t => t.Complete(4, 0, 0, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Complete(-1, 0, 0, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Complete(0, 2, 0, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Complete(0, -1, 0, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Complete(0, 0, 2, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Drop(0, -1, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.CompleteBarrier(0, null, null)).Should().Throw<ArgumentException>();
        tracker.Invoking(t => t.CompleteBarrier(3, 0, null)).Should().Throw<ArgumentException>();
        tracker.Count.Should().Be(0);
    }
}
