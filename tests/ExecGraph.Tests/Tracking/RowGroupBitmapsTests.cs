using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>The state with which a row group begins.</summary>
public class RowGroupBitmapsTests
{
    private readonly FrontierPlan _plan = FrontierPlan.ForTracker(
        new ExecutionGraph([Columns.Start("a"), Columns.Start("b"), Columns.Cell("c", "a", "b"), Columns.GroupBarrier("g", "a", "b")], rowCount: 1).Topology, rowGroupSize: 192);

    [Fact]
    public void A_full_group_begins_with_nothing_settled()
    {
        var group = new RowGroupBitmaps(_plan, index: 7, rows: 192);

        group.Index.Should().Be(7);
        group.WordCount.Should().Be(3);
        group.Bits.Should().HaveCount(3 * _plan.Stride).And.OnlyContain(bits => bits == 0);
        group.Survivors(2).Should().Be(ulong.MaxValue);
        group.IsEmpty.Should().BeFalse();
        group.Unsettled.Should().Be(2, "its cells, as one, and its barrier node");
        group.BarriersDone.Should().Equal(0);
    }

    [Theory]
    [InlineData(1, 1, 1ul)]
    [InlineData(63, 1, ulong.MaxValue >> 1)]
    [InlineData(64, 1, ulong.MaxValue)]
    [InlineData(65, 2, 1ul)]
    [InlineData(128, 2, ulong.MaxValue)]
    public void Rows_beyond_the_end_of_the_table_are_settled_and_dropped_from_the_start(int rows, int words, ulong survivors)
    {
        var group = new RowGroupBitmaps(_plan, index: 0, rows);

        group.WordCount.Should().Be(words);
        group.Survivors(words - 1).Should().Be(survivors);
        for (int column = 0; column < 4; column++)
            group.SettledAtRest(words - 1, column).Should().Be(~survivors);
        group.Bits[((words - 1) * _plan.Stride) + _plan.RowDependents[0][0].ClaimSlot].Should().Be(0);
        group.Remaining.Should().Equal(4 * words, 2 * words);
    }

    [Fact]
    public void Rows_that_are_dropped_already_are_not_waited_for()
    {
        var group = new RowGroupBitmaps(_plan, index: 0, rows: 130, dropped: [0b101, ulong.MaxValue, 0b01]);

        group.Survivors(0).Should().Be(~0b101UL);
        group.Survivors(1).Should().Be(0);
        group.Survivors(2).Should().Be(0b10);
        group.SettledAtRest(0, 3).Should().Be(0b101);
        group.SettledAtRest(1, 0).Should().Be(ulong.MaxValue);
        group.Remaining.Should().Equal([8, 4], "the word without survivors is full");
        group.IsEmpty.Should().BeFalse();
    }

    [Fact]
    public void A_group_without_survivors_is_empty()
    {
        new RowGroupBitmaps(_plan, index: 0, rows: 65, dropped: [ulong.MaxValue, 1]).IsEmpty.Should().BeTrue();
        new RowGroupBitmaps(_plan, index: 0, rows: 65, dropped: [ulong.MaxValue, ulong.MaxValue]).IsEmpty.Should().BeTrue("a row beyond the end may be dropped too");
        new RowGroupBitmaps(_plan, index: 0, rows: 0).IsEmpty.Should().BeTrue();
        new RowGroupBitmaps(_plan, index: 0, rows: 65, dropped: [ulong.MaxValue, 0]).IsEmpty.Should().BeFalse();
    }
}
