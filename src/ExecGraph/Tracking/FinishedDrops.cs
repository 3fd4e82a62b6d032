using System.Numerics;

namespace ExecGraph.Tracking;

/// <summary>
/// What is kept of a settled group that contains drops: a bit for each row, and for each dropped row which cells had not been
/// completed. Immutable.
/// </summary>
internal sealed class FinishedDrops
{
    private readonly ulong[] _dropped;
    private readonly ulong[] _undone;
    private readonly int _columnWords;

    private FinishedDrops(ulong[] dropped, ulong[] undone, int columnWords)
    {
        _dropped = dropped;
        _undone = undone;
        _columnWords = columnWords;
    }

    /// <summary>The drops of a frozen group; null if it has none.</summary>
    /// <param name="group">The group. Its cells are all settled, so what is recorded of them changes no more.</param>
    /// <param name="dropped">Its dropped rows, by word, without rows beyond the end of the table.</param>
    internal static FinishedDrops? Of<TMemory>(RowGroupBitmaps group, ulong[] dropped)
        where TMemory : struct, IMemory
    {
        int columns = group.Plan.Columns.Length;
        int columnWords = (columns + 63) / 64;
        ulong[]? all = TMemory.Read(ref group.Undone);
        var undone = new List<ulong>();
        for (int word = 0; word < dropped.Length; word++)
        {
            for (ulong rest = dropped[word]; rest != 0; rest &= rest - 1)
            {
                ulong row = rest & (0 - rest);
                for (int first = 0; first < columns; first += 64)
                {
                    ulong bits = 0;
                    for (int column = first; column < Math.Min(columns, first + 64); column++)
                    {
                        if (all is not null && (TMemory.Read(ref all[word * columns + column]) & row) != 0)
                            bits |= 1UL << column;
                    }

                    undone.Add(bits);
                }
            }
        }

        return undone.Count == 0 ? null : new FinishedDrops(dropped, [.. undone], columnWords);
    }

    /// <summary>A group of which one row was dropped after everything in it was complete.</summary>
    internal static FinishedDrops OfLateDrop(int row, int columns) =>
        new FinishedDrops(new ulong[row / 64 + 1], [], (columns + 63) / 64).With(row);

    /// <summary>The rows of a word that lie before <paramref name="rows"/>.</summary>
    internal static ulong RowsOf(int word, int rows) =>
        rows - word * 64 >= 64 ? ulong.MaxValue : rows <= word * 64 ? 0 : ~(ulong.MaxValue << (rows & 63));

    internal bool IsDropped(int row) => row / 64 < _dropped.Length && (_dropped[row / 64] >> row & 1) != 0;

    internal bool IsUndone(int row, int column) =>
        IsDropped(row) && (_undone[Rank(row) * _columnWords + column / 64] >> column & 1) != 0;

    internal int CountUndone(int column)
    {
        int count = 0;
        for (int i = column / 64; i < _undone.Length; i += _columnWords)
            count += (int)(_undone[i] >> column & 1);
        return count;
    }

    /// <summary>With one more row, dropped when all its cells were complete.</summary>
    internal FinishedDrops With(int row)
    {
        if (IsDropped(row))
            return this;
        var dropped = new ulong[Math.Max(_dropped.Length, row / 64 + 1)];
        _dropped.CopyTo(dropped, 0);
        dropped[row / 64] |= 1UL << row;
        int at = Rank(row) * _columnWords;
        return new FinishedDrops(dropped, [.. _undone[..at], .. new ulong[_columnWords], .. _undone[at..]], _columnWords);
    }

    /// <summary>With the rows of another record of the same group, which may know of later drops.</summary>
    internal FinishedDrops With(FinishedDrops later)
    {
        FinishedDrops result = this;
        for (int row = 0; row < later._dropped.Length * 64; row++)
        {
            if (later.IsDropped(row))
                result = result.With(row);
        }

        return result;
    }

    private int Rank(int row)
    {
        int rank = 0;
        for (int word = 0; word < Math.Min(_dropped.Length, row / 64); word++)
            rank += BitOperations.PopCount(_dropped[word]);
        return rank + (row / 64 < _dropped.Length ? BitOperations.PopCount(_dropped[row / 64] & ~(ulong.MaxValue << row)) : 0);
    }
}
