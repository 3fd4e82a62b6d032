using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>What a worker does with an item.</summary>
internal enum WorkKind
{
    /// <summary>Produce up to 64 cells of one word, or all the rows that a group began with of several words.</summary>
    Cells,

    /// <summary>One call over the cells of several words.</summary>
    Batch,

    /// <summary>Ask which rows of a group a barrier of that group passes over, before it is called.</summary>
    Decide,

    /// <summary>The call of a barrier or the merge of an aggregate, of one group or of the dataset.</summary>
    BarrierCall,

    /// <summary>Ask what calls weigh, before they wait in the queue of their limiter.</summary>
    Estimate,

    /// <summary>Ask which rows of a settled group the next stage's barriers pass over, fold the others into the partial states of its aggregates, then park it.</summary>
    Park,

    /// <summary>Settle cells that a source has read.</summary>
    Rows,

    /// <summary>Cut the last group off where the sources ended.</summary>
    EndRows,
}

/// <summary>Something ready to be done: the engine's form of a ready run.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Column">The column; of <see cref="WorkKind.Park"/>, the one whose queue carries the item.</param>
/// <param name="Group">The row group; null for the dataset.</param>
/// <param name="Word">The word, of cells.</param>
/// <param name="Cells">The cells; of several words, those of the first one.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Parts">The runs of a batch, rows ascending.</param>
/// <param name="MoreWords">Words behind the first.</param>
/// <param name="Begun">The rows that the group's stage began with, by word: those of the further words, whatever becomes of the group meanwhile.</param>
internal readonly record struct WorkItem(
    WorkKind Kind, ColumnPlan Column, ActiveRowGroup? Group, int Word, ulong Cells, int Attempt = 1, List<WorkItem>? Parts = null,
    int MoreWords = 0, ulong[]? Begun = null)
{
    /// <summary>What a call has taken of its limiter's windows; whoever executes the item says when it has been made.</summary>
    internal Limits.CallPermit? Permit { get; init; }

    /// <summary>Cells, or 1 for a call.</summary>
    internal int Count
    {
        get
        {
            if (Kind != WorkKind.Cells)
                return 1;
            int count = BitOperations.PopCount(Cells);
            for (int word = Word + 1; word <= Word + MoreWords; word++)
                count += BitOperations.PopCount(Begun![word]);
            return count;
        }
    }

    /// <summary>Where it waits.</summary>
    internal ColumnQueue Queue => Kind == WorkKind.BarrierCall ? Column.CallQueue : Column.Queue;

    /// <summary>Whether nothing is left to do, because every row was dropped or has moved on. What is counted call by call is not counted for it.</summary>
    internal bool IsOfDroppedRows => Parts is not null ? Parts.TrueForAll(part => part.IsOfDroppedRows)
        : Kind == WorkKind.Cells && !(Group!.Bitmaps is { } bitmaps && Group.Stage == Column.Stage && (Cells & bitmaps.Survivors(Word)) != 0);

    /// <summary>By what the weights of its calls are known: rows, or a number less than 0 for a barrier's.</summary>
    internal IEnumerable<long> Calls()
    {
        if (Kind == WorkKind.BarrierCall)
            return [Group is null ? -1 : -2 - Group.Index];
        return Parts is not null ? Parts.SelectMany(part => part.Calls()) : Rows(FirstRow, Cells);

        static IEnumerable<long> Rows(long first, ulong cells)
        {
            for (; cells != 0; cells &= cells - 1)
                yield return first + BitOperations.TrailingZeroCount(cells);
        }
    }

    internal long FirstRow => Group is null ? 0 : Group.FirstRow + Word * 64L;
}
