using System.Numerics;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>A run of up to 64 cells of one column, as the code that produces them sees it; of several words, the first one.</summary>
/// <param name="Buffers">The row group's buffers, by slot.</param>
/// <param name="FirstRow">The table row that bit 0 stands for.</param>
/// <param name="Offset">The buffer index that bit 0 stands for.</param>
/// <param name="Cells">The cells to produce.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Tag">What the engine wants back with a cell that ends later.</param>
internal readonly record struct CellRun(ColumnBuffer?[] Buffers, long FirstRow, int Offset, ulong Cells, int Attempt, object Tag)
{
    internal int Count => BitOperations.PopCount(Cells);
}

/// <summary>What became of a run: cells that have their value, and the first cell that failed, if one did.</summary>
/// <param name="Done">The cells whose values are written.</param>
/// <param name="Started">The cells that have begun: done, failed or pending. The others were not begun because the run is stopping, or because a cell failed.</param>
/// <param name="Failed">The failed cell; 0 for none.</param>
/// <param name="Exception">What it threw.</param>
internal readonly record struct CellRunResult(ulong Done, ulong Started, ulong Failed = 0, Exception? Exception = null);
