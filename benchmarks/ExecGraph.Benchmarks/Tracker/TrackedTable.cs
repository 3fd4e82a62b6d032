namespace ExecGraph.Benchmarks;

/// <summary>The overhead graph's columns for a tracker alone, and the ways to complete all of their cells through its word-level entry.</summary>
internal sealed class TrackedTable
{
    internal const int Rows = 1 << 16;
    internal const int Cells = Rows * Columns;

    private const int Columns = OverheadGraph.Columns;
    private const int WordsOfGroup = ExecutionGraph.DefaultRowGroupSize / 64;

    private readonly ExecutionGraph _graph = GraphOf(Rows);

    /// <summary>A graph and a tracker of any number of rows.</summary>
    internal static CompletionTracker Begin(long rows) => new(GraphOf(rows));

    /// <summary>A new tracker.</summary>
    internal CompletionTracker Begin() => new(_graph);

    /// <summary>Completes the cells of <paramref name="rows"/> in the words, row by row and one at a time.</summary>
    internal static void CompleteOneByOne(CompletionTracker tracker, ulong rows, WordRange words)
    {
        var ready = new ReadyBatch(); // by the thread that uses it, so that it shares no cache line with the other's
        for (int word = words.First; word < words.End; word += words.Step)
        {
            for (ulong rest = rows; rest != 0; rest &= rest - 1)
            {
                ulong cell = rest & (0 - rest);
                for (int column = 0; column < Columns; column++)
                {
                    tracker.Complete(column, word / WordsOfGroup, word % WordsOfGroup, cell, ready);
                    ready.Clear();
                }
            }
        }
    }

    /// <summary>Completes 64 cells at a time.</summary>
    internal static void CompleteByWords(CompletionTracker tracker)
    {
        var ready = new ReadyBatch();
        for (int word = 0; word < Rows / 64; word++)
        {
            for (int column = 0; column < Columns; column++)
            {
                tracker.Complete(column, word / WordsOfGroup, word % WordsOfGroup, ulong.MaxValue, ready);
                ready.Clear();
            }
        }
    }

    /// <exception cref="InvalidOperationException">A cell is missing.</exception>
    internal static void Verify(CompletionTracker tracker)
    {
        if (tracker.Count != Cells)
            throw new InvalidOperationException($"{tracker.Count} of {Cells} cells are complete.");
    }

    private static ExecutionGraph GraphOf(long rows) => new(
        [
            new ColumnDescriptor("topic") { Traits = ExecutionTraits.Start },
            new ColumnDescriptor("summary") { Dependencies = ["topic"] },
            new ColumnDescriptor("trivia") { Dependencies = ["topic"] },
            new ColumnDescriptor("analysis") { Dependencies = ["summary"] },
            new ColumnDescriptor("conclusion") { Dependencies = ["analysis", "trivia"] },
        ],
        rows);
}

/// <summary>Words of the table, of all its row groups one after the other.</summary>
internal readonly record struct WordRange(int First, int End, int Step)
{
    private const int Words = TrackedTable.Rows / 64;

    internal static WordRange All { get; } = new(0, Words, 1);

    internal static WordRange FirstHalf { get; } = new(0, Words / 2, 1);

    internal static WordRange SecondHalf { get; } = new(Words / 2, Words, 1);

    internal static WordRange Even { get; } = new(0, Words, 2);

    internal static WordRange Odd { get; } = new(1, Words, 2);
}
