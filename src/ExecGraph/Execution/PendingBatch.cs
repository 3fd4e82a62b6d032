namespace ExecGraph.Execution;

/// <summary>One call over many rows that is under way. It ends once: by its result or by being abandoned.</summary>
/// <param name="queue">Whose call it is.</param>
/// <param name="call">The call.</param>
/// <param name="abandoned">What follows if it is abandoned.</param>
internal sealed class PendingBatch(ColumnQueue queue, CallUnderWay call, Action<Exception, Worker> abandoned)
{
    private int _isOver;

    internal ColumnQueue Queue => queue;

    internal CallUnderWay Call => call;

    internal Action<Exception, Worker> Abandoned => abandoned;

    internal AbandonedCall Describe() => new(call.Row, queue.Column.Name, call.Attempt);

    /// <summary>Ends it, in either way: only the first one does.</summary>
    internal bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
