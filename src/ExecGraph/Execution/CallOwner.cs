using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>Hears of a column's calls that have ended.</summary>
internal sealed class CallOwner(Engine engine, ColumnPlan column) : PendingCellOwner
{
    internal ColumnPlan Column => column;

    internal Lane Lane { get; } = column.Queue.Lane;

    internal override void Ended(PendingCell cell) => engine.Threads.CallEnded(column, cell);

    internal override void EndedLate(PendingCell cell) => Lane.AbandonedEnded();

    internal override void Overdue(PendingCell cell, TimeoutException exceeded) => engine.Abandoned.TryAbandon(column, cell, exceeded);

    internal override void Made(PendingCell cell) => engine.Abandoned.Know(column, cell);
}
