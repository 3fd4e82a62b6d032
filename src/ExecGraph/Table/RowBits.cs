using System.Numerics;

namespace ExecGraph.Table;

/// <summary>Rows of a row group as bits, 64 to a word.</summary>
internal static class RowBits
{
    internal static int Count(ReadOnlySpan<ulong> words)
    {
        int count = 0;
        foreach (ulong word in words)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>Of the rows of a word, those below a bit, which may lie before the word or behind it.</summary>
    internal static ulong Below(ulong rows, int bit) => bit >= 64 ? rows : bit <= 0 ? 0 : rows & ~(ulong.MaxValue << bit);

    /// <summary>How many stretches of rows that lie together there are in a word.</summary>
    internal static int CountStretches(ulong rows) => BitOperations.PopCount(rows & ~(rows << 1));

    /// <summary>Takes the first rows of a word that lie together; there must be one.</summary>
    /// <param name="rows">The rows; comes back as those behind.</param>
    /// <param name="first">The first row that was taken.</param>
    /// <returns>How many.</returns>
    internal static int TakeStretch(ref ulong rows, out int first)
    {
        first = BitOperations.TrailingZeroCount(rows);
        int length = BitOperations.TrailingZeroCount(~(rows >> first));
        rows &= rows + (1UL << first); // the carry clears them
        return length;
    }

    /// <summary>The rows, ascending.</summary>
    internal static int[] Offsets(ReadOnlySpan<ulong> words)
    {
        var offsets = new int[Count(words)];
        int position = 0;
        for (int word = 0; word < words.Length; word++)
        {
            for (ulong rest = words[word]; rest != 0; rest &= rest - 1)
                offsets[position++] = word * 64 + BitOperations.TrailingZeroCount(rest);
        }

        return offsets;
    }
}
