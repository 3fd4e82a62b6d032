using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>
/// Calls that have ended, until a thread takes them back: many at a time, so that what is done for each of them is next to nothing.
/// A stack to which any thread adds, and which is only ever taken as a whole, so no element can come back under a thread that looks at it
/// (R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118, 1986).
/// </summary>
internal sealed class EndedCalls
{
    // In the middle of 256 bytes of its own: every thread on which a call ends writes there.
    private readonly Head[] _line = new Head[32];

    /// <summary>Whether there are none; for an instant it may be some behind.</summary>
    internal bool IsEmpty => Volatile.Read(ref _line[16].Cell) is null;

    /// <summary>Adds a call. A full fence.</summary>
    /// <returns>How many there are now; if others add at the same time, perhaps not exactly.</returns>
    internal int Add(PendingCell cell)
    {
        PendingCell? head = Volatile.Read(ref _line[16].Cell);
        while (true)
        {
            cell.Next = head;
            int position = cell.Position = head is null ? 1 : head.Position + 1;
            PendingCell? seen = Interlocked.CompareExchange(ref _line[16].Cell, cell, head);
            if (ReferenceEquals(seen, head))
                return position;
            head = seen;
        }
    }

    /// <summary>Takes all of them, the last one first.</summary>
    internal PendingCell? TakeAll() => IsEmpty ? null : Interlocked.Exchange(ref _line[16].Cell, null);

    private struct Head
    {
        internal PendingCell? Cell;
    }
}
