using System.Numerics;
using ExecGraph.Definition;
using ExecGraph.Limits;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>One column in one run: its code, where its values are, its queue and its lane.</summary>
internal sealed class ColumnPlan
{
    private readonly Lock _adding = new();
    private int _lastOutput;
    private ColumnPause? _pause;
    private bool _isAccounted;
    private long _rejected;

    internal required int Ordinal { get; init; }

    internal required string Name { get; init; }

    /// <summary>The column itself, then its side outputs.</summary>
    internal required IReadOnlyList<string> Outputs { get; init; }

    internal required int Stage { get; init; }

    /// <summary>Columns before it on the longest path.</summary>
    internal required int Depth { get; init; }

    /// <summary>Columns after it on the longest path.</summary>
    internal required int Tail { get; init; }

    internal required bool IsBarrier { get; init; }

    internal required bool IsDatasetBarrier { get; init; }

    internal required bool IsStart { get; init; }

    internal required RunnableGenerator Generator { get; init; }

    internal required CellOptions Options { get; init; }

    /// <summary>What becomes of a cell whose attempts ran out.</summary>
    internal required CellFailurePolicy OnFailure { get; init; }

    internal required ColumnRunner Runner { get; init; }

    internal required ColumnFilter[] Filters { get; init; }

    /// <summary>What its calls weigh; null if its options do not say, or nothing asks for it.</summary>
    internal CallWeights? Weights { get; private set; }

    internal required CostEstimate Cost { get; init; }

    /// <summary>What decides which of its cells are skipped; null if none ever is, which is all that such a column pays for it.</summary>
    internal ColumnSkips? Skips { get; set; }

    /// <summary>The runner of single cells; null where calls cover many rows. Asked once: a cast would cost each call a look at its type.</summary>
    internal CellRunner? Cells { get; private set; }

    internal bool IsInput => Runner is InputRunner;

    internal bool IsStream { get; private set; }

    internal bool IsOrdered { get; private set; }

    /// <summary>Whether its cells are written by a worker without waiting: synchronous cells, and the cells behind any barrier.</summary>
    internal bool HasSyncCells { get; private set; }

    /// <summary>How a worker may go straight on with cells of it, past every queue.</summary>
    internal Following Following { get; private set; }

    /// <summary>What computes cells of several words at a time; null where that may not be.</summary>
    internal SyncCellRunner? Words { get; private set; }

    internal int MaxAttempts => Options.Retry?.MaxAttempts ?? 1;

    /// <summary>Where ready cells wait.</summary>
    internal ColumnQueue Queue { get; set; } = null!;

    /// <summary>Where a barrier's call waits: in the lane that its options name, while its cells, which only copy values, need no permit.</summary>
    internal ColumnQueue CallQueue { get; set; } = null!;

    /// <summary>Takes back the cells that end later.</summary>
    internal PendingCellOwner Owner { get; set; } = null!;

    /// <summary>Spare objects for them, beyond what each thread keeps.</summary>
    internal System.Collections.Concurrent.ConcurrentQueue<PendingCell> Spare { get; } = new();

    /// <summary>
    /// Makes room for the column's values in a row group, before the first of them is written: so a group that is admitted ahead holds no
    /// values, and what is new is written while it is in the cache. Any thread.
    /// </summary>
    internal void AddBuffers(ColumnBuffer?[] buffers, int rows)
    {
        if (Volatile.Read(ref buffers[_lastOutput]) is null)
            AddNewBuffers(buffers, rows);
    }

    /// <summary>Cells that were taken have ended: queues that wait for that go on.</summary>
    internal void EndInQueue(int cells)
    {
        if (!IsStream && !IsOrdered)
            return;
        Queue.Ended(cells);
        Queue.Lane.MarkReady(Queue);
    }

    /// <summary>A cell was settled, or given up, that nobody took from the queue: rows behind it, or a batch that is too small, may have waited for that.</summary>
    internal void SettledUntaken()
    {
        if ((IsOrdered || IsStream) && Queue.Count > 0)
            Queue.Lane.MarkReady(Queue);
    }

    /// <summary>Cells have ended that were calls: tells their limiter, if it wants to know.</summary>
    internal void CellsEnded(ActiveRowGroup group, int word, ulong done, ulong failed)
    {
        if (!_isAccounted)
            return;
        if (Weights is not null)
            ForgetWeights(new WorkItem(WorkKind.Cells, this, group, word, done | failed));
        if (done != 0)
            Succeeded(BitOperations.PopCount(done));
    }

    /// <summary>Calls that succeeded: what a service bears is known by them. Nobody asks as long as nothing was rejected.</summary>
    internal void Succeeded(int calls)
    {
        Options.Limiter?.Admission.Ended(calls, failed: 0);
        _pause?.Succeeded();
    }

    /// <summary>Calls have ended, or will not be made: corrects what their limiter holds against them.</summary>
    internal void ForgetWeights(in WorkItem item)
    {
        if (Weights is null)
            return;
        foreach (long call in item.Calls())
        {
            if (Weights.End(call, out CallPermit? permit, out long actual))
                Options.Limiter!.Admission.Correct(permit, actual);
        }
    }

    /// <summary>Calls that their service rejected as coming too often.</summary>
    internal long Rejected => Volatile.Read(ref _rejected);

    internal void CountRejection() => Interlocked.Increment(ref _rejected);

    /// <summary>The pause of a column without a limiter.</summary>
    internal ColumnPause PauseOf(TimeProvider timeProvider)
    {
        Interlocked.CompareExchange(ref _pause, new ColumnPause(timeProvider), null);
        _isAccounted = true;
        return _pause;
    }

    /// <summary>Asks the generator, whose answers are user code, once: the hot path reads them for every run.</summary>
    internal void Settle()
    {
        Cells = Runner as CellRunner;
        _lastOutput = Runner.Binding.Outputs[^1];
        IsStream = Runner is BatchRunner && !IsBarrier;
        _isAccounted = Options.Limiter is not null && Runner is CellRunner;
        IsOrdered = Options.IsOrderDependent || Generator.IsOrderDependent;
        Weights = Runner is AggregateRunner ? null : Runner.Binding.Weights; // an aggregate makes no call
        HasSyncCells = IsBarrier || !Runner.IsAsync;
        Following =
            Runner is not CellRunner || IsOrdered || Weights is not null ? Following.Never
            : Runner.IsAsync ? Following.AsCall
            : Options.Limiter is null ? Following.InWorker
            : Following.Never;
        Words = Following == Following.InWorker ? (SyncCellRunner)Runner : null;
    }

    private void AddNewBuffers(ColumnBuffer?[] buffers, int rows)
    {
        lock (_adding)
        {
            if (buffers[_lastOutput] is null)
                Runner.AddBuffers(buffers, rows);
        }
    }
}

/// <summary>How a worker may go straight on with what it made ready.</summary>
internal enum Following
{
    /// <summary>Always through the queue.</summary>
    Never,

    /// <summary>Cells that a worker computes.</summary>
    InWorker,

    /// <summary>Calls, on a permit that is in hand.</summary>
    AsCall,
}
