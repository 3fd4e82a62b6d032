using System.Collections.Concurrent;

namespace ExecGraph.Definition;

/// <summary>Is told when a cell that was left pending has ended.</summary>
internal interface IPendingCellOwner
{
    /// <summary>The cell's task has ended. Any thread; the caller returns to foreign code afterwards.</summary>
    void Ended(PendingCell cell);

    /// <summary>A cell that was abandoned has ended after all. Any thread, perhaps after the run.</summary>
    void EndedLate(PendingCell cell);

    /// <summary>A cell's time is over and it does not end. Any thread; under a lock, so it only takes note.</summary>
    void Overdue(PendingCell cell, TimeoutException exceeded);

    /// <summary>There is one object more.</summary>
    void Made(PendingCell cell);
}

/// <summary>The spare <see cref="PendingCell"/> objects of one column, as one thread keeps them; what it has too many of, others may have.</summary>
/// <remarks>Used by one thread at a time, but for <paramref name="shared"/>.</remarks>
/// <param name="owner">Whom the column's cells tell.</param>
/// <param name="shared">Spare ones of all threads.</param>
internal sealed class PendingCells(IPendingCellOwner owner, ConcurrentQueue<PendingCell> shared)
{
    private const int MaxKept = 32;

    private PendingCell? _first;
    private int _count;

    internal IPendingCellOwner Owner => owner;

    /// <summary>A new one: its owner hears of it once, and knows all there are.</summary>
    internal T Keep<T>(T cell)
        where T : PendingCell
    {
        owner.Made(cell);
        return cell;
    }

    internal PendingCell? TryTake()
    {
        PendingCell? cell = _first;
        if (cell is null)
            return shared.TryDequeue(out cell) ? cell : null;
        _first = cell.Next;
        cell.Next = null;
        _count--;
        return cell;
    }

    internal void Add(PendingCell cell)
    {
        if (_count == MaxKept)
        {
            // A thread that ends what others begin would collect them all.
            shared.Enqueue(cell);
            return;
        }

        cell.Next = _first;
        _first = cell;
        _count++;
    }
}
