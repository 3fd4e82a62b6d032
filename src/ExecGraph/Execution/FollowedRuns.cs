using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>
/// Cells that a worker's own completions have just made ready, in the words it is working on: it goes straight on with them while
/// their inputs are in the cache, past every queue. In topological order, so that a join runs when all that feeds it has.
/// </summary>
/// <remarks>Used by one thread at a time. Empty whenever the worker turns to other words.</remarks>
internal sealed class FollowedRuns(int columns)
{
    /// <summary>Words of a pass, at most: they are neighbours, so each has a place of its own. A power of two.</summary>
    internal const int MostWords = 16;

    private readonly ulong[] _cells = new ulong[columns * MostWords];
    private readonly ulong[] _columns = new ulong[(columns + 63) / 64];

    internal void Add(int column, int word, ulong cells)
    {
        _cells[PlaceOf(column, word)] |= cells;
        _columns[column >> 6] |= 1UL << column;
    }

    internal void Clear()
    {
        Array.Clear(_cells);
        Array.Clear(_columns);
    }

    /// <summary>The next column. Its cells are to be taken before the one after it is asked for.</summary>
    internal bool TryTake(out int column)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] == 0)
                continue;
            column = i * 64 + BitOperations.TrailingZeroCount(_columns[i]);
            _columns[i] &= _columns[i] - 1;
            return true;
        }

        column = -1;
        return false;
    }

    internal ulong TakeCells(int column, int word)
    {
        ref ulong place = ref _cells[PlaceOf(column, word)];
        ulong cells = place;
        place = 0;
        return cells;
    }

    private int PlaceOf(int column, int word) => (word & (MostWords - 1)) * columns + column;
}
