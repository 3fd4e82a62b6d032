using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>Hears of a column's calls that have ended.</summary>
internal sealed class CallOwner(Engine engine, ColumnPlan column) : IPendingCellOwner
{
    internal ColumnPlan Column => column;

    public void Ended(PendingCell cell) => engine.Threads.CallEnded(column, cell);

    public void EndedLate(PendingCell cell) => column.Queue.Lane.AbandonedEnded();

    public void Overdue(PendingCell cell, TimeoutException exceeded) => engine.Abandoned.TryAbandon(column, cell, exceeded);

    public void Made(PendingCell cell) => engine.Abandoned.Know(column, cell);
}
