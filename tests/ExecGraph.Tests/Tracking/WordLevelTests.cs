using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>The entry by ordinals, 64 rows at a time.</summary>
public class WordLevelTests
{
    private readonly ReadyBatch _ready = new();

    [Fact]
    public void Cells_that_become_ready_together_come_as_one_run()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 400, rowGroupSize: 200));

        tracker.Complete(0, 1, 2, 0xF0F0, _ready).Should().Be(0xF0F0);

        _ready.Runs.Should().Equal(new ReadyRun(1, 1, 2, 0xF0F0));
        _ready.Runs[0].Count.Should().Be(8);
        _ready.Ranges.Should().BeEmpty();
        _ready.Barriers.Should().BeEmpty();
        tracker.IsComplete(NodeId.Cell(200 + 128 + 4, "a")).Should().BeTrue();
        tracker.IsComplete(NodeId.Cell(200 + 128 + 3, "a")).Should().BeFalse();
        tracker.CompletedCount("a").Should().Be(8);
    }

    [Fact]
    public void Only_what_was_not_complete_before_is_returned_and_reported()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 64));
        tracker.Complete(0, 0, 0, 0b0110, null).Should().Be(0b0110);
        tracker.Complete(1, 0, 0, 0b1000, null).Should().Be(0b1000);

        tracker.Complete(0, 0, 0, 0b1111, _ready).Should().Be(0b1001);

        _ready.Runs.Should().Equal(new ReadyRun(1, 0, 0, 0b0001));
    }

    [Fact]
    public void A_join_reports_where_both_sides_meet()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Start("b"), Columns.Cell("c", "a", "b")], rowCount: 64));
        tracker.Complete(0, 0, 0, 0b0011, _ready);
        _ready.IsEmpty.Should().BeTrue();

        tracker.Complete(1, 0, 0, 0b0110, _ready);
        tracker.Complete(0, 0, 0, 0b1100, _ready);

        _ready.Runs.Should().Equal(new ReadyRun(2, 0, 0, 0b0010), new ReadyRun(2, 0, 0, 0b0100));
    }

    [Theory]
    [InlineData(200, 200, 3, 0xFFul)]
    [InlineData(70, 200, 1, 0x3Ful)]
    [InlineData(64, 64, 0, ulong.MaxValue)]
    [InlineData(5, 3, 0, 0b111ul)]
    public void Bits_beyond_the_group_or_the_table_are_ignored(long rows, int groupSize, int word, ulong expected)
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Start("b")], rows, groupSize));

        tracker.Complete(0, 0, word, ulong.MaxValue, null).Should().Be(expected);
        tracker.Drop(0, word, ulong.MaxValue, null).Should().Be(expected);
        tracker.Drop(0, word, ulong.MaxValue, null).Should().Be(0);
        tracker.Count.Should().Be(System.Numerics.BitOperations.PopCount(expected));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(long.MaxValue)]
    public void The_last_row_there_can_be_is_the_last_one(long? rows)
    {
        var tracker = new CompletionTracker(new([Columns.Start("a")], rows, 100));

        tracker.Complete(0, long.MaxValue / 100, 0, ulong.MaxValue, null).Should().Be(0x7F);
        tracker.Invoking(t => t.Complete(0, long.MaxValue / 100, 1, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
        tracker.Invoking(t => t.Complete(0, long.MaxValue / 100 + 1, 0, 1, null)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void An_empty_mask_does_nothing()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a")], rowCount: 10));

        tracker.Complete(0, 0, 0, 0, _ready).Should().Be(0);
        tracker.Drop(0, 0, 0, _ready).Should().Be(0);
        tracker.Complete(0, 0, 0, ulong.MaxValue << 10, _ready).Should().Be(0);

        _ready.IsEmpty.Should().BeTrue();
        tracker.Count.Should().Be(0);
    }

    [Fact]
    public void A_drop_returns_what_it_dropped_and_reports_barriers_only()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Cell("b", "a"), Columns.GroupBarrier("c", "a"), Columns.Barrier("d", "b")], rowCount: 3));
        tracker.Drop(0, 0, 0b010, _ready).Should().Be(0b010);
        _ready.IsEmpty.Should().BeTrue();
        tracker.Complete(0, 0, 0, 0b111, _ready).Should().Be(0b101);
        _ready.Runs.Should().Equal(new ReadyRun(1, 0, 0, 0b101));
        _ready.Barriers.Should().Equal(new ReadyBarrier(2, 0));
        _ready.Clear();
        _ready.IsEmpty.Should().BeTrue();

        tracker.Drop(0, 0, 0b111, _ready).Should().Be(0b101);

        _ready.Runs.Should().BeEmpty();
        _ready.Barriers.Should().Equal(new ReadyBarrier(3, null));
        _ready.IsEmpty.Should().BeFalse();
    }

    [Fact]
    public void The_cells_of_an_untouched_table_come_as_one_range()
    {
        var tracker = new CompletionTracker(new([Columns.StartBarrier("a")], rowCount: 1_000_000_001));

        tracker.CompleteBarrier(0, null, _ready).Should().BeTrue();

        _ready.Ranges.Should().Equal(new ReadyRange(0, 0, 1_000_000_001));
        _ready.Runs.Should().BeEmpty();
        _ready.IsEmpty.Should().BeFalse();
        tracker.CompleteBarrier(0, null, _ready).Should().BeFalse();
        _ready.Ranges.Should().HaveCount(1);
        _ready.Clear();
        _ready.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Touched_groups_come_as_runs_between_the_ranges_and_settled_ones_not_at_all()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a")], rowCount: 1000, rowGroupSize: 100));
        tracker.Complete(1, 2, 0, 0b1, null);
        tracker.Drop(2, 1, 0b10, null);
        foreach (int column in (int[])[0, 1])
        {
            tracker.Complete(column, 5, 0, ulong.MaxValue, null);
            tracker.Complete(column, 5, 1, ulong.MaxValue, null);
        }

        tracker.CompleteBarrier(1, null, _ready).Should().BeTrue();

        _ready.Ranges.Should().Equal(new ReadyRange(1, 0, 200), new ReadyRange(1, 300, 200), new ReadyRange(1, 600, 400));
        _ready.Runs.Should().Equal(new ReadyRun(1, 2, 0, ulong.MaxValue - 1), new ReadyRun(1, 2, 1, ((1UL << 36) - 1) & ~0b10UL));
    }

    [Fact]
    public void Ranges_of_two_barriers_are_kept_apart_in_one_batch()
    {
        var tracker = new CompletionTracker(new([Columns.StartBarrier("a"), Columns.StartBarrier("b")], rowCount: 10, rowGroupSize: 3));

        tracker.CompleteBarrier(1, null, _ready);
        tracker.CompleteBarrier(0, null, _ready);

        _ready.Ranges.Should().Equal(new ReadyRange(1, 0, 10), new ReadyRange(0, 0, 10));
    }

    [Fact]
    public void The_cells_of_a_group_barrier_come_as_runs()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 170, rowGroupSize: 100));
        tracker.Complete(1, 1, 1, 0b1, null);

        tracker.CompleteBarrier(1, 1, _ready).Should().BeTrue();

        _ready.Runs.Should().Equal(new ReadyRun(1, 1, 0, ulong.MaxValue), new ReadyRun(1, 1, 1, 0b111110));
        tracker.CompleteBarrier(1, 1, _ready).Should().BeFalse();
        _ready.Runs.Should().HaveCount(2);
    }

    [Fact]
    public void Barriers_are_reported_by_ordinal()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a"), Columns.Barrier("c", "a")], rowCount: 70, rowGroupSize: 64));
        tracker.Complete(0, 1, 0, ulong.MaxValue, _ready);
        _ready.Barriers.Should().Equal(new ReadyBarrier(1, 1));

        tracker.Complete(0, 0, 0, ulong.MaxValue, _ready);

        _ready.Barriers.Should().BeEquivalentTo([new ReadyBarrier(1, 1), new ReadyBarrier(1, 0), new ReadyBarrier(2, null)]);
    }

    [Fact]
    public void A_word_that_is_complete_in_parts_counts_once_for_a_barrier()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.GroupBarrier("b", "a")], rowCount: 128, rowGroupSize: 128));
        tracker.Complete(0, 0, 0, 0xFFFF, _ready);
        tracker.Complete(0, 0, 0, ulong.MaxValue, _ready);
        tracker.Complete(0, 0, 0, ulong.MaxValue, _ready);
        tracker.Complete(0, 0, 1, ulong.MaxValue - 1, _ready);
        _ready.Barriers.Should().BeEmpty();

        tracker.Drop(0, 1, 1, _ready);

        _ready.Barriers.Should().Equal(new ReadyBarrier(1, 0));
    }

    [Fact]
    public void Ordinals_outside_the_table_are_refused_and_named()
    {
        var tracker = new CompletionTracker(new([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: 170, rowGroupSize: 100));

        Refused(t => t.Complete(3, 0, 0, 1, null), "column", "Column ordinals go from 0 to 2.");
        Refused(t => t.Complete(-1, 0, 0, 1, null), "column", "Column ordinals go from 0 to 2.");
        Refused(t => t.Complete(0, 2, 0, 1, null), "rowGroup", "Row groups go from 0 to 1.");
        Refused(t => t.Complete(0, -1, 0, 1, null), "rowGroup", "Row groups go from 0 to 1.");
        Refused(t => t.Complete(0, 0, 2, 1, null), "word", "Words of row group 0 go from 0 to 1.");
        Refused(t => t.Complete(0, 1, -1, 1, null), "word", "Words of row group 1 go from 0 to 1.");
        Refused(t => t.Drop(2, 0, 1, null), "rowGroup", "Row groups go from 0 to 1.");
        Refused(t => t.Drop(1, 2, 1, null), "word", "Words of row group 1 go from 0 to 1.");
        Refused(t => t.CompleteBarrier(3, null, null), "column", "Column ordinals go from 0 to 2.");
        Refused(t => t.CompleteBarrier(2, 2, null), "*", "*0 to 1*");
        Refused(t => t.CompleteBarrier(2, -1, null), "*", "*");
        tracker.Invoking(t => t.CompleteBarrier(0, null, null)).Should().Throw<ArgumentException>().WithMessage("*'a' is no barrier*");
        tracker.Invoking(t => t.CompleteBarrier(1, 0, null)).Should().Throw<ArgumentException>().WithMessage("*one barrier node for all rows*");
        tracker.Invoking(t => t.CompleteBarrier(2, null, null)).Should().Throw<ArgumentException>().WithMessage("*for each row group*");
        tracker.Count.Should().Be(0);

        void Refused(Action<CompletionTracker> action, string parameter, string because)
        {
            ArgumentOutOfRangeException error = tracker.Invoking(action).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"{because}*").Which;
            if (parameter != "*")
                error.ParamName.Should().Be(parameter);
        }
    }
}
