using System.Collections.Concurrent;
using ExecGraph.Checkpoints;
using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>What one run keeps in its store and takes back from it: the engine's side of <see cref="ICheckpointStore"/>.</summary>
/// <remarks>Thread-safe once it is open. A record holds what later stages or the output need, so a group that is stored need not be in memory.</remarks>
internal sealed class RunStore
{
    private readonly ICheckpointStore _store;
    private readonly RunPlan _plan;
    private readonly StoredColumns _columns;
    private readonly RunEntries _entries;
    private readonly DeadLetters _letters;
    private readonly ConcurrentQueue<ByteWriter> _writers = new();
    private long _restoredRows;
    private long _restoredDrops;
    private long _restoredFiltered;

    internal RunStore(ICheckpointStore store, RunPlan plan, int groupSize, DeadLetterFile? letterFile)
    {
        (_store, _plan, _columns, _entries) = (store, plan, new StoredColumns(plan), new RunEntries(store, groupSize));
        _letters = new DeadLetters(_entries, letterFile, groupSize);
        Known = new KnownRun(store, _entries, _letters, plan, _columns, groupSize);
    }

    /// <summary>What earlier runs have left.</summary>
    internal KnownRun Known { get; }

    /// <summary>Rows of the output that were stored already.</summary>
    internal long RestoredRows => Volatile.Read(ref _restoredRows);

    /// <summary>Rows that had been given up before, because cells failed.</summary>
    internal long RestoredDrops => Volatile.Read(ref _restoredDrops);

    /// <summary>Rows that had been filtered before.</summary>
    internal long RestoredFiltered => Volatile.Read(ref _restoredFiltered);

    /// <inheritdoc cref="KnownRun.OpenAsync"/>
    internal async ValueTask OpenAsync(Manifest manifest, RunOptions options, string? readOnce, Action<string> warn, CancellationToken cancellationToken)
    {
        await Known.OpenAsync(manifest, options.Resume, options.ChangedCode, readOnce, options.RetryDropped, warn, cancellationToken).ConfigureAwait(false);
        if (Known.End is { } end)
            (_restoredRows, _restoredDrops, _restoredFiltered) = (end.Survivors, end.Dropped, end.Filtered);
    }

    /// <summary>Keeps a group that is settled in its stage.</summary>
    internal async ValueTask SaveAsync(ActiveRowGroup group, ulong[] survivors)
    {
        ByteWriter writer = _writers.TryDequeue(out ByteWriter? spare) ? spare : new ByteWriter();
        List<RecordedDrop> all = group.DropsOf(survivors);
        _columns.Write(writer, group, survivors.AsSpan(0, (group.Rows + 63) / 64), all);
        RecordedDrop[] drops = [.. all.Where(drop => drop.Letter is not null)];

        // Whoever finds the group finds its letters. Of a group that was tried again, they tell of what was and of what is until the group is replaced: of too much, but not of too little.
        bool isRetried = Known.IsRetried(group.Stage, group.Index);
        if (isRetried)
            await _letters.AddAsync(group, drops).ConfigureAwait(false);
        else
            await _letters.SaveAsync(group, drops).ConfigureAwait(false);
        await _entries.AppendAsync(RunEntries.KeyOf(group.Stage, group.Index), writer.Written).ConfigureAwait(false);
        if (isRetried)
            await _letters.SaveAsync(group, drops).ConfigureAwait(false);
        _writers.Enqueue(writer);
    }

    /// <summary>A row that is about to be given up, in words.</summary>
    internal RecordedDrop Describe(ActiveRowGroup group, ColumnBuffer?[] buffers, ColumnPlan column, CellFailure failure)
    {
        var drop = new RecordedDrop((int)(failure.Row - group.FirstRow), failure.Column, failure.Attempts, failure.Exception.GetType().ToString(), ExceptionText.MessageOf(failure.Exception));
        return drop with { Letter = _columns.LetterOf(failure.Row, drop, buffers, column) };
    }

    /// <summary>What has to be read of a group that is admitted to a stage.</summary>
    internal async ValueTask<(GroupRecord? Own, GroupRecord? Earlier)> FetchAsync(StoredState state, int stage, long group)
    {
        GroupRecord? own = state == StoredState.Missing ? null : await _entries.ReadAsync(stage, group).ConfigureAwait(false);
        GroupRecord? earlier = state == StoredState.Settled || stage == 0 ? null : await _entries.ReadAsync(stage - 1, group).ConfigureAwait(false);
        return (own, earlier);
    }

    /// <summary>Makes a group what it was when it was settled in its stage.</summary>
    internal void Restore(ActiveRowGroup group, GroupRecord record, bool withValues)
    {
        (long Drops, long Filtered) counted = CountedOf(group);
        CheckRows(group, record);
        RunEntries.Decode(group, record, () => _columns.Restore(group, record));
        if (withValues)
            group.Buffers = RunEntries.Decode(group, record, () => _columns.Values(record));
        Count(group, record, counted, retried: 0);
    }

    /// <summary>Makes a group what it was when it was settled in its stage, but lets those of its rows run again that were given up in it.</summary>
    internal void Reopen(ActiveRowGroup group, GroupRecord record, GroupRecord? earlier)
    {
        (long Drops, long Filtered) counted = CountedOf(group);
        CheckRows(group, record);
        RunEntries.Decode(group, record, () =>
        {
            _columns.Reopen(group, record, earlier);
            return true;
        });
        Count(group, record, counted, RowBits.Count(group.Survivors));
    }

    /// <summary>What the counts have of a group already: in a later stage, what happened in the earlier ones.</summary>
    private static (long Drops, long Filtered) CountedOf(ActiveRowGroup group) =>
        group.Stage == 0 || group.Survivors.Length == 0 ? default : (group.DropsWhenParked, group.Rows - RowBits.Count(group.Survivors) - group.DropsWhenParked);

    private void Count(ActiveRowGroup group, GroupRecord record, (long Drops, long Filtered) counted, long retried)
    {
        if (Known.End is not null)
            return;
        long survivors = RowBits.Count(record.Survivors);
        Interlocked.Add(ref _restoredDrops, record.Drops.Length - retried - counted.Drops);
        Interlocked.Add(ref _restoredFiltered, record.Rows - survivors - record.Drops.Length - counted.Filtered);
        if (group.Stage == _plan.StageCount - 1)
            Interlocked.Add(ref _restoredRows, survivors);
    }

    private static void CheckRows(ActiveRowGroup group, GroupRecord record)
    {
        if (record.Rows != group.Rows)
            throw RunEntries.Undecodable($"row group {group.Index}", new FormatException($"It has {record.Rows} rows there, and {group.Rows} in the table."));
    }

    /// <summary>Gives back to a group what it was without while it was parked.</summary>
    internal void RestoreParked(ActiveRowGroup group, GroupRecord record) => group.Buffers = RunEntries.Decode(group, record, () =>
    {
        _columns.RestoreParked(group, record);
        return _columns.Values(record);
    });

    /// <summary>The values of groups that a dataset barrier reads, which need not be in memory otherwise.</summary>
    internal async ValueTask<ColumnBuffer?[][]> InputsOfAsync(ColumnPlan barrier, ActiveRowGroup[] groups)
    {
        var inputs = new ColumnBuffer?[groups.Length][];
        for (int i = 0; i < groups.Length; i++)
        {
            ActiveRowGroup group = groups[i];
            GroupRecord record = await _entries.ReadAsync(barrier.Stage - 1, group.Index).ConfigureAwait(false);
            inputs[i] = RunEntries.Decode(group, record, () => _columns.Values(record, barrier.Runner.Binding.Inputs));
        }

        return inputs;
    }

    /// <summary>Keeps what a dataset barrier has computed. It is done only with the last word.</summary>
    internal async ValueTask SaveBarrierAsync(ColumnPlan barrier, IBatchResult result)
    {
        var writer = new ByteWriter();
        int piece = 0;
        foreach (ColumnBuffer values in result.Pieces())
        {
            writer.Clear();
            _columns.WritePiece(writer, barrier, values);
            await _entries.AppendAsync(Known.KeyOf(CheckpointKind.BarrierValues, barrier, piece++), writer.Written).ConfigureAwait(false);
        }

        await _entries.AppendAsync(Known.KeyOf(CheckpointKind.BarrierDone, barrier), piece).ConfigureAwait(false);
    }

    /// <summary>What a dataset barrier that is done had computed.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="groups">What it saw.</param>
    internal async ValueTask<IBatchResult> ReadBarrierAsync(ColumnPlan barrier, ActiveRowGroup[] groups)
    {
        CheckpointKey done = Known.KeyOf(CheckpointKind.BarrierDone, barrier);
        long count = (await _entries.ReadNumbersAsync(done, 1, CancellationToken.None).ConfigureAwait(false))[0];
        var pieces = new List<ColumnBuffer>();
        for (long i = 0; i < count; i++)
            pieces.Add(await _entries.ReadAsync(Known.KeyOf(CheckpointKind.BarrierValues, barrier, i), bytes => _columns.ReadPiece(bytes, barrier), CancellationToken.None).ConfigureAwait(false));
        long rows = groups.Sum(group => RowBits.Count(group.Seen(barrier, group.Survivors)));
        long values = pieces.Sum(piece => (long)piece.Count);
        if (values != rows)
            throw RunEntries.Undecodable(done.ToString(), new FormatException($"Barrier '{barrier.Name}' sees {rows} rows, and {values} values are there."));
        return ((BatchRunner)barrier.Runner).ResultOf(pieces);
    }

    /// <summary>The sources have ended. Said before the last row group can settle, which may have fewer rows than the others.</summary>
    internal ValueTask SaveRowsAsync(long rows) => _entries.AppendAsync(RunEntries.RowsKey, rows);

    /// <summary>Notes that a sink has made durable what it was given.</summary>
    internal ValueTask SaveSinkAsync(int sink, SinkRecord record) => _entries.AppendAsync(new CheckpointKey(CheckpointKind.Sink, sink, 0), record.Next, record.Position);

    /// <summary>The table is finished.</summary>
    internal async ValueTask SaveEndAsync(EndRecord end)
    {
        if (Known.End is not null)
            return;
        await end.SaveAsync(_entries).ConfigureAwait(false);
        await _letters.EndRetryAsync().ConfigureAwait(false);
    }

    /// <summary>Puts the file of dropped rows into row order. Of a run that was finished before, nothing has changed.</summary>
    internal async ValueTask CloseLettersAsync()
    {
        if (Known.End is null)
            await _letters.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until all is durable.</summary>
    internal ValueTask FlushAsync() => _store.FlushAsync();

    internal ValueTask DisposeAsync()
    {
        _letters.CloseFile();
        return _store.DisposeAsync();
    }
}
