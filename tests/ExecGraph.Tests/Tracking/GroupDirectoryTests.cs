using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>What stands for a row group, and for how many from it on.</summary>
public class GroupDirectoryTests
{
    private readonly FrontierPlan _plan = FrontierPlan.ForTracker(new ExecutionGraph([Columns.Start("a")], rowCount: 1).Topology, rowGroupSize: 1);

    private readonly GroupDirectory<HardwareMemory> _groups = new();

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1L << 40)]
    public void A_group_is_found_once_it_is_in_its_place(long group)
    {
        _groups.Find(group).Should().BeNull();
        RowGroupBitmaps created = Group(group);

        _groups.Publish(created).Should().BeSameAs(created);

        _groups.Find(group).Should().BeSameAs(created);
        _groups.Find(group + 1).Should().BeNull();
        _groups.Find(group ^ 2).Should().BeNull();
    }

    [Fact]
    public void The_first_of_two_groups_for_one_place_stands()
    {
        RowGroupBitmaps first = Group(300);
        _groups.Publish(first);

        _groups.Publish(Group(300)).Should().BeSameAs(first);
        _groups.Find(300).Should().BeSameAs(first);
    }

    [Fact]
    public void Groups_keep_their_places_when_the_directory_grows()
    {
        long[] indexes = [0, 127, 128, 16_383, 16_384, 1L << 40];
        RowGroupBitmaps[] created = [.. indexes.Select(Group)];
        foreach (RowGroupBitmaps group in created)
            _groups.Publish(group);

        indexes.Select(_groups.Find).Should().Equal(created);
    }

    [Fact]
    public void A_finished_group_does_not_come_back()
    {
        _groups.Publish(Group(5));
        _groups.Publish(Group(6));

        _groups.Finish(5);

        _groups.Find(5).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        _groups.Publish(Group(5)).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        _groups.Find(6).Should().BeOfType<RowGroupBitmaps>();
        _groups.Find(4).Should().BeNull();
    }

    [Fact]
    public void A_span_whose_groups_are_all_finished_is_one_place()
    {
        _groups.Publish(Group(1000));
        Finish(128, 127);
        _groups.Probe(128, out long run).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        run.Should().Be(1);

        Finish(255, 1);

        _groups.Probe(128, out run).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        run.Should().Be(128);
        _groups.Probe(200, out run).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        run.Should().Be(56);
        _groups.Publish(Group(130)).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        _groups.Probe(127, out run).Should().BeNull();
        run.Should().Be(1);
    }

    [Fact]
    public void Spans_of_spans_become_one_place_too()
    {
        _groups.Publish(Group(1L << 20));
        Finish(1 << 14, 1 << 14);

        _groups.Probe(1 << 14, out long run).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        run.Should().Be(1 << 14);
        _groups.Find(1 << 15).Should().BeNull();
        _groups.Find((1 << 14) - 1).Should().BeNull();
    }

    [Fact]
    public void What_filled_up_before_the_directory_grew_stays_finished()
    {
        Finish(0, 128);
        _groups.Publish(Group(128));

        _groups.Find(0).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        _groups.Find(127).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        _groups.Publish(Group(7)).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        _groups.Find(128).Should().BeOfType<RowGroupBitmaps>();
    }

    [Fact]
    public void An_untouched_span_is_known_to_its_end()
    {
        _groups.Probe(5, out long run).Should().BeNull();
        run.Should().Be(1, "the first span has places of its own");
        _groups.Probe(128, out run).Should().BeNull();
        run.Should().Be(long.MaxValue - 128, "nothing was touched beyond it");

        _groups.Publish(Group(40_000));

        _groups.Probe(130, out run).Should().BeNull();
        run.Should().Be(126);
        _groups.Probe(16_384 + 5, out run).Should().BeNull();
        run.Should().Be(16_384 - 5);
        _groups.Probe(39_999, out run).Should().BeNull();
        run.Should().Be(1);
        _groups.Probe(1 << 21, out run).Should().BeNull();
        run.Should().Be(long.MaxValue - (1 << 21));
        _groups.Probe((1 << 21) - 1, out run).Should().BeNull();
        run.Should().Be(1);
    }

    [Fact]
    public void A_directory_that_begins_finished_is_finished_to_the_end()
    {
        var finished = new GroupDirectory<HardwareMemory>(finished: true);

        finished.Probe(7, out long run).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
        run.Should().Be(long.MaxValue - 7);
        finished.Publish(Group(7)).Should().BeSameAs(GroupDirectory<HardwareMemory>.Finished);
    }

    private void Finish(long first, int count)
    {
        for (long group = first; group < first + count; group++)
        {
            _groups.Publish(Group(group));
            _groups.Finish(group);
        }
    }

    private RowGroupBitmaps Group(long index) => new(_plan, index, rows: 1);
}
