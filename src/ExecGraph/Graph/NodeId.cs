using System.Globalization;

namespace ExecGraph;

/// <summary>What can be ready or done: a cell, or the barrier node of a barrier column. A value; equal by content.</summary>
public readonly record struct NodeId
{
    private NodeId(string column, long row, long? rowGroup, bool isBarrier)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        Column = column;
        Row = row;
        RowGroup = rowGroup;
        IsBarrier = isBarrier;
    }

    /// <summary>The column's name.</summary>
    public string Column { get; }

    /// <summary>The row, from 0, of a cell; -1 for a barrier node.</summary>
    public long Row { get; }

    /// <summary>The row group of a group-scoped barrier node; null for cells and for dataset barriers.</summary>
    public long? RowGroup { get; }

    /// <summary>Whether this is a barrier node rather than a cell.</summary>
    public bool IsBarrier { get; }

    /// <summary>The cell of <paramref name="column"/> in <paramref name="row"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is negative.</exception>
    public static NodeId Cell(long row, string column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        return new NodeId(column, row, rowGroup: null, isBarrier: false);
    }

    /// <summary>The one barrier node of the dataset barrier <paramref name="column"/>.</summary>
    public static NodeId Barrier(string column) => new(column, row: -1, rowGroup: null, isBarrier: true);

    /// <summary>The barrier node of the group-scoped barrier <paramref name="column"/> in <paramref name="rowGroup"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowGroup"/> is negative.</exception>
    public static NodeId Barrier(string column, long rowGroup)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowGroup);
        return new NodeId(column, row: -1, rowGroup, isBarrier: true);
    }

    /// <summary><c>Cell(5, 'summary')</c>, <c>Barrier('score')</c> or <c>Barrier('score', group 3)</c>.</summary>
    public override string ToString() =>
        !IsBarrier ? string.Create(CultureInfo.InvariantCulture, $"Cell({Row}, '{Column}')")
        : RowGroup is { } group ? string.Create(CultureInfo.InvariantCulture, $"Barrier('{Column}', group {group})")
        : $"Barrier('{Column}')";
}
