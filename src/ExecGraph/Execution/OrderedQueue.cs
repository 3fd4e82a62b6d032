using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>
/// Ready cells of an order-dependent column: one call at a time, rows ascending. The head is the lowest open row of the column; as
/// long as it is not ready, running, or waiting for another attempt, nothing behind it is taken; if it is dropped, the next follows.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="maxCells">Rows of one call: 1 for asynchronous cells, whose calls must not overlap.</param>
internal sealed class OrderedQueue(ColumnPlan column, int maxCells) : ColumnQueue(column)
{
    private readonly Queue<ActiveRowGroup> _groups = new();
    private readonly Lock _groupsLock = new();
    private readonly SortedDictionary<long, WorkItem> _byRow = [];
    private readonly Dictionary<long, int> _attempts = [];
    private int _running;

    internal override void Expect(ActiveRowGroup group)
    {
        lock (_groupsLock)
            _groups.Enqueue(group);
    }

    /// <summary>The lowest open row of the groups that have begun, which comes before all others of the column; null if there is none. Any thread.</summary>
    internal long? HeadRow => Head() is { } head ? head.Group.FirstRow + head.Word * 64L + BitOperations.TrailingZeroCount(head.Open) : null;

    internal override void Ended(int cells) => Interlocked.Exchange(ref _running, 0); // a full fence before the mark is looked at

    private protected override void PutBackCore(in WorkItem item)
    {
        Keep(item.Parts is null ? item : item.Parts[0]);
        Volatile.Write(ref _running, 0);
    }

    private protected override bool TryTakeCore(int max, out WorkItem item)
    {
        while (TryRead(out item))
            Keep(item);

        item = default;
        if (_byRow.Count == 0 || Volatile.Read(ref _running) != 0 || Head() is not { } head)
            return false;
        long word = head.Group.FirstRow + head.Word * 64L;
        if (!_byRow.TryGetValue(word, out WorkItem ready))
            return false;

        // From the head on, as long as every open row is ready: a hole that is open but not ready ends the call, and so does a row that
        // has been tried before, which is called on its own.
        int attempt = 1;
        int limit = Column.IsStream ? Math.Min(maxCells, RowCap) : Math.Min(max, maxCells);
        ulong cells = 0;
        for (ulong open = head.Open; open != 0 && limit > 0; open &= open - 1, limit--)
        {
            ulong next = open & (0 - open);
            if ((ready.Cells & next) == 0)
                break;
            if (_attempts.TryGetValue(word + BitOperations.TrailingZeroCount(next), out int before))
            {
                if (cells != 0)
                    break;
                _attempts.Remove(word + BitOperations.TrailingZeroCount(next));
                (attempt, limit) = (before, 1);
            }

            cells |= next;
        }

        if (cells == 0)
            return false;
        if ((ready.Cells & ~cells) is var rest and not 0)
            _byRow[word] = ready with { Cells = rest };
        else
            _byRow.Remove(word);
        Volatile.Write(ref _running, 1);
        item = ready with { Cells = cells, Attempt = attempt };
        if (Column.IsStream)
            item = new WorkItem(WorkKind.Batch, Column, item.Group, item.Word, 0, item.Attempt, [item]);
        return true;
    }

    private void Keep(in WorkItem item)
    {
        long first = item.FirstRow;
        for (ulong tried = item.Attempt > 1 ? item.Cells : 0; tried != 0; tried &= tried - 1)
            _attempts[first + BitOperations.TrailingZeroCount(tried)] = item.Attempt;
        _byRow[first] = _byRow.TryGetValue(first, out WorkItem known) ? known with { Cells = known.Cells | item.Cells } : item with { Attempt = 1 };
    }

    /// <summary>The first word with open rows, in row order over the groups that have begun.</summary>
    private (ActiveRowGroup Group, int Word, ulong Open)? Head()
    {
        lock (_groupsLock)
        {
            while (_groups.TryPeek(out ActiveRowGroup? group))
            {
                if (group.Bitmaps is { } bitmaps && group.Stage == Column.Stage)
                {
                    for (int word = 0; word < bitmaps.WordCount; word++)
                    {
                        ulong open = ~bitmaps.SettledAtRest(word, Column.Ordinal) & bitmaps.Survivors(word);
                        if (open != 0)
                            return (group, word, open);
                    }
                }

                _groups.Dequeue();
            }

            return null;
        }
    }
}
