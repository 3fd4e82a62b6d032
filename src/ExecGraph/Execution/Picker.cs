using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// Which of a lane's columns comes next. In the steady state the deepest one, so that rows finish early; when the tail is near, the
/// one with the longest path still to go, so that nothing is left dangling. Of equals the one that holds the fewest permits, and in turn
/// where they hold as many: so each has an equal share of them, however long its cells take. Finding it costs O(columns / 64).
/// </summary>
/// <remarks>Marks may be set by any thread; all else happens under the lane's lock.</remarks>
/// <typeparam name="TMemory">The atomic operations on the marks.</typeparam>
internal sealed class Picker<TMemory>
    where TMemory : struct, IMemory
{
    private readonly PickOrder<TMemory> _deepest;
    private readonly PickOrder<TMemory> _longest;
    private PickOrder<TMemory> _order;

    internal Picker(IReadOnlyList<ColumnQueue> queues)
    {
        _deepest = new PickOrder<TMemory>(queues, column => column.Depth);
        _longest = new PickOrder<TMemory>(queues, column => column.Tail);
        _order = _deepest;
    }

    internal bool IsEmpty => _deepest.IsEmpty;

    /// <summary>Marks a column. Any thread.</summary>
    /// <remarks>
    /// In the one order first and in the other one last, and cleared the other way round. So a mark that stands in the first order after a clearing was set
    /// after it, and is then set in the other order, too: whoever sees that the lane has work finds it in both orders. In the other order alone
    /// a mark may be left over, which costs one look in vain.
    /// </remarks>
    internal void Mark(int position)
    {
        _deepest.Mark(position);
        _longest.Mark(position);
    }

    internal void Clear(int position)
    {
        _longest.Clear(position);
        _deepest.Clear(position);
    }

    /// <summary>Whether the column ever takes turns with another.</summary>
    internal bool HasEquals(int position) => _deepest.CountEquals(position) > 1 || _longest.CountEquals(position) > 1;

    /// <summary>In the steady state, whether any column is marked that comes before this one, or itself.</summary>
    internal bool HasAnyBefore(int position) => _deepest.HasAnyBefore(position);

    /// <summary>Columns that this one takes turns with in the steady state, itself included.</summary>
    internal int CountEquals(int position) => _deepest.CountEquals(position);

    /// <summary>A pick begins: none is passed over yet.</summary>
    internal void Begin(bool tailIsNear)
    {
        _order = tailIsNear ? _longest : _deepest;
        _order.Begin();
    }

    /// <summary>The next marked position that was not passed over; -1 for none.</summary>
    internal int Next() => _order.Next();

    /// <summary>How many marked ones have the same priority, itself included.</summary>
    internal int MarkedEquals(int position) => _order.MarkedEquals(position);

    /// <summary>Nothing could be taken from it: in this pick it is not asked again, and does not lose its turn.</summary>
    internal void Pass(int position) => _order.Pass(position);

    /// <summary>It was taken from, so the next one's turn has come; also in the other order, which goes on where this one leaves off.</summary>
    internal void Taken(int position)
    {
        _deepest.Taken(position);
        _longest.Taken(position);
    }
}
