namespace ExecGraph.Execution;

/// <summary>One call over many rows that is under way. It ends once: by its result or by being abandoned.</summary>
/// <param name="row">The first row; null for a barrier.</param>
/// <param name="attempt">The attempt, from 1.</param>
/// <param name="abandoned">What follows if it is abandoned.</param>
internal sealed class BatchCall(long? row, int attempt, Action<Exception?, Worker> abandoned)
{
    private int _isOver;

    internal long? Row => row;

    internal int Attempt => attempt;

    /// <summary>Whether the call ends as it should, and was not abandoned.</summary>
    internal bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

    internal bool TryAbandon() => Interlocked.Exchange(ref _isOver, 1) == 0;

    internal void Continue(Exception? exceeded, Worker worker) => abandoned(exceeded, worker);
}
