using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>Cells whose calls a worker has just taken back, by column: those of one word are completed together.</summary>
/// <remarks>Used by one thread at a time.</remarks>
internal sealed class EndedCells(int columns)
{
    private readonly ulong[] _columns = new ulong[(columns + 63) / 64];
    private readonly Slot[] _slots = new Slot[columns];

    /// <summary>The first column, in topological order, that has any; -1 for none.</summary>
    internal int First
    {
        get
        {
            for (int i = 0; i < _columns.Length; i++)
            {
                if (_columns[i] != 0)
                    return i * 64 + BitOperations.TrailingZeroCount(_columns[i]);
            }

            return -1;
        }
    }

    /// <summary>Adds a cell, unless the column has some of another word or another attempt: those have to be taken first.</summary>
    internal bool TryAdd(int column, ActiveRowGroup group, int offset, int attempt)
    {
        ref Slot slot = ref _slots[column];
        int word = offset / 64;
        if (slot.Cells == 0)
        {
            slot.Group = group;
            (slot.Word, slot.Attempt) = (word, attempt);
            _columns[column >> 6] |= 1UL << column;
        }
        else if (slot.Word != word || slot.Attempt != attempt || !ReferenceEquals(slot.Group, group))
        {
            return false;
        }

        slot.Cells |= 1UL << offset;
        return true;
    }

    /// <summary>Takes a column's cells.</summary>
    internal (ActiveRowGroup Group, int Word, int Attempt, ulong Cells) Take(int column)
    {
        ref Slot slot = ref _slots[column];
        Slot taken = slot;
        slot = default; // and keeps no row group alive
        _columns[column >> 6] &= ~(1UL << column);
        return (taken.Group!, taken.Word, taken.Attempt, taken.Cells);
    }

    /// <summary>Whether a column has any.</summary>
    internal bool Has(int column) => _slots[column].Cells != 0;

    internal void Clear()
    {
        Array.Clear(_columns);
        Array.Clear(_slots);
    }

    private struct Slot
    {
        internal ActiveRowGroup? Group;
        internal int Word;
        internal int Attempt;
        internal ulong Cells;
    }
}
