using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>
/// Cells that a worker's own completions have just made ready, in the word it is working on: it goes straight on with them while
/// their inputs are in the cache, past every queue. In topological order, so that a join runs when all that feeds it has.
/// </summary>
/// <remarks>Used by one thread at a time. Empty whenever the worker turns to another word.</remarks>
internal sealed class FollowedRuns(int columns)
{
    private readonly ulong[] _cells = new ulong[columns];
    private readonly ulong[] _columns = new ulong[(columns + 63) / 64];

    internal void Add(int column, ulong cells)
    {
        _cells[column] |= cells;
        _columns[column >> 6] |= 1UL << column;
    }

    internal void Clear()
    {
        Array.Clear(_cells);
        Array.Clear(_columns);
    }

    internal bool TryTake(out int column, out ulong cells)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] == 0)
                continue;
            column = i * 64 + BitOperations.TrailingZeroCount(_columns[i]);
            _columns[i] &= _columns[i] - 1;
            cells = _cells[column];
            _cells[column] = 0;
            return true;
        }

        (column, cells) = (-1, 0);
        return false;
    }
}
