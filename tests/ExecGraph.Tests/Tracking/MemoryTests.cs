using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>Tests that look at the memory of the whole process, and therefore run alone.</summary>
[CollectionDefinition(nameof(AloneInProcess), DisableParallelization = true)]
public sealed class AloneInProcess;

/// <summary>What tracking costs in memory, and when it is given back.</summary>
[Collection(nameof(AloneInProcess))]
public class MemoryTests
{
    private const int ColumnCount = 10;

    [Fact]
    public void A_billion_rows_of_ten_columns_completing_nearly_in_order_stay_under_a_megabyte()
    {
        const long Words = 20_000_000 / 64;
        const int WordsOfGroup = ExecutionGraph.DefaultRowGroupSize / 64;
        ColumnDescriptor[] columns = [Columns.Start("c0"), .. Enumerable.Range(1, ColumnCount - 1).Select(column => Columns.Cell($"c{column}", $"c{column - 1}"))];
        var tracker = new CompletionTracker(new(columns, rowCount: 1_000_000_000));
        var ready = new ReadyBatch();
        tracker.Complete(0, 0, 0, 1, ready);
        long before = MemoryInUse();
        long most = 0;
        for (long step = 0; step < Words + (30 * ColumnCount); step++)
        {
            // Each column is some words behind the one before, and every other pair of words comes the wrong way round.
            for (int column = 0; column < ColumnCount; column++)
            {
                long word = (step - (30 * column)) ^ ((column & 1) == 0 ? 0 : 1);
                if (word is >= 0 and < Words)
                    tracker.Complete(column, word / WordsOfGroup, (int)(word % WordsOfGroup), ulong.MaxValue, ready);
            }

            ready.Clear();
            if (step % 50_000 == 49_999)
                most = Math.Max(most, MemoryInUse() - before);
        }

        most.Should().BeInRange(1, 1_000_000);
        tracker.Count.Should().Be(Words * 64 * ColumnCount);
        tracker.Graph.CountCompletedRows(tracker).Should().Be(Words * 64);
        (MemoryInUse() - before).Should().BeLessThan(100_000, "what is complete costs nothing");
        GC.KeepAlive(tracker);
    }

    [Fact]
    public void A_settled_group_collapses_and_whole_spans_of_groups_with_it()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a")], rowCount: 1_000_000, rowGroupSize: 1));
        tracker.MarkComplete(NodeId.Cell(500, "a"));
        for (long row = 128; row < 255; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"));

        IsFinished(tracker, 128, out long run).Should().BeTrue();
        run.Should().Be(1);
        tracker.Core.Probe(255, out run).Should().BeNull();
        run.Should().Be(1);
        tracker.Core.Probe(256, out run).Should().BeNull();
        run.Should().Be(128, "no group of this span was touched");
        tracker.Core.Probe(1 << 14, out run).Should().BeNull();
        run.Should().Be(1_000_000 - (1 << 14), "nor any beyond what was touched");

        tracker.MarkComplete(NodeId.Cell(255, "a"));

        IsFinished(tracker, 128, out run).Should().BeTrue();
        run.Should().Be(128);
        IsFinished(tracker, 200, out run).Should().BeTrue();
        run.Should().Be(56);
    }

    [Fact]
    public void Spans_collapse_on_every_level_of_the_directory()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a")], rowCount: 1 << 21, rowGroupSize: 1));
        tracker.MarkComplete(NodeId.Cell(1 << 20, "a"));
        for (long row = 0; row < 1 << 15; row++)
            tracker.MarkComplete(NodeId.Cell(row, "a"));

        IsFinished(tracker, 0, out long run).Should().BeTrue();
        run.Should().Be(1 << 14);
        IsFinished(tracker, 1 << 14, out run).Should().BeTrue();
        run.Should().Be(1 << 14);
        tracker.Core.Probe(1 << 15, out run).Should().BeNull();
        run.Should().Be(1 << 14);
        tracker.CompletedCount("a").Should().Be((1 << 15) + 1);
    }

    [Fact]
    public void A_group_with_an_open_barrier_is_kept()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 4, rowGroupSize: 2));
        tracker.Complete(0, 0, 0, 0b11, null);
        tracker.Complete(1, 0, 0, 0b11, null);
        IsFinished(tracker, 0, out _).Should().BeFalse();

        tracker.CompleteBarrier(1, 0, null);

        IsFinished(tracker, 0, out _).Should().BeTrue();
        IsFinished(tracker, 1, out _).Should().BeFalse();
    }

    [Fact]
    public void A_settled_group_with_drops_costs_about_a_bit_a_row()
    {
        const int GroupSize = 8192;
        const int Groups = 1000;
        var tracker = new CompletionTracker(new(Enumerable.Range(0, 4).Select(column => Columns.Start($"c{column}")), rowCount: 1_000_000_000, GroupSize));
        CompleteGroup(0);
        long before = MemoryInUse();
        for (long group = 1; group <= Groups; group++)
        {
            tracker.Drop(group, (int)(group % 128), 1, null);
            CompleteGroup(group);
        }

        long growth = MemoryInUse() - before;
        growth.Should().BeLessThan(Groups * ((GroupSize / 8) + 400));
        for (long group = 1; group <= Groups; group++)
            tracker.IsDropped((group * GroupSize) + (group % 128 * 64)).Should().BeTrue();
        tracker.CompletedCount("c3").Should().Be(((Groups + 1) * (long)GroupSize) - Groups);
        GC.KeepAlive(tracker);

        void CompleteGroup(long group)
        {
            for (int column = 0; column < 4; column++)
            {
                for (int word = 0; word < GroupSize / 64; word++)
                    tracker.Complete(column, group, word, ulong.MaxValue, null);
            }
        }
    }

    [Fact]
    public void A_new_tracker_is_as_small_for_a_billion_rows_as_for_ten()
    {
        ColumnDescriptor[] columns = [Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "b")];
        ExecutionGraph small = new(columns, rowCount: 10), large = new(columns, rowCount: 1_000_000_000);
        Allocated(small);

        Allocated(large).Should().Be(Allocated(small));

        static long Allocated(ExecutionGraph graph)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            GC.KeepAlive(new CompletionTracker(graph));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static bool IsFinished(CompletionTracker tracker, long group, out long run) =>
        tracker.Core.Probe(group, out run) is not null and not RowGroupBitmaps;

    /// <summary>Bytes on the heap, when what earlier tests left behind has been finalized.</summary>
    private static long MemoryInUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
