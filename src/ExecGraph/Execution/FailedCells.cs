using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>Cells whose attempts ran out: asks the column's policy what becomes of them, keeps account, and stops the run where too many fail.</summary>
/// <remarks>One lock around the account, never held while user code runs (I7).</remarks>
internal sealed class FailedCells(Engine engine, RunPlan plan, RunOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<CellFailure> _dropped = [];
    private readonly long[] _drops = new long[plan.Columns.Length];
    private readonly long[] _defaults = new long[plan.Columns.Length];
    private readonly Queue<long>?[] _recent = new Queue<long>?[plan.Columns.Length];

    /// <summary>Rows dropped because a cell of this column failed.</summary>
    internal long DropsOf(int column) => Volatile.Read(ref _drops[column]);

    /// <summary>Cells of this column that got a value instead of failing.</summary>
    internal long DefaultsOf(int column) => Volatile.Read(ref _defaults[column]);

    internal long DroppedRows => Enumerable.Range(0, _drops.Length).Sum(DropsOf);

    /// <summary>The first dropped rows, as many as the options say.</summary>
    internal CellFailure[] Dropped()
    {
        lock (_lock)
            return [.. _dropped];
    }

    /// <summary>What a row was dropped for, if that is known: the first dropped rows are.</summary>
    internal CellFailure? Find(long row)
    {
        lock (_lock)
            return _dropped.Find(failure => failure.Row == row);
    }

    /// <summary>Does with the item's cells what the policy says.</summary>
    internal void GiveUp(in WorkItem item, Exception exception, Worker worker)
    {
        ColumnPlan column = item.Column;
        ColumnBuffer?[] buffers = item.Group!.Buffers; // before looking whether they are still those of the column's stage
        for (ulong rest = worker.OpenCells(item); rest != 0 && !engine.IsStopping; rest &= rest - 1)
        {
            ulong cell = rest & (0 - rest);
            if ((worker.OpenCells(item) & cell) == 0)
                continue; // its row was given up while others were dealt with
            var failure = new CellFailure(item.FirstRow + System.Numerics.BitOperations.TrailingZeroCount(cell), column.Name, item.Attempt, exception);
            if (!TryDecide(column, failure, out CellFailurePolicy? policy))
                return;
            switch (policy.Kind)
            {
                case PolicyKind.DropRow:
                    if (!Drop(item, buffers, cell, failure, worker))
                        continue;
                    break;
                case PolicyKind.UseDefault:
                    if (DefaultValue.Mismatch(column, policy.Value) is { } mismatch)
                    {
                        engine.Fail(failure.Row, column, item.Attempt, mismatch);
                        return;
                    }

                    DefaultValue.Write(item, buffers, cell, policy.Value);
                    Interlocked.Increment(ref _defaults[column.Ordinal]);
                    worker.Complete(column, item.Group!, item.Word, cell, item.Attempt);
                    column.SettledUntaken(); // where a predicate or an estimate failed, the cell was never in the queue
                    break;
                default:
                    engine.Fail(failure.Row, column, item.Attempt, exception);
                    return;
            }

            CheckRate(column);
        }
    }

    /// <summary>Whether an exception is worth another attempt; if the question itself fails, it is not, and both are what failed.</summary>
    internal static bool ShouldRetry(ColumnPlan column, int attempt, ref Exception exception)
    {
        if (attempt >= column.MaxAttempts)
            return false;
        if (column.Options.Retry!.ShouldRetry is not { } shouldRetry)
            return true;
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            return shouldRetry(exception, attempt);
        }
        catch (Exception thrown)
        {
            exception = new AggregateException($"{nameof(RetryOptions.ShouldRetry)} of column '{column.Name}' threw when it was asked about a failure.", thrown, exception);
            return false;
        }
        finally
        {
            CellIsolation.Restore(context);
        }
    }

    private bool TryDecide(ColumnPlan column, CellFailure failure, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CellFailurePolicy? policy)
    {
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            policy = column.OnFailure.For(failure);
            return true;
        }
        catch (Exception thrown)
        {
            policy = null;
            engine.Fail(failure.Row, column, failure.Attempts, new AggregateException($"The failure policy of column '{column.Name}' threw.", thrown, failure.Exception));
            return false;
        }
        finally
        {
            CellIsolation.Restore(context);
        }
    }

    /// <returns>Whether this is what gave the row up.</returns>
    private bool Drop(in WorkItem item, ColumnBuffer?[] buffers, ulong cell, CellFailure failure, Worker worker)
    {
        Checkpoints.RecordedDrop? note = null;
        if (engine.Store is { } store)
        {
            note = store.Describe(item.Group!, buffers, item.Column, failure);
            item.Group!.Note(note);
        }

        item.Group!.GiveUp(item.Word, cell); // before it is gone, so that who finds it gone knows why
        if (worker.Drop(item.Column, item.Group, item.Word, cell) == 0)
        {
            if (note is not null)
                item.Group.TakeBack(note);
            return false; // somebody else was first, and has accounted for the row
        }

        lock (_lock)
        {
            _drops[item.Column.Ordinal]++;
            if (_dropped.Count < options.MaxReportedDrops)
                _dropped.Add(failure);
        }

        if (options.OnRowDropped is not { } tell)
            return true;
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            tell(failure);
        }
        catch (Exception exception)
        {
            engine.Stop(new Engine.StopReason(new InvalidOperationException($"{nameof(RunOptions.OnRowDropped)} threw for row {failure.Row}, column '{failure.Column}'.", exception)));
        }
        finally
        {
            CellIsolation.Restore(context);
        }

        return true;
    }

    /// <summary>Looks at the column's last cells: of those that failed, which end is known by how many had ended before.</summary>
    private void CheckRate(ColumnPlan column)
    {
        if (options.StopAtFailureRate is not { } limit)
            return;
        int failed;
        lock (_lock)
        {
            long ended = engine.Threads.All.Sum(worker => worker.SucceededOf(column.Ordinal)) + _drops[column.Ordinal] + DefaultsOf(column.Ordinal);
            Queue<long> recent = _recent[column.Ordinal] ??= new Queue<long>();
            recent.Enqueue(ended);
            while (recent.Peek() <= ended - limit.Window)
                recent.Dequeue();
            failed = ended < limit.Window ? 0 : recent.Count;
        }

        if (failed >= limit.Rate * limit.Window)
        {
            engine.Stop(Engine.StopReason.Gentle(
                RunOutcome.TooManyFailures, $"{failed} of the last {limit.Window} cells of column '{column.Name}' failed.", options.StopGrace));
        }
    }
}
