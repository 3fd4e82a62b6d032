using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Tracking;

/// <summary>Looks at the whole process's memory, so nothing may run beside it.</summary>
[Collection(Explorations.Name)]
public sealed class TrackerMemoryTests
{
    [Fact]
    public void A_billion_rows_that_complete_nearly_in_order_need_less_than_a_megabyte()
    {
        ColumnDescriptor[] columns = [Start("c0"), .. Enumerable.Range(1, 9).Select(i => Cell($"c{i}", $"c{i - 1}"))];
        var graph = new ExecutionGraph(columns, rowCount: 1_000_000_000);
        var tracker = new CompletionTracker(graph);
        var ready = new ReadyBatch();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long groups = 20_000;
        for (long group = 0; group < groups; group++)
        {
            // Two groups under way at a time, completed out of step.
            for (int column = 0; column < 10; column++)
            {
                for (int word = 0; word < 16; word++)
                    tracker.Complete(column, group ^ 1, word, ulong.MaxValue, ready);
            }

            ready.Clear();
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        grown.Should().BeLessThan(1_000_000);
        tracker.CompletedCount("c9").Should().Be(groups * 1024);
        graph.CountCompletedRows(tracker).Should().Be(groups * 1024);
        GC.KeepAlive(tracker);
    }

    [Fact]
    public void A_group_with_drops_keeps_about_a_bit_a_row()
    {
        var graph = new ExecutionGraph([Start("a"), Cell("b", "a")], rowCount: 1_000_000_000);
        var tracker = new CompletionTracker(graph);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        const int Groups = 2_000;
        for (long group = 0; group < Groups; group++)
        {
            tracker.DropRow(group * 1024 + 5);
            for (int column = 0; column < 2; column++)
            {
                for (int word = 0; word < 16; word++)
                    tracker.Complete(column, group, word, ulong.MaxValue, null);
            }
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        (grown / Groups).Should().BeLessThan(128 + 300, "a bit for each of 1,024 rows, and what an object and its key cost");
        tracker.IsDropped(5).Should().BeTrue();
        tracker.CompletedCount("b").Should().Be(Groups * 1023);
        GC.KeepAlive(tracker);
    }
}
