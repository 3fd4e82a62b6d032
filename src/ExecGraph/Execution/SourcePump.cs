using ExecGraph.Definition;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// Reads the sources row by row, all of them in step, into the admitted row groups; hands rows on 64 at a time, or at once when a
/// source has nothing yet or a worker is idle. In an open-ended table it is what says where the rows end.
/// </summary>
internal sealed class SourcePump(Engine engine, RunPlan plan, RowGroupWindow window, int groupSize)
{
    private readonly ColumnPlan[] _inputs = [.. plan.Columns.Where(column => column.IsInput)];
    private readonly ColumnPlan[] _starts = [.. plan.Columns.Where(column => column is { IsStart: true, IsBarrier: false, IsInput: false })];
    private readonly Lock _lock = new();
    private readonly Queue<ActiveRowGroup> _begunGroups = new();
    private ColumnPlan? _reading;
    private TaskCompletionSource? _waiter;
    private ActiveRowGroup? _group;
    private int _word;
    private ulong _rows;
    private long _row;

    internal bool IsNeeded => _inputs.Length > 0;

    /// <summary>Rows that every source has delivered; the last of them may not have been handed on.</summary>
    internal long RowsRead => Volatile.Read(ref _row);

    /// <summary>The source that is being read, or was read last.</summary>
    internal ColumnPlan Reading => Volatile.Read(ref _reading) ?? _inputs[0];

    /// <summary>A group of the first stage was admitted.</summary>
    internal void GroupBegun(ActiveRowGroup group)
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            _begunGroups.Enqueue(group);
            waiter = _waiter;
            _waiter = null;
        }

        if (waiter is not null)
            engine.Threads.Post(waiter.SetResult);
    }

    /// <summary>Settles rows that were read, or cuts the table off where the sources ended. Called by workers.</summary>
    internal void Execute(in WorkItem item, Worker worker)
    {
        if (engine.IsStopping)
            return;
        if (item.Kind == WorkKind.Rows)
        {
            foreach (ColumnPlan input in _inputs)
                worker.Complete(input, item.Group!, item.Word, item.Cells, attempt: 1);
            worker.Follow(item.Group!, item.Word);
            if (!window.IsOpenEnded)
                return;
            Span<ulong> rows = stackalloc ulong[item.Word + 1];
            rows.Clear();
            rows[item.Word] = item.Cells & item.Group!.Begun[item.Word];
            foreach (ColumnPlan start in _starts)
                start.Queue.AddRows(item.Group!, rows);
            return;
        }

        // The last group shrinks to the rows that came; whatever it was waiting for is settled by that.
        if (item.Group is { } last && worker.TryGetFrontier(_inputs[0], last, out Frontier<HardwareMemory>? frontier, out RowGroupBitmaps? bitmaps))
        {
            var sink = new EngineSink(worker, last, follows: false);
            frontier.CutOff(bitmaps, last.Rows, ref sink);
            engine.RowsDropped();
        }

        window.CloseStageIfParked(worker);
    }

    internal async Task RunAsync()
    {
        try
        {
            foreach (ColumnPlan input in _inputs)
            {
                _reading = input;
                ((InputRunner)input.Runner).Open();
            }

            long? wanted = window.RowCount;
            bool exact = plan.Definition.RulingList is not null || engine.Store?.Known.Rows is not null;
            for (; !engine.IsStopping && (wanted is null || _row < wanted || exact); _row++)
            {
                ColumnPlan? ended = null, going = null;
                foreach (ColumnPlan input in _inputs)
                {
                    _reading = input;
                    ValueTask<bool> next = ((InputRunner)input.Runner).MoveNextAsync();
                    if (!next.IsCompleted)
                        Flush();
                    if (await next.ConfigureAwait(false))
                        going ??= input;
                    else
                        ended ??= input;
                }

                _reading = ended ?? _reading;
                CheckLengths(_row, wanted, ended, going);
                if (ended is not null || _row == wanted)
                    break;
                if (engine.Store is { } kept && (kept.Known.End is not null || kept.Known.StateOf(stage: 0, _row / groupSize) == StoredState.Settled))
                {
                    Skip();
                    continue;
                }

                await MoveToAsync(_row).ConfigureAwait(false);
                if (_group is null)
                    break;
                int offset = (int)(_row - _group.FirstRow);
                if ((_group.Begun[offset / 64] >> offset & 1) != 0)
                    Write(_group, offset); // else only others of its rows are tried again, and behind the last of them it has gone
                if ((offset & 63) == 63 || engine.Threads.HasIdleWorker)
                    Flush();
            }

            Flush();
            if (wanted is null && !engine.IsStopping)
                await EndAsync(_row).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (engine.IsStopping)
        {
            // The stop has its own reason; the source was only told of it.
        }
        catch (ChangedSourceException exception)
        {
            engine.Lose(new CheckpointException(exception.Message));
        }
        catch (Exception exception)
        {
            Flush();
            engine.Fail(row: null, Reading, attempt: 1, exception);
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private void Write(ActiveRowGroup group, int offset)
    {
        ColumnBuffer?[] buffers = group.Buffers;
        foreach (ColumnPlan input in _inputs)
        {
            if (buffers.Length == 0)
                return; // all of its rows were given up before they were read, and it has gone
            _reading = input;
            input.AddBuffers(buffers, group.Rows);
            ((InputRunner)input.Runner).Write(buffers, offset);
        }

        _rows |= 1UL << offset;
    }

    /// <summary>Notes in the store that there are no more rows, if there is one, and tells the run.</summary>
    private async ValueTask EndAsync(long rows)
    {
        try
        {
            if (engine.Store is { } store)
                await store.SaveRowsAsync(rows).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            engine.Lose(exception);
            return;
        }

        EndRows(rows);
    }

    private void CheckLengths(long row, long? wanted, ColumnPlan? ended, ColumnPlan? going)
    {
        if (engine.Store?.Known is { } stored && ((ended is not null && row < (stored.Rows ?? stored.RowsBegun)) || (going is not null && row == stored.Rows)))
        {
            string had = stored.Rows is { } known ? $"had {known} rows" : $"had {stored.RowsBegun} rows or more";
            string has = ended is not null ? $"ends after {row}" : "has more";
            throw new ChangedSourceException($"Source '{(ended ?? going)!.Name}' {had} when the run was stored, and {has} now, so what is stored cannot be continued. Give it the same rows, or use ResumeMode.Never to begin anew.");
        }


        if (ended is not null && going is not null && row != wanted)
            throw new InvalidOperationException($"Sources of unequal length: '{ended.Name}' ended after {row} rows, and '{going.Name}' has more.");
        if (ended is not null && row < wanted)
        {
            throw new InvalidOperationException(plan.Definition.RulingList is { } list
                ? $"Sources of unequal length: '{ended.Name}' ended after {row} rows, and '{list}' has {wanted}."
                : $"Source '{ended.Name}' ended after {row} rows; the table has {wanted}.");
        }

        if (going is not null && row == wanted && plan.Definition.RulingList is { } ruling)
            throw new InvalidOperationException($"Sources of unequal length: '{ruling}' has {wanted} rows, and '{going.Name}' has more.");
    }

    /// <summary>Makes the row's group the present one, waiting for its admission if need be.</summary>
    private async ValueTask MoveToAsync(long row)
    {
        if (_group is not null && row < _group.FirstRow + groupSize)
        {
            _word = (int)(row - _group.FirstRow) / 64; // the word before was flushed with its last row
            return;
        }

        Flush();
        _group = null;
        window.Demand(row / groupSize);
        engine.Threads.Wake();
        while (!engine.IsStopping)
        {
            TaskCompletionSource waiter;
            lock (_lock)
            {
                if (_begunGroups.TryDequeue(out _group))
                    break;
                waiter = _waiter ??= new TaskCompletionSource();
            }

            await waiter.Task.WaitAsync(engine.SourceToken).ConfigureAwait(false);
        }

        _word = 0;
    }

    /// <summary>Passes over a row of a group that is stored: it was read only to get behind it.</summary>
    private void Skip()
    {
        if (_row % groupSize != 0)
            return;
        Flush();
        _group = null;
        window.Demand(_row / groupSize);
        engine.Threads.Wake();
    }

    private void Flush()
    {
        if (_rows == 0)
            return;
        ColumnPlan carrier = _inputs[0];
        carrier.Queue.Add(new WorkItem(WorkKind.Rows, carrier, _group, _word, _rows));
        _rows = 0;
        engine.Threads.Wake();
    }

    private void EndRows(long rows)
    {
        ActiveRowGroup? cut = rows % groupSize > 0 ? _group : null;
        if (cut is not null)
            cut.Rows = (int)(rows % groupSize);
        window.EndRows(rows);
        _inputs[0].Queue.Add(new WorkItem(WorkKind.EndRows, _inputs[0], cut, 0, 0));
        engine.Threads.Wake();
    }

    private sealed class ChangedSourceException(string message) : Exception(message);

    private async ValueTask CloseAsync()
    {
        foreach (ColumnPlan input in _inputs)
        {
            try
            {
                await ((InputRunner)input.Runner).CloseAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                engine.Fail(row: null, input, attempt: 1, exception);
            }
        }
    }
}
