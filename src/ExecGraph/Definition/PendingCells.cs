using System.Collections.Concurrent;

namespace ExecGraph.Definition;

/// <summary>Is told when a cell that was left pending has ended. A class, since its calls are on the way of each cell.</summary>
internal abstract class PendingCellOwner
{
    /// <summary>The cell's task has ended. Any thread; the caller returns to foreign code afterwards.</summary>
    internal abstract void Ended(PendingCell cell);

    /// <summary>A cell that was abandoned has ended after all. Any thread, perhaps after the run.</summary>
    internal abstract void EndedLate(PendingCell cell);

    /// <summary>A cell's time is over and it does not end. Any thread; under a lock, so it only takes note.</summary>
    internal abstract void Overdue(PendingCell cell, TimeoutException exceeded);

    /// <summary>There is one object more.</summary>
    internal abstract void Made(PendingCell cell);
}

/// <summary>The spare <see cref="PendingCell"/> objects of one column, as one thread keeps them; what it has too many of, others may have.</summary>
/// <remarks>Used by one thread at a time, but for <paramref name="shared"/>.</remarks>
/// <param name="owner">Whom the column's cells tell.</param>
/// <param name="shared">Spare ones of all threads.</param>
internal sealed class PendingCells(PendingCellOwner owner, ConcurrentQueue<PendingCell> shared)
{
    private const int MaxKept = 16;

    private readonly Spare[] _spare = new Spare[MaxKept];
    private int _count;

    internal PendingCellOwner Owner => owner;

    /// <summary>A new one: its owner hears of it once, and knows all there are.</summary>
    internal T Keep<T>(T cell)
        where T : PendingCell
    {
        owner.Made(cell);
        return cell;
    }

    internal PendingCell? TryTake()
    {
        if (_count > 0)
            return _spare[--_count].Cell;
        return shared.TryDequeue(out PendingCell? cell) ? cell : null;
    }

    internal void Add(PendingCell cell)
    {
        if (_count == MaxKept)
            shared.Enqueue(cell); // a thread that ends what others begin would collect them all
        else
            _spare[_count++].Cell = cell;
    }

    /// <summary>An array of these needs no look at the element's type when it is written.</summary>
    private struct Spare
    {
        internal PendingCell Cell;
    }
}
