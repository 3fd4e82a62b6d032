using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>A call over many rows that is under way. Immutable.</summary>
/// <param name="column">The column.</param>
/// <param name="group">The row group of a barrier's call; null for a dataset barrier's.</param>
/// <param name="runs">The cells.</param>
/// <param name="attempt">The attempt, from 1.</param>
/// <param name="since">When it began.</param>
internal sealed class CallUnderWay(ColumnPlan column, ActiveRowGroup? group, IReadOnlyList<CellRun> runs, int attempt, long since)
{
    internal ColumnPlan Column => column;

    /// <summary>The first row; null for a barrier.</summary>
    internal long? Row => column.IsBarrier ? null : runs[0].FirstRow + System.Numerics.BitOperations.TrailingZeroCount(runs[0].Cells);

    internal int Attempt => attempt;

    internal long Since => since;

    /// <summary>Cells, or 1 for a barrier's call.</summary>
    internal int Count
    {
        get
        {
            int count = column.IsBarrier ? 1 : 0;
            for (int i = 0; !column.IsBarrier && i < runs.Count; i++)
                count += runs[i].Count;
            return count;
        }
    }

    internal bool Covers(SoughtWork sought)
    {
        if (!ReferenceEquals(column, sought.Column) || column.IsBarrier != sought.IsCall)
            return false;
        if (sought.IsCall)
            return ReferenceEquals(group, sought.Group);
        foreach (CellRun run in runs)
        {
            if (ReferenceEquals(run.Tag, sought.Group) && run.Offset == sought.Word * 64 && (run.Cells & sought.Cell) != 0)
                return true;
        }

        return false;
    }
}
