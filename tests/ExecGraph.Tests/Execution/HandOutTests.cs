using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>When finished row groups reach their reader.</summary>
public sealed class HandOutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_finished_group_reaches_the_reader_while_a_cheap_columns_later_cell_blocks_its_worker(int mayWait)
    {
        using var read = new ManualResetEventSlim();
        const int blocked = 50 * 64;
        var graph = new GraphBuilder { RowGroupSize = 64 };
        Column<long> x = graph.Start("x", row =>
        {
            // As long as the reader has not come so far, this never returns.
            if (row == blocked && !read.Wait(Runs.Hang))
                throw new TimeoutException("The reader has not been given the row groups before this one.");
            return row;
        });
        long sum = 0;
        await using GraphRun run = graph.Build(blocked + 64).Run(new RunOptions { Workers = 1, MaxBufferedRowGroups = mayWait });
        await foreach (RowGroup group in run.RowGroups)
        {
            foreach (Row row in group)
                sum += x[row];
            if (group.FirstRow == blocked - 64)
                read.Set();
        }

        (await run.Completion).Rows.Should().Be(blocked + 64);
        sum.Should().Be((blocked + 64L) * (blocked + 63) / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_run_that_is_held_back_goes_on_as_its_rows_are_read(int mayWait)
    {
        var graph = new GraphBuilder { RowGroupSize = 3 };
        Column<long> x = graph.Start("x", row => row);
        await using GraphRun run = graph.Build(300).Run(new RunOptions { MaxActiveRowGroups = 2, MaxBufferedRowGroups = mayWait });
        long expected = 0;
        await foreach (Row row in run.Rows)
        {
            x[row].Should().Be(expected++);
            run.Snapshot().CellsCompleted.Should().BeLessThanOrEqualTo(expected + 3 * (2 + mayWait + 1), "no group begins that may not wait for the reader");
        }

        expected.Should().Be(300);
    }
}
