using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>Where the bits of a group stand, and what is counted down in it.</summary>
public class FrontierPlanTests
{
    [Fact]
    public void Settled_bits_come_first_then_claimed_bits_then_the_dropped_bits()
    {
        FrontierPlan plan = Tracker(Columns.Start("a"), Columns.Start("b"), Columns.Cell("c", "a", "b"), Columns.Cell("d", "c", "a"));

        plan.Columns.Should().Equal(0, 1, 2, 3);
        plan.Slots.Should().Equal(0, 1, 2, 3);
        plan.RowDependents[0].Select(dependent => (dependent.Column, dependent.Slot, dependent.ClaimSlot)).Should().Equal((2, 2, 4), (3, 3, 5));
        plan.DroppedSlot.Should().Be(6);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(7, 8)]
    [InlineData(8, 16)]
    [InlineData(15, 16)]
    [InlineData(16, 24)]
    public void The_block_of_a_word_takes_whole_cache_lines(int columns, int fields)
    {
        FrontierPlan plan = Tracker([.. Enumerable.Range(0, columns).Select(column => Columns.Start($"c{column}"))]);

        plan.DroppedSlot.Should().Be(columns);
        plan.Stride.Should().Be(fields);
    }

    [Fact]
    public void A_dependent_knows_where_the_other_producers_stand()
    {
        FrontierPlan plan = Tracker(Columns.Start("a"), Columns.Start("b"), Columns.Start("c"), Columns.Cell("d", "c", "a", "b"));

        plan.RowDependents[0].Should().ContainSingle().Which.OtherSlots.Should().Equal(2, 1);
        plan.RowDependents[2].Should().ContainSingle().Which.OtherSlots.Should().Equal(0, 1);
        plan.RowDependents[3].Should().BeEmpty();
    }

    [Fact]
    public void Nobody_races_for_a_column_with_one_producer_nor_for_the_cells_of_a_barrier()
    {
        FrontierPlan plan = Tracker(Columns.Start("a"), Columns.Start("b"), Columns.Cell("c", "a"), Columns.Barrier("d", "a", "b"));

        plan.RowDependents[0].Should().ContainSingle().Which.ClaimSlot.Should().Be(-1);
        plan.RowDependents[0].Single().OtherSlots.Should().BeEmpty();
        plan.DroppedSlot.Should().Be(4);
    }

    [Fact]
    public void A_tracker_counts_down_the_group_and_the_inputs_of_each_barrier()
    {
        FrontierPlan plan = Tracker(
            Columns.Start("a"), Columns.Start("b"), Columns.GroupBarrier("g", "a", "b"), Columns.Barrier("d", "a"), Columns.StartBarrier("s"));

        plan.Countdowns.Should().Equal(
            new FrontierPlan.Countdown(FrontierPlan.CountdownKind.Group, -1, 5),
            new FrontierPlan.Countdown(FrontierPlan.CountdownKind.GroupBarrier, 2, 2),
            new FrontierPlan.Countdown(FrontierPlan.CountdownKind.DatasetBarrier, 3, 1));
        plan.CountdownsOf.Should().BeEquivalentTo((int[][])[[0, 1, 2], [0, 1], [0], [0], [0]], options => options.WithStrictOrdering());
        plan.GroupBarriers.Should().Equal(2);
        plan.DatasetBarriers.Should().Equal(3, 4);
        plan.KeepsUndone.Should().BeTrue("single cells are asked for");
    }

    [Fact]
    public void A_stage_follows_its_own_columns_and_takes_earlier_ones_for_settled()
    {
        FrontierPlan plan = Stage(1, Columns.Start("a"), Columns.Barrier("b", "a"), Columns.Cell("c", "a"), Columns.Cell("d", "b", "c"), Columns.Cell("e", "b", "d"));

        plan.Topology.Columns.Select(column => column.Name).Should().Equal("a", "b", "c", "d", "e");
        plan.Columns.Should().Equal(1, 3, 4);
        plan.Slots.Should().Equal(-1, 0, -1, 1, 2);
        plan.RowDependents[1].Select(dependent => (dependent.Column, dependent.Slot, dependent.ClaimSlot)).Should().Equal((3, 1, -1), (4, 2, 3));
        plan.RowDependents[3].Single().OtherSlots.Should().Equal(0);
        plan.RowDependents[0].Should().BeNull();
        plan.DroppedSlot.Should().Be(4);
        plan.Countdowns.Should().Equal(new FrontierPlan.Countdown(FrontierPlan.CountdownKind.Group, -1, 3));
        plan.CountdownsOf[4].Should().Equal(0);
        plan.CountdownsOf[0].Should().BeNull();
        plan.KeepsUndone.Should().BeFalse("the engine does not ask for single cells");
    }

    [Fact]
    public void A_group_barrier_of_a_stage_waits_for_every_column_that_is_not_behind_it_or_a_later_one()
    {
        FrontierPlan plan = Stage(
            0, Columns.Start("a"), Columns.Start("b"), Columns.GroupBarrier("g", "a"), Columns.GroupBarrier("h", "b"), Columns.Cell("x", "g"), Columns.Cell("y", "h"));

        plan.Countdowns.Should().Equal(
            new FrontierPlan.Countdown(FrontierPlan.CountdownKind.Group, -1, 6),
            new FrontierPlan.Countdown(FrontierPlan.CountdownKind.GroupBarrier, 2, 2),
            new FrontierPlan.Countdown(FrontierPlan.CountdownKind.GroupBarrier, 3, 4));
        plan.CountdownsOf.Should().BeEquivalentTo((int[][])[[0, 1, 2], [0, 1, 2], [0, 2], [0], [0, 2], [0]], options => options.WithStrictOrdering());
    }

    private static FrontierPlan Tracker(params ColumnDescriptor[] columns) => FrontierPlan.ForTracker(new ExecutionGraph(columns, rowCount: 1).Topology, rowGroupSize: 64);

    private static FrontierPlan Stage(int stage, params ColumnDescriptor[] columns) =>
        FrontierPlan.ForStage(new ExecutionGraph(columns, rowCount: 1).Topology, rowGroupSize: 64, stage);
}
