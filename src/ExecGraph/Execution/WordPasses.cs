using System.Numerics;
using ExecGraph.Definition;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// Computes synchronous cells of many words, and what they make ready, in passes: a few neighbouring words, column by column. So what is to be done
/// for a column at all is done once a pass and not once a word, while the values of a pass are in the cache.
/// </summary>
/// <remarks>
/// A pass takes as many words as the dearest of its columns computes in the time of an item: what waits for its end, a call or another worker, does
/// not wait for long. That is learned: a pass is twice as long as the last one if none of its columns was too dear. Used by one thread at a time.
/// </remarks>
/// <param name="columns">Columns of the run.</param>
internal sealed class WordPasses(int columns)
{
    private readonly int[] _words = new int[columns]; // of the next pass that begins with the column
    private int _most;

    /// <summary>Computes the cells of an item of several words, and goes on with what they make ready.</summary>
    /// <param name="item">Cells of a column that has code for several words.</param>
    /// <param name="worker">Whose thread it is.</param>
    internal void Execute(in WorkItem item, Worker worker)
    {
        Span<ulong> cells = stackalloc ulong[FollowedRuns.MostWords];
        ref int next = ref _words[item.Column.Ordinal];
        int end = item.Word + item.MoreWords + 1;
        for (int first = item.Word; first < end;)
        {
            Span<ulong> words = cells[..Math.Clamp(next, 1, end - first)];
            for (int i = 0; i < words.Length; i++)
                words[i] = first + i == item.Word ? item.Cells : item.Begun![first + i];
            _most = FollowedRuns.MostWords;
            Follow(item.Column, item.Group!, first, words, worker);
            while (worker.Followed.TryTake(out int ordinal))
            {
                ColumnPlan column = worker.Plan.Columns[ordinal];
                if (column.Words is null || column.Skips is not null)
                {
                    for (int i = 0; i < words.Length; i++)
                        worker.FollowCells(column, item.Group!, first + i);
                    continue;
                }

                for (int i = 0; i < words.Length; i++)
                    words[i] = worker.Followed.TakeCells(ordinal, first + i);
                Follow(column, item.Group!, first, words, worker);
            }

            worker.FollowCalls();
            next = Math.Min(_most, Math.Max(next, 2 * words.Length));
            first += words.Length;
        }
    }

    /// <summary>Produces cells of one column, unless it is not quick any more: then they wait in its queue for any worker.</summary>
    private void Follow(ColumnPlan column, ActiveRowGroup group, int first, Span<ulong> words, Worker worker)
    {
        if (!column.Cost.IsSlow)
            Run(column, group, first, words, worker);
        for (int i = 0; i < words.Length && !worker.IsStopping; i++)
        {
            if (words[i] != 0)
                worker.Ready(column.Ordinal, group, first + i, words[i]);
        }
    }

    /// <summary>Produces cells of one column. They are quick, so they are measured now and then, and not noted as being at work.</summary>
    /// <param name="column">The column.</param>
    /// <param name="group">The row group.</param>
    /// <param name="first">The first word.</param>
    /// <param name="words">The cells, by word; comes back as those that are left.</param>
    /// <param name="worker">Whose thread it is.</param>
    private void Run(ColumnPlan column, ActiveRowGroup group, int first, Span<ulong> words, Worker worker)
    {
        ColumnBuffer?[] buffers = group.Buffers;
        if (worker.IsStopping || !worker.TryGetFrontier(column, group, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
        {
            words.Clear();
            return;
        }

        int count = 0;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] != 0)
                words[i] &= frontier.OpenCells(bitmaps, column.Ordinal, first + i); // rows may have been dropped since they became ready
            count += BitOperations.PopCount(words[i]);
        }

        if (count == 0)
            return;
        column.AddBuffers(buffers, group.Rows);
        long begun = worker.BeginMeasured(column, (uint)words.Length);
        Exception? exception;
        do
        {
            var run = new CellRun(buffers, group.FirstRow + first * 64, first * 64, words[0], Attempt: 1, group);
            int end = column.Words!.RunWords(run, words, out exception) - run.Offset;
            column.Cost.End(begun, exception is null ? count : CountBelow(words, end));
            begun = 0;
            for (int i = 0; i < words.Length; i++, end -= 64)
            {
                ulong done = RowBits.Below(words[i], end);
                ulong failed = exception is not null && end is >= 0 and < 64 ? 1UL << end : 0;
                if ((done | failed) == 0)
                    continue;
                words[i] &= ~(done | failed);
                worker.Ended(column, group, first + i, done, failed);
                if (done != 0 && !worker.CompleteIn(frontier, bitmaps, buffers, column, group, first + i, done, attempt: 1))
                    return;
                if (failed != 0)
                    worker.Fail(new WorkItem(WorkKind.Cells, column, group, first + i, failed), exception!);
            }
        }
        while (exception is not null && !worker.IsStopping && !column.Cost.IsSlow); // behind the cell that failed

        _most = Math.Min(_most, column.Cost.CellsOfAnItem / 64);
    }

    private static int CountBelow(ReadOnlySpan<ulong> words, int end)
    {
        int count = 0;
        for (int i = 0; i < words.Length; i++)
            count += BitOperations.PopCount(RowBits.Below(words[i], end - i * 64));
        return count;
    }
}
