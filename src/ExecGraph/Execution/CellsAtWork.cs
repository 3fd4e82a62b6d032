using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>
/// The slow cells that a worker's thread is at: those for which the worker has taken a time stamp anyway, to know what they cost. Quick cells are
/// not noted, since that would cost each of them something.
/// </summary>
/// <remarks>
/// Written by one thread, read by any. Every store releases and every load acquires, so who reads the same beginning before and after all else has
/// read what belongs to it.
/// </remarks>
internal sealed class CellsAtWork
{
    private long _since;
    private int _column;
    private int _attempt;
    private long _firstRow;
    private ulong _cells;

    /// <param name="column">The column's ordinal.</param>
    /// <param name="firstRow">The row that bit 0 stands for.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="since">The time stamp.</param>
    internal void Begin(int column, long firstRow, ulong cells, int attempt, long since)
    {
        Volatile.Write(ref _column, column);
        Volatile.Write(ref _firstRow, firstRow);
        Volatile.Write(ref _cells, cells);
        Volatile.Write(ref _attempt, attempt);
        Volatile.Write(ref _since, since);
    }

    internal void End() => Volatile.Write(ref _since, 0);

    internal bool TryLook(out CellsUnderWay cells)
    {
        long since = Volatile.Read(ref _since);
        cells = new CellsUnderWay(Volatile.Read(ref _column), Volatile.Read(ref _firstRow), Volatile.Read(ref _cells), Volatile.Read(ref _attempt), since);
        return since != 0 && Volatile.Read(ref _since) == since;
    }
}

/// <summary>Cells that a worker's thread is at.</summary>
/// <param name="Column">The column's ordinal.</param>
/// <param name="FirstRow">The row that bit 0 stands for.</param>
/// <param name="Cells">The cells.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Since">When it began.</param>
internal readonly record struct CellsUnderWay(int Column, long FirstRow, ulong Cells, int Attempt, long Since)
{
    internal int Count => BitOperations.PopCount(Cells);

    internal long Row => FirstRow + BitOperations.TrailingZeroCount(Cells);

    internal bool Covers(SoughtWork sought) =>
        Column == sought.Column.Ordinal && sought.Group is { } group && FirstRow == group.FirstRow + sought.Word * 64L && (Cells & sought.Cell) != 0;
}
