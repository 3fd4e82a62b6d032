using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>Ready cells of a streamed column: a taker gets up to a batch of them, rows ascending, across words and row groups.</summary>
/// <param name="column">The column.</param>
/// <param name="maxBatch">Rows of one call.</param>
/// <param name="minBatch">Rows that a call waits for while more are on their way.</param>
/// <param name="splits">Whether calls become smaller with each attempt.</param>
internal sealed class StreamQueue(ColumnPlan column, int maxBatch, int minBatch, bool splits) : ColumnQueue(column)
{
    private readonly PriorityQueue<WorkItem, (long FirstRow, int Attempt)> _byRow = new();
    private readonly List<ActiveRowGroup> _groups = [];
    private readonly Lock _groupsLock = new();
    private int _ready;
    private int _running;

    internal override void Expect(ActiveRowGroup group)
    {
        if (minBatch <= 1)
            return;
        lock (_groupsLock)
            _groups.Add(group);
    }

    private protected override void PutBackCore(in WorkItem item)
    {
        foreach (WorkItem part in item.Parts!)
        {
            _byRow.Enqueue(part, TurnOf(part));
            _ready += part.Count;
            Interlocked.Add(ref _running, -part.Count);
        }
    }

    internal override void Ended(int cells) => Interlocked.Add(ref _running, -cells);

    private protected override bool TryTakeCore(int max, out WorkItem item)
    {
        while (TryRead(out item))
        {
            _byRow.Enqueue(item, TurnOf(item));
            _ready += item.Count;
        }

        item = default;
        if (_ready == 0 || (_ready < Math.Min(minBatch, MostAt(_byRow.Peek().Attempt)) && MoreWillCome(_ready)))
            return false;
        var parts = new List<WorkItem>();
        int taken = 0;
        int room = 1; // until the first part is known
        List<WorkItem>? others = null;
        while (room > 0 && others is null && _byRow.TryDequeue(out WorkItem next, out _))
        {
            // What became ready at different times in one word is one part, so that rows ascend. Rows that are at another attempt come in
            // another batch.
            while (_byRow.TryPeek(out WorkItem more, out _) && more.FirstRow == next.FirstRow)
            {
                _byRow.Dequeue();
                if (more.Attempt == next.Attempt)
                    next = next with { Cells = next.Cells | more.Cells };
                else
                    (others ??= []).Add(more);
            }

            if (parts.Count == 0)
            {
                room = Math.Min(MostAt(next.Attempt), RowCap);
            }
            else if (splits && next.Attempt != parts[0].Attempt)
            {
                (others ??= []).Add(next);
                break;
            }

            WorkItem part = next.Count <= room ? next : next with { Cells = Bits.Lowest(next.Cells, room) };
            if (part.Cells != next.Cells)
                _byRow.Enqueue(next with { Cells = next.Cells & ~part.Cells }, TurnOf(next));
            parts.Add(part);
            room -= part.Count;
            taken += part.Count;
        }

        foreach (WorkItem other in others ?? [])
            _byRow.Enqueue(other, TurnOf(other));
        _ready -= taken;
        Interlocked.Add(ref _running, taken);
        item = new WorkItem(WorkKind.Batch, Column, parts[0].Group, parts[0].Word, 0, parts[0].Attempt, parts);
        return true;
    }

    /// <summary>Of one word, first what was tried most often: its calls are the smallest, so it never waits for company that only others need.</summary>
    private static (long FirstRow, int Attempt) TurnOf(in WorkItem item) => (item.FirstRow, -item.Attempt);

    /// <summary>Rows of one call at an attempt.</summary>
    private int MostAt(int attempt) =>
        !splits || attempt == 1 ? maxBatch
        : attempt >= Column.MaxAttempts ? 1
        : Math.Max(1, maxBatch >> Math.Min(attempt - 1, 31));

    /// <summary>Rows that a batch still waits for; 0 if it does not. Any thread.</summary>
    internal int RowsShort => Count is var ready && ready < Least && MoreWillCome(ready) ? Least - ready : 0;

    /// <summary>Rows that a batch waits for, as long as more are on their way.</summary>
    internal int Least => Math.Min(minBatch, maxBatch);

    /// <summary>Whether rows of admitted groups are still on their way to this column: open, and neither ready nor being run.</summary>
    private bool MoreWillCome(int ready)
    {
        // The open cells are counted before those that are running are read, and a batch ends here before its cells settle: so a cell that is on
        // its way from one to the other makes this wait, and whoever has settled or added it has it asked again.
        long open = 0;
        lock (_groupsLock)
        {
            for (int i = _groups.Count - 1; i >= 0; i--)
            {
                long inGroup = 0;
                if (_groups[i].Bitmaps is { } bitmaps && _groups[i].Stage == Column.Stage)
                {
                    for (int word = 0; word < bitmaps.WordCount; word++)
                        inGroup += BitOperations.PopCount(~bitmaps.SettledAtRest(word, Column.Ordinal) & bitmaps.Survivors(word));
                }

                if (inGroup == 0)
                    _groups.RemoveAt(i);
                open += inGroup;
            }
        }

        return open > ready + Volatile.Read(ref _running);
    }
}
