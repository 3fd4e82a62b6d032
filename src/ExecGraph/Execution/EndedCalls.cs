using System.Collections.Concurrent;
using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>
/// Calls that have ended, until a thread takes them back: many at a time, so that what is done for each of them is next to nothing.
/// A stack to which any thread adds, and which is only ever taken as a whole, so no element can come back under a thread that looks at it
/// (R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118, 1986).
/// </summary>
internal sealed class EndedCalls
{
    /// <summary>Calls that are taken at once, at most.</summary>
    internal const int Most = 64;

    private readonly ConcurrentQueue<PendingCell> _rests = []; // of what was too much for one thread, the earliest of each first

    // In the middle of 256 bytes of its own: every thread on which a call ends writes there.
    private readonly Head[] _line = new Head[32];

    /// <summary>Whether there are none; for an instant it may be some behind.</summary>
    internal bool IsEmpty => Volatile.Read(ref _line[16].Cell) is null && _rests.IsEmpty;

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

    /// <summary>Takes some of them, the earliest first; if there are many, so that others can take the rest meanwhile.</summary>
    /// <param name="first">The first one; the others by <see cref="PendingCell.Next"/>.</param>
    /// <param name="takers">Who is told if there are more.</param>
    internal bool TakeSome([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingCell? first, Takers? takers = null)
    {
        if (!_rests.TryDequeue(out first))
        {
            if (Volatile.Read(ref _line[16].Cell) is null || Interlocked.Exchange(ref _line[16].Cell, null) is not { } last)
                return false;
            bool areFew = last.Position <= Most;
            first = Reverse(last);
            if (areFew)
                return true;
        }

        PendingCell cell = first;
        for (int i = 1; i < Most && cell.Next is { } next; i++)
            cell = next;
        if (cell.Next is not { } rest)
            return true;
        cell.Next = null;
        _rests.Enqueue(rest);
        takers?.LeftSome();
        return true;
    }

    private static PendingCell Reverse(PendingCell last)
    {
        PendingCell? first = null;
        for (PendingCell? cell = last, next; cell is not null; cell = next)
        {
            next = cell.Next;
            cell.Next = first;
            first = cell;
        }

        return first!;
    }

    private struct Head
    {
        internal PendingCell? Cell;
    }
}
