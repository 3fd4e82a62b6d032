using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>What the frontier does for an engine, which keeps groups itself. How it does it beside other threads: <see cref="FrontierInterleavingTests"/>.</summary>
public class FrontierTests
{
    [Theory]
    [InlineData(0, 0ul, 0ul)]
    [InlineData(1, 1ul, 0ul)]
    [InlineData(64, ulong.MaxValue, 0ul)]
    [InlineData(70, ulong.MaxValue, 0b111111ul)]
    public void Rows_that_are_cut_off_survive_no_more_and_what_waits_for_the_others_still_waits(int rows, ulong first, ulong second)
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: null, rowGroupSize: 128);
        FrontierPlan plan = FrontierPlan.ForTracker(graph.Topology, rowGroupSize: 128);
        var frontier = new Frontier<HardwareMemory>(plan);
        var group = new RowGroupBitmaps(plan, index: 0, rows: 128);
        var sink = new Sink([]);

        frontier.CutOff(group, rows, ref sink);

        group.Survivors(0).Should().Be(first);
        group.Survivors(1).Should().Be(second);
        frontier.OpenCells(group, 0, 0).Should().Be(first);
        frontier.OpenCells(group, 0, 1).Should().Be(second);
        sink.Barriers.Should().HaveCount(rows == 0 ? 1 : 0);
        frontier.Complete(group, 0, 0, first, ref sink).Should().Be(first);
        frontier.Complete(group, 0, 1, ulong.MaxValue, ref sink).Should().Be(second);
        sink.Barriers.Should().Equal(1);
    }

    private readonly struct Sink(List<int> barriers) : IReadySink
    {
        internal List<int> Barriers => barriers;

        public void Cells(RowGroupBitmaps group, int column, int word, ulong cells)
        {
        }

        public void GroupBarrier(RowGroupBitmaps group, int column) => barriers.Add(column);

        public void DatasetBarrier(int column) => barriers.Add(column);

        public void Settled(RowGroupBitmaps group)
        {
        }
    }
}
