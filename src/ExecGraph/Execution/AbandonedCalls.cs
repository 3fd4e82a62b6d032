using System.Collections.Concurrent;
using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>
/// Gives up on calls that do not end: when their time is over, or when the run stops. The call's permit stays taken until it really
/// ends, but counts no longer as something under way; its result is thrown away, so it touches nothing of the run.
/// </summary>
internal sealed class AbandonedCalls(Engine engine, RunPlan plan)
{
    private readonly ConcurrentQueue<PendingCell>[] _cells = [.. plan.Columns.Select(_ => new ConcurrentQueue<PendingCell>())];
    private readonly ConcurrentQueue<AbandonedCall> _abandoned = [];
    private readonly ConcurrentDictionary<PendingBatch, bool> _batches = [];
    private volatile bool _abandonsAll;

    internal AbandonedCall[] All() => [.. _abandoned];

    /// <summary>Each object that stands for a call of the column, once: they are few, and used again.</summary>
    internal void Know(ColumnPlan column, PendingCell cell) => _cells[column.Ordinal].Enqueue(cell);

    /// <summary>The column's calls that are under way.</summary>
    internal IEnumerable<PendingCall> Pending(ColumnPlan column)
    {
        foreach (PendingCell cell in _cells[column.Ordinal])
        {
            if (cell.TryLook(out PendingCall call))
                yield return call;
        }
    }

    /// <summary>The calls over many rows that are under way.</summary>
    internal IEnumerable<CallUnderWay> Batches => _batches.Select(batch => batch.Key.Call);

    internal void Begin(PendingBatch call)
    {
        _batches.TryAdd(call, true);
        LeftPending();
    }

    /// <summary>A call has come back and is under way. If the run waits for none any more, this one may have been at its synchronous part until now.</summary>
    internal void LeftPending()
    {
        if (_abandonsAll)
            engine.Threads.Post(AbandonAll);
    }

    /// <summary>Whether the call ends as it should, and was not abandoned.</summary>
    internal bool TryEnd(PendingBatch call)
    {
        _batches.TryRemove(call, out _);
        return call.TryEnd();
    }

    /// <summary>Goes on without the call, as if it had failed.</summary>
    internal void TryAbandon(ColumnPlan column, PendingCell cell, TimeoutException exceeded)
    {
        // Read first: once it is abandoned, the call may end and let go of them. If it has ended already, they are of no use.
        if (cell.Tag is not ActiveRowGroup group)
            return;
        int offset = cell.Offset;
        int attempt = cell.Attempt;
        if (!cell.TryAbandon())
            return;
        engine.Threads.ActivityBegun(); // until now its permit counted as one
        Note(new AbandonedCall(group.FirstRow + offset, column.Name, attempt), column.Queue);
        engine.Threads.Begin(worker => worker.Overdue(column, group, offset, attempt, exceeded));
    }

    /// <summary>Goes on without a call over many rows.</summary>
    internal void TryAbandon(PendingBatch call, TimeoutException exceeded)
    {
        if (!TryEnd(call))
            return;
        Note(call.Describe(), call.Queue); // it was an activity of its own, which goes on
        engine.Threads.Begin(worker => call.Abandoned(exceeded, worker));
    }

    /// <summary>The run stops, and will not wait for any call.</summary>
    internal void AbandonAll()
    {
        _abandonsAll = true;
        Interlocked.MemoryBarrierProcessWide(); // whoever leaves a call pending sees that, or the call is seen here
        var stopped = new TimeoutException("The run has stopped.");
        foreach (ColumnPlan column in plan.Columns)
        {
            foreach (PendingCell cell in _cells[column.Ordinal])
                TryAbandon(column, cell, stopped);
        }

        foreach ((PendingBatch call, _) in _batches)
            TryAbandon(call, stopped);
    }

    private void Note(AbandonedCall call, ColumnQueue queue)
    {
        _abandoned.Enqueue(call);
        queue.Lane.Abandon();
    }
}
