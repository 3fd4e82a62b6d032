using System.Numerics;

namespace ExecGraph;

/// <summary>Up to 64 cells of one column, in one 64-row word of a row group, that became ready together.</summary>
/// <param name="Column">The column's ordinal: its position in <see cref="ExecutionGraph.ColumnNames"/>.</param>
/// <param name="RowGroup">The row group, from 0.</param>
/// <param name="Word">The 64-row word within the group, from 0.</param>
/// <param name="Cells">Bit i stands for row <c>RowGroup * RowGroupSize + Word * 64 + i</c>.</param>
public readonly record struct ReadyRun(int Column, long RowGroup, int Word, ulong Cells)
{
    /// <summary>The number of cells, 1 to 64.</summary>
    public int Count => BitOperations.PopCount(Cells);
}

/// <summary>Consecutive cells of one column that a barrier's completion made ready.</summary>
/// <param name="Column">The column's ordinal: its position in <see cref="ExecutionGraph.ColumnNames"/>.</param>
/// <param name="FirstRow">The first row, from 0.</param>
/// <param name="RowCount">The number of rows, at least 1.</param>
public readonly record struct ReadyRange(int Column, long FirstRow, long RowCount);

/// <summary>A barrier node that became ready, by ordinal.</summary>
/// <param name="Column">The barrier column's ordinal.</param>
/// <param name="RowGroup">The row group of a group-scoped barrier; null for a dataset barrier.</param>
public readonly record struct ReadyBarrier(int Column, long? RowGroup);
