using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>What is remembered of the drops of a settled group.</summary>
public class FinishedDropsTests
{
    [Fact]
    public void Of_a_group_without_drops_nothing_is_kept() => FinishedDrops.Of<HardwareMemory>(Group(columns: 2), [0, 0]).Should().BeNull();

    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(64, 0, 63)]
    [InlineData(65, 0, 64)]
    [InlineData(130, 63, 129)]
    public void Dropped_rows_are_kept_with_the_cells_that_were_not_complete(int columns, int first, int last)
    {
        RowGroupBitmaps group = Group(columns);
        group.Undone![first] = 1UL << 5;
        group.Undone[last] = (1UL << 5) | (1UL << 63);
        group.Undone[columns + last] = 1UL << 1;

        FinishedDrops drops = FinishedDrops.Of<HardwareMemory>(group, [(1UL << 3) | (1UL << 5) | (1UL << 63), 1UL << 1])!;

        Dropped(drops).Should().Equal(3, 5, 63, 65);
        Undone(drops, first).Should().Equal(5);
        Undone(drops, last).Should().Equal(5, 63, 65);
        Enumerable.Range(0, columns).Where(column => drops.CountUndone(column) > 0).Should().Equal(first, last);
        drops.CountUndone(first).Should().Be(1);
        drops.CountUndone(last).Should().Be(3);
    }

    [Fact]
    public void Where_nothing_was_open_every_cell_counts_as_complete()
    {
        RowGroupBitmaps group = Group(columns: 2);
        group.Undone = null;

        FinishedDrops drops = FinishedDrops.Of<HardwareMemory>(group, [0b10])!;

        Dropped(drops).Should().Equal(1);
        Undone(drops, 0).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(130)]
    public void A_row_that_was_dropped_late_was_complete(int row)
    {
        FinishedDrops drops = FinishedDrops.OfLateDrop(row, columns: 65);

        Dropped(drops).Should().Equal(row);
        Undone(drops, 0).Should().BeEmpty();
        Undone(drops, 64).Should().BeEmpty();
        drops.CountUndone(64).Should().Be(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(64)]
    [InlineData(66)]
    [InlineData(191)]
    public void One_more_row_leaves_what_is_known_of_the_others(int row)
    {
        FinishedDrops drops = Rows5And65Of65Columns().With(row);

        Dropped(drops).Should().Equal(new[] { 5, 65, row }.Order());
        Undone(drops, 64).Should().Equal(5);
        Undone(drops, 1).Should().Equal(65);
        Undone(drops, 0).Should().BeEmpty();
        drops.CountUndone(64).Should().Be(1);
    }

    [Fact]
    public void A_row_that_is_dropped_stays_as_it_is()
    {
        FinishedDrops drops = Rows5And65Of65Columns();

        drops.With(5).Should().BeSameAs(drops);
    }

    [Fact]
    public void Two_records_of_one_group_are_joined_and_what_the_first_says_of_a_row_stands()
    {
        FinishedDrops late = FinishedDrops.OfLateDrop(191, columns: 65).With(5).With(0);

        FinishedDrops drops = Rows5And65Of65Columns().With(late);

        Dropped(drops).Should().Equal(0, 5, 65, 191);
        Undone(drops, 64).Should().Equal(5);
        Undone(drops, 1).Should().Equal(65);
        Dropped(Rows5And65Of65Columns().With(FinishedDrops.OfLateDrop(2, columns: 65))).Should().Equal(2, 5, 65);
    }

    [Theory]
    [InlineData(0, 0, 0ul)]
    [InlineData(0, 5, 0b11111ul)]
    [InlineData(0, 63, ulong.MaxValue >> 1)]
    [InlineData(0, 64, ulong.MaxValue)]
    [InlineData(0, 65, ulong.MaxValue)]
    [InlineData(1, 5, 0ul)]
    [InlineData(1, 64, 0ul)]
    [InlineData(1, 65, 1ul)]
    [InlineData(1, 128, ulong.MaxValue)]
    [InlineData(2, 70, 0ul)]
    public void The_rows_of_a_word_are_those_before_the_end(int word, int rows, ulong expected) => FinishedDrops.RowsOf(word, rows).Should().Be(expected);

    private static FinishedDrops Rows5And65Of65Columns()
    {
        RowGroupBitmaps group = Group(columns: 65);
        group.Undone![64] = 1UL << 5;
        group.Undone[65 + 1] = 1UL << 1;
        return FinishedDrops.Of<HardwareMemory>(group, [1UL << 5, 1UL << 1])!;
    }

    private static RowGroupBitmaps Group(int columns)
    {
        var graph = new ExecutionGraph(Enumerable.Range(0, columns).Select(column => Columns.Start($"c{column}")), rowCount: 1);
        return new RowGroupBitmaps(FrontierPlan.ForTracker(graph.Topology, rowGroupSize: 192), index: 0, rows: 128) { Undone = new ulong[2 * columns] };
    }

    private static IEnumerable<int> Dropped(FinishedDrops drops) => Enumerable.Range(0, 256).Where(drops.IsDropped);

    private static IEnumerable<int> Undone(FinishedDrops drops, int column) => Enumerable.Range(0, 256).Where(row => drops.IsUndone(row, column));
}
