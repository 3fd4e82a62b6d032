namespace ExecGraph.Benchmarks;

/// <summary>The overhead graph's columns for a tracker alone, and the ways to complete all of their cells through its word-level entry.</summary>
internal sealed class TrackedTable
{
    internal const int Rows = 1 << 16;
    internal const int Cells = Rows * Columns;

    private const int Columns = OverheadGraph.Columns;
    private const int WordsOfGroup = ExecutionGraph.DefaultRowGroupSize / 64;

    private readonly ExecutionGraph _graph = new(
        [
            new ColumnDescriptor("topic") { Traits = ExecutionTraits.Start },
            new ColumnDescriptor("summary") { Dependencies = ["topic"] },
            new ColumnDescriptor("trivia") { Dependencies = ["topic"] },
            new ColumnDescriptor("analysis") { Dependencies = ["summary"] },
            new ColumnDescriptor("conclusion") { Dependencies = ["analysis", "trivia"] },
        ],
        Rows);

    /// <summary>A new tracker.</summary>
    internal CompletionTracker Begin() => new(_graph);

    /// <summary>Completes the cells of <paramref name="rows"/> in every word, row by row and one at a time.</summary>
    internal static void CompleteOneByOne(CompletionTracker tracker, ReadyBatch ready, ulong rows, int firstWord, int wordStep)
    {
        for (int word = firstWord; word < Rows / 64; word += wordStep)
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
    internal static void CompleteByWords(CompletionTracker tracker, ReadyBatch ready)
    {
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
}
