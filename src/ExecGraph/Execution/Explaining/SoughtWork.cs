namespace ExecGraph.Execution;

/// <summary>A cell, or the call of a barrier, that is looked for among what waits and what is under way.</summary>
/// <param name="Column">The column.</param>
/// <param name="Group">The row group; null for a dataset barrier's call.</param>
/// <param name="Word">The cell's word.</param>
/// <param name="Cell">The cell's bit; 0 for a barrier's call.</param>
internal readonly record struct SoughtWork(ColumnPlan Column, ActiveRowGroup? Group, int Word, ulong Cell)
{
    internal bool IsCall => Cell == 0;

    /// <summary>Where it waits.</summary>
    internal ColumnQueue Queue => IsCall ? Column.CallQueue : Column.Queue;

    /// <summary>Whether an item stands for it, alone or with others.</summary>
    internal bool IsPartOf(in WorkItem item) =>
        ReferenceEquals(item.Column, Column) && ReferenceEquals(item.Group, Group)
        && (IsCall ? item.Kind == WorkKind.BarrierCall : item.Kind == WorkKind.Cells && item.Word == Word && (item.Cells & Cell) != 0);
}
