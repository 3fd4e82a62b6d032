using System.Numerics;
using System.Threading.Channels;

namespace ExecGraph.Execution;

/// <summary>The ready work of one column. Any thread adds, without waiting; the lane takes, one taker at a time.</summary>
internal abstract class ColumnQueue(ColumnPlan column)
{
    // Each taker holds the lane's lock, so there is one reader at a time: the channel may use its cheaper form.
    private readonly Channel<WorkItem> _channel = Channel.CreateUnbounded<WorkItem>(new UnboundedChannelOptions { SingleReader = true });
    private int _count;
    private int _underWay;

    internal ColumnPlan Column { get; } = column;

    internal Lane Lane { get; set; } = null!;

    /// <summary>The queue's position in its lane.</summary>
    internal int Position { get; set; }

    /// <summary>Cells and calls waiting; for an instant it may be some behind.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Whether its lane has another column that it takes turns with: only then is it worth counting what either has under way.</summary>
    internal bool HasPeers { get; set; }

    /// <summary>Calls of it that are pending; 0 without peers. For an instant it may be some off.</summary>
    internal int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Where items wait first if their calls have to be weighed, which is the user's code; null where they have no weight.</summary>
    internal ColumnQueue? Estimates { get; set; }

    /// <summary>Rows of one batch, where it must be shorter than usual.</summary>
    internal int RowCap { get; set; } = int.MaxValue;

    internal void Add(in WorkItem item)
    {
        if (Estimates is null)
            AddWeighed(item);
        else
            Estimates.AddWeighed(item with { Kind = WorkKind.Estimate });
    }

    /// <summary>Adds an item whose calls have been weighed, if they have to be.</summary>
    internal void AddWeighed(in WorkItem item)
    {
        _channel.Writer.TryWrite(item);

        // A full fence between the item and the look at marks and threads: whoever clears a mark or leaves does that first and then looks
        // for items, so one of the two sees the other.
        Interlocked.Add(ref _count, item.Count);
        Lane.MarkReady(this);
    }

    /// <summary>Adds rows that a group's stage began with, or some of them: several words an item, where the queue can tell them apart again.</summary>
    internal void AddRows(ActiveRowGroup group, ReadOnlySpan<ulong> rows)
    {
        for (int word = 0; word < rows.Length; word++)
        {
            if (rows[word] == 0)
                continue;
            int first = word;
            while (TakesWords && Estimates is null && word + 1 < rows.Length && rows[word + 1] != 0 && rows[word + 1] == group.Begun[word + 1])
                word++;
            Add(new WorkItem(WorkKind.Cells, Column, group, first, rows[first], MoreWords: word - first, Begun: group.Begun));
        }
    }

    /// <summary>Takes an item of at most <paramref name="max"/> cells. Only under the lane's lock.</summary>
    internal bool TryTake_NeedsLock(int max, out WorkItem item)
    {
        if (!TryTakeCore(max, out item))
            return false;
        Interlocked.Add(ref _count, -CountOf(item));
        return true;
    }

    /// <summary>Undoes the last take, which nothing has come of. Only under the lane's lock.</summary>
    internal void PutBack_NeedsLock(in WorkItem item)
    {
        PutBackCore(item);
        Interlocked.Add(ref _count, CountOf(item));
    }

    /// <summary>So many more calls of it are pending; less, if negative.</summary>
    internal void Began(int calls)
    {
        if (HasPeers)
            Interlocked.Add(ref _underWay, calls);
    }

    /// <summary>Something that was taken has ended: order-dependent queues go on to the next row.</summary>
    internal virtual void Ended(int cells)
    {
    }

    /// <summary>Whether an item may stand for several words.</summary>
    internal virtual bool TakesWords => false;

    /// <summary>A row group has begun a stage that contains the column.</summary>
    internal virtual void Expect(ActiveRowGroup group)
    {
    }

    /// <summary>Cells, those of a batch each on its own, or 1 for another call.</summary>
    internal static int CountOf(in WorkItem item)
    {
        if (item.Parts is null)
            return item.Count;
        int count = 0;
        foreach (WorkItem part in item.Parts)
            count += part.Count;
        return count;
    }

    private protected abstract bool TryTakeCore(int max, out WorkItem item);

    private protected abstract void PutBackCore(in WorkItem item);

    private protected bool TryRead(out WorkItem item) => _channel.Reader.TryRead(out item);
}

/// <summary>First in, first out: rows become ready nearly in order, so this is nearly the lowest row first.</summary>
internal sealed class FifoQueue(ColumnPlan column) : ColumnQueue(column)
{
    private WorkItem _head;
    private WorkItem _putBack;

    internal override bool TakesWords => true;

    private protected override void PutBackCore(in WorkItem item) => _putBack = item;

    private protected override bool TryTakeCore(int max, out WorkItem item)
    {
        if (_putBack.Column is not null)
        {
            item = _putBack;
            _putBack = default;
            return true;
        }

        if (_head.Column is null && !TryRead(out _head))
        {
            item = default;
            return false;
        }

        item = _head;
        int words = max / 64;
        if (item.Kind != WorkKind.Cells || (item.MoreWords == 0 ? BitOperations.PopCount(item.Cells) <= max : item.MoreWords < words))
        {
            _head = default;
            return true;
        }

        // A part of it: whole words, or some cells of the first one.
        item = words > 0 ? item with { MoreWords = words - 1 } : item with { Cells = Bits.Lowest(item.Cells, max), MoreWords = 0 };
        if (words == 0 && (_head.Cells & ~item.Cells) is var rest and not 0)
            _head = _head with { Cells = rest };
        else
            _head = _head with { Word = _head.Word + item.MoreWords + 1, Cells = _head.Begun![_head.Word + item.MoreWords + 1], MoreWords = _head.MoreWords - item.MoreWords - 1 };
        return true;
    }
}

internal static class Bits
{
    /// <summary>The lowest <paramref name="count"/> set bits.</summary>
    internal static ulong Lowest(ulong bits, int count)
    {
        ulong taken = 0;
        for (int i = 0; i < count && bits != 0; i++)
        {
            taken |= bits & (0 - bits);
            bits &= bits - 1;
        }

        return taken;
    }
}
