using System.Collections.Concurrent;
using ExecGraph.Checkpoints;
using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>What one run keeps in its store and takes back from it: the engine's side of <see cref="ICheckpointStore"/>.</summary>
/// <remarks>
/// Thread-safe once it is open. What is restored is settled when the store is opened, so the parts of the engine that ask agree. A record holds what later stages
/// or the output need, so a group that is stored need not be in memory.
/// </remarks>
internal sealed class RunStore(ICheckpointStore store, RunPlan plan, StoredColumns columns, int groupSize, DeadLetterFile? letterFile)
{
    private readonly ConcurrentQueue<ByteWriter> _writers = new();
    private HashSet<CheckpointKey> _restorable = [];
    private readonly Dictionary<int, SinkRecord> _sinks = [];
    private readonly DeadLetters _letters = new(store, letterFile, groupSize);
    private readonly HashSet<long> _retried = []; // row groups of which rows are tried again in one stage; filled when the store is opened
    private int _retriedStage = -1;
    private string[] _columns = []; // in the order of the manifest that is stored
    private Guid _run;
    private long _restoredRows;
    private long _restoredDrops;
    private long _restoredFiltered;

    /// <summary>Rows of the output that were stored already.</summary>
    internal long RestoredRows => Volatile.Read(ref _restoredRows);

    /// <summary>Rows that had been given up before, because cells failed.</summary>
    internal long RestoredDrops => Volatile.Read(ref _restoredDrops);

    /// <summary>Rows that had been filtered before.</summary>
    internal long RestoredFiltered => Volatile.Read(ref _restoredFiltered);

    /// <summary>What the finished table was; null if the stored run had not come to its end.</summary>
    internal EndRecord? End { get; private set; }

    /// <summary>Rows that the sources were found to have; null as long as they had not been read to their end.</summary>
    internal long? Rows { get; private set; }

    /// <summary>Rows that the sources had at least when the run was interrupted, where their end is not known: a row group that is not full is kept only behind that.</summary>
    internal long RowsBegun { get; private set; }

    /// <summary>Row groups that are restored in the first stage, so that their rows need not be read from a source.</summary>
    internal bool IsRestored(long group) => End is not null || StateOf(stage: 0, group) == StoredState.Settled;

    internal StoredState StateOf(int stage, long group) =>
        !_restorable.Contains(KeyOf(stage, group)) ? StoredState.Missing
        : IsRetried(stage, group) ? StoredState.Reopened
        : StoredState.Settled;

    /// <summary>Opens the store, and checks that what is in it is of this graph and can be continued.</summary>
    /// <param name="manifest">Of this run, as if it were new.</param>
    /// <param name="resume">What to do with what is stored.</param>
    /// <param name="changedCode">What to do about code that was compiled anew.</param>
    /// <param name="retryDropped">Whether rows that were dropped are to be tried again.</param>
    /// <param name="warn">Is told of columns with such code.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async ValueTask OpenAsync(Manifest manifest, ResumeMode resume, ChangedCode changedCode, bool retryDropped, Action<string> warn, CancellationToken cancellationToken)
    {
        StoredRun stored = await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (resume == ResumeMode.Never && (stored.Manifest is not null || stored.Keys.Count > 0))
        {
            await store.ClearAsync(cancellationToken).ConfigureAwait(false);
            stored = new StoredRun(null, []);
        }

        (_run, _columns) = (manifest.Run, NamesOf(manifest));
        if (stored.Manifest is not { } json)
        {
            if (resume == ResumeMode.Always)
                throw new CheckpointException("Nothing is stored that could be continued, and ResumeMode.Always asks for that. Check the directory, or use ResumeMode.IfPossible to begin.");
            await store.SaveManifestAsync(manifest.ToJson(), cancellationToken).ConfigureAwait(false);
            await _letters.OpenAsync([], cancellationToken).ConfigureAwait(false);
            return;
        }

        Manifest known = Manifest.Parse(json);
        (_run, _columns) = (known.Run, NamesOf(known));
        IReadOnlyList<string> differences = known.DifferencesTo(manifest);
        if (differences.Count > 0)
        {
            throw new CheckpointException(
                $"What is stored is of another graph, so it cannot be continued:\n  {string.Join("\n  ", differences)}\nUse another directory, or ResumeMode.Never to forget it.");
        }

        if (changedCode != ChangedCode.Ignore && known.ChangedCode(manifest) is { Length: > 0 } changed)
        {
            string names = string.Join(", ", changed.Select(name => $"'{name}'"));
            if (changedCode == ChangedCode.Refuse)
                throw new CheckpointException($"The code of columns {names} was compiled anew since the run was stored, and their versions are the same. Raise CellOptions.Version where results differ, or allow it by RunOptions.ChangedCode.");
            warn(names);
        }

        _restorable = [.. stored.Keys];
        foreach (CheckpointKey key in stored.Keys.Where(key => key.Kind == CheckpointKind.Sink))
        {
            long[] numbers = await ReadNumbersAsync(key, 2, cancellationToken).ConfigureAwait(false);
            _sinks[key.Part] = new SinkRecord(numbers[0], numbers[1]);
        }

        if (_restorable.Contains(EndRecord.Key))
            End = await ReadAsync(EndRecord.Key, EndRecord.Read, cancellationToken).ConfigureAwait(false);
        if (known.Rows < manifest.Rows)
            await ExtendAsync(known, manifest, cancellationToken).ConfigureAwait(false);
        else if (_restorable.Contains(RowsKey))
            Rows = (await ReadNumbersAsync(RowsKey, 1, cancellationToken).ConfigureAwait(false))[0];
        long groups = _restorable.Where(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 }).Select(key => key.Index + 1).DefaultIfEmpty().Max();
        RowsBegun = End is not null || Rows is not null ? 0 : groups * groupSize;
        if (_restorable.Contains(DeadLetters.RetryKey))
            await EndRetryAsync(cancellationToken).ConfigureAwait(false);
        if (retryDropped)
            await RetryAsync(cancellationToken).ConfigureAwait(false);
        if (End is { } end)
            (_restoredRows, _restoredDrops, _restoredFiltered) = (end.Survivors, end.Dropped, end.Filtered);
        else
            await _letters.OpenAsync(_restorable, cancellationToken).ConfigureAwait(false);

        static string[] NamesOf(Manifest manifest) => [.. manifest.Columns.Select(column => column.Name)];
    }

    /// <summary>Keeps a group that is settled in its stage.</summary>
    internal async ValueTask SaveAsync(ActiveRowGroup group, ulong[] survivors)
    {
        ByteWriter writer = _writers.TryDequeue(out ByteWriter? spare) ? spare : new ByteWriter();
        columns.Write(writer, group, survivors.AsSpan(0, (group.Rows + 63) / 64));
        RecordedDrop[] drops = [.. group.DropsOf(survivors).Where(drop => drop.Letter is not null)];

        // Whoever finds the group finds its letters. But what is kept of a group that was tried again is replaced before its letters are: they may tell of too much, not of too little.
        bool isRetried = IsRetried(group.Stage, group.Index);
        if (!isRetried)
            await _letters.SaveAsync(group, drops).ConfigureAwait(false);
        await store.AppendAsync(KeyOf(group.Stage, group.Index), writer.Written).ConfigureAwait(false);
        if (isRetried)
            await _letters.SaveAsync(group, drops).ConfigureAwait(false);
        _writers.Enqueue(writer);
    }

    private bool IsRetried(int stage, long group) => stage == _retriedStage && _retried.Contains(group);

    /// <summary>A row that is about to be given up, in words.</summary>
    internal RecordedDrop Describe(ActiveRowGroup group, ColumnPlan column, CellFailure failure) =>
        new((int)(failure.Row - group.FirstRow), failure.Column, failure.Attempts, failure.Exception.GetType().ToString(), failure.Exception.Message) { Letter = columns.LetterOf(group, column, failure) };

    /// <summary>What has to be read of a group that is admitted to a stage.</summary>
    internal async ValueTask<(GroupRecord? Own, GroupRecord? Earlier)> FetchAsync(StoredState state, int stage, long group)
    {
        GroupRecord? own = state == StoredState.Missing ? null : await ReadAsync(stage, group).ConfigureAwait(false);
        GroupRecord? earlier = state == StoredState.Settled || stage == 0 ? null : await ReadAsync(stage - 1, group).ConfigureAwait(false);
        return (own, earlier);
    }

    /// <summary>What is stored of a group in a stage.</summary>
    internal ValueTask<GroupRecord> ReadAsync(int stage, long group) =>
        ReadAsync(KeyOf(stage, group), bytes => GroupRecord.Read(bytes, groupSize), CancellationToken.None);

    /// <summary>Makes a group what it was when it was settled in its stage.</summary>
    internal void Restore(ActiveRowGroup group, GroupRecord record, bool withValues)
    {
        (long Drops, long Filtered) counted = CountedOf(group);
        CheckRows(group, record);
        Decode(group, record, () => columns.Restore(group, record));
        if (withValues)
            group.Buffers = Decode(group, record, () => columns.Values(record));
        Count(group, record, counted, retried: 0);
    }

    /// <summary>Makes a group what it was when it was settled in its stage, but lets those of its rows run again that were given up in it.</summary>
    internal void Reopen(ActiveRowGroup group, GroupRecord record, GroupRecord? earlier)
    {
        (long Drops, long Filtered) counted = CountedOf(group);
        CheckRows(group, record);
        Decode(group, record, () =>
        {
            columns.Reopen(group, record, earlier);
            return true;
        });
        Count(group, record, counted, ActiveRowGroup.Count(group.Survivors));
    }

    /// <summary>What the counts have of a group already: in a later stage, what happened in the earlier ones.</summary>
    private static (long Drops, long Filtered) CountedOf(ActiveRowGroup group) =>
        group.Stage == 0 || group.Survivors.Length == 0 ? default : (group.DropsWhenParked, group.Rows - ActiveRowGroup.Count(group.Survivors) - group.DropsWhenParked);

    private void Count(ActiveRowGroup group, GroupRecord record, (long Drops, long Filtered) counted, long retried)
    {
        if (End is not null)
            return;
        long survivors = ActiveRowGroup.Count(record.Survivors);
        Interlocked.Add(ref _restoredDrops, record.Drops.Length - retried - counted.Drops);
        Interlocked.Add(ref _restoredFiltered, record.Rows - survivors - record.Drops.Length - counted.Filtered);
        if (group.Stage == plan.StageCount - 1)
            Interlocked.Add(ref _restoredRows, survivors);
    }

    private static void CheckRows(ActiveRowGroup group, GroupRecord record)
    {
        if (record.Rows != group.Rows)
            throw Undecodable($"row group {group.Index}", new FormatException($"It has {record.Rows} rows there, and {group.Rows} in the table."));
    }

    /// <summary>Gives back to a group what it was without while it was parked.</summary>
    internal void RestoreParked(ActiveRowGroup group, GroupRecord record) => group.Buffers = Decode(group, record, () =>
    {
        columns.RestoreParked(group, record);
        return columns.Values(record);
    });

    /// <summary>The values of groups that a dataset barrier reads, which need not be in memory otherwise.</summary>
    internal async ValueTask<ColumnBuffer?[][]> InputsOfAsync(ColumnPlan barrier, ActiveRowGroup[] groups)
    {
        var inputs = new ColumnBuffer?[groups.Length][];
        for (int i = 0; i < groups.Length; i++)
        {
            ActiveRowGroup group = groups[i];
            GroupRecord record = await ReadAsync(barrier.Stage - 1, group.Index).ConfigureAwait(false);
            inputs[i] = Decode(group, record, () => columns.Values(record, barrier.Runner.Binding.Inputs));
        }

        return inputs;
    }

    internal bool HasBarrier(ColumnPlan barrier) => _restorable.Contains(KeyOf(CheckpointKind.BarrierDone, barrier));

    /// <summary>Keeps what a dataset barrier has computed. It is done only with the last word.</summary>
    internal async ValueTask SaveBarrierAsync(ColumnPlan barrier, IBatchResult result)
    {
        var writer = new ByteWriter();
        int piece = 0;
        foreach (ColumnBuffer values in result.Pieces())
        {
            writer.Clear();
            columns.WritePiece(writer, barrier, values);
            await store.AppendAsync(KeyOf(CheckpointKind.BarrierValues, barrier, piece++), writer.Written).ConfigureAwait(false);
        }

        writer.Clear();
        writer.Number(piece);
        await store.AppendAsync(KeyOf(CheckpointKind.BarrierDone, barrier), writer.Written).ConfigureAwait(false);
    }

    /// <summary>What a dataset barrier that is done had computed.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="groups">What it saw.</param>
    internal async ValueTask<IBatchResult> ReadBarrierAsync(ColumnPlan barrier, ActiveRowGroup[] groups)
    {
        CheckpointKey done = KeyOf(CheckpointKind.BarrierDone, barrier);
        long count = (await ReadNumbersAsync(done, 1, CancellationToken.None).ConfigureAwait(false))[0];
        var pieces = new List<ColumnBuffer>();
        for (long i = 0; i < count; i++)
            pieces.Add(await ReadAsync(KeyOf(CheckpointKind.BarrierValues, barrier, i), bytes => columns.ReadPiece(bytes, barrier), CancellationToken.None).ConfigureAwait(false));
        long rows = groups.Sum(group => ActiveRowGroup.Count(group.Seen(barrier, group.Survivors)));
        long values = pieces.Sum(piece => (long)piece.Count);
        if (values != rows)
            throw Undecodable(done.ToString(), new FormatException($"Barrier '{barrier.Name}' sees {rows} rows, and {values} values are there."));
        return ((BatchRunner)barrier.Runner).ResultOf(pieces);
    }

    /// <summary>The sources have ended. Said before the last row group can settle, which may have fewer rows than the others.</summary>
    internal async ValueTask SaveRowsAsync(long rows)
    {
        var writer = new ByteWriter();
        writer.Number(rows);
        await store.AppendAsync(RowsKey, writer.Written).ConfigureAwait(false);
    }

    /// <summary>Where a sink of the run stands.</summary>
    internal SinkStart StartOf(int sink) => _sinks.TryGetValue(sink, out SinkRecord? record) ? new SinkStart(_run, record.Next, record.Position) : new SinkStart(_run, 0, null);

    /// <summary>Notes that a sink has made durable what it was given.</summary>
    internal async ValueTask SaveSinkAsync(int sink, SinkRecord record)
    {
        var writer = new ByteWriter();
        writer.Number(record.Next);
        writer.Number(record.Position);
        await store.AppendAsync(new CheckpointKey(CheckpointKind.Sink, sink, 0), writer.Written).ConfigureAwait(false);
    }

    /// <summary>The table is finished.</summary>
    internal async ValueTask SaveEndAsync(EndRecord end)
    {
        if (End is not null)
            return;
        var writer = new ByteWriter();
        end.Write(writer);
        await store.AppendAsync(EndRecord.Key, writer.Written).ConfigureAwait(false);
        await _letters.EndRetryAsync().ConfigureAwait(false);
    }

    /// <summary>Puts the file of dropped rows into row order. Of a run that was finished before, nothing has changed.</summary>
    internal async ValueTask CloseLettersAsync()
    {
        if (End is null)
            await _letters.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until all is durable.</summary>
    internal ValueTask FlushAsync() => store.FlushAsync();

    internal ValueTask DisposeAsync() => store.DisposeAsync();

    /// <summary>Whether every row group is restored in the first stage, so that no source need be read.</summary>
    internal bool IsAllRestored(long? rows) =>
        End is not null || (rows is { } count && _restorable.Count(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 } && IsRestored(key.Index)) == (count + groupSize - 1) / groupSize);

    /// <summary>Whether anything is taken over from an earlier run.</summary>
    internal bool HasRestorable => _restorable.Count > 0;

    private static CheckpointKey RowsKey { get; } = new(CheckpointKind.Rows, 0, 0);

    private static CheckpointKey KeyOf(int stage, long group) => new(CheckpointKind.RowGroup, stage, group);

    /// <remarks>By its place in the manifest that is stored: that of the graph may be another one, since the order of declaration is no difference.</remarks>
    private CheckpointKey KeyOf(CheckpointKind kind, ColumnPlan barrier, long index = 0) => new(kind, Array.IndexOf(_columns, barrier.Name), index);

    private async ValueTask<long[]> ReadNumbersAsync(CheckpointKey key, int count, CancellationToken cancellationToken) => await ReadAsync(
        key,
        bytes =>
        {
            var reader = new ByteReader(bytes.Span);
            var numbers = new long[count];
            for (int i = 0; i < count; i++)
                numbers[i] = reader.Number();
            reader.End();
            return numbers;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>There are more rows than before: what depends on all rows is not true any more, nor is a last group that was not full.</summary>
    private async ValueTask ExtendAsync(Manifest known, Manifest manifest, CancellationToken cancellationToken)
    {
        long full = known.Rows!.Value / groupSize;
        End = null;
        if (plan.StageCount > 1 || known.Rows % groupSize != 0)
            await ForgetSinksAsync(cancellationToken).ConfigureAwait(false);
        await ForgetAsync(key => key is not { Kind: CheckpointKind.RowGroup or CheckpointKind.Dropped, Part: 0 } || key.Index >= full, cancellationToken).ConfigureAwait(false);

        // In this order: a crash in between leaves the old run with something to do again.
        await store.FlushAsync(cancellationToken).ConfigureAwait(false);
        ManifestColumn[] columns = [.. manifest.Columns.OrderBy(column => Array.IndexOf(_columns, column.Name))]; // what is kept of a barrier says only which place it has
        await store.SaveManifestAsync((manifest with { Run = known.Run, Columns = columns }).ToJson(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Rows that were given up are tried again in the earliest stage in which there are any. What follows from all rows of that stage is not true any more; rows that were given up in
    /// later stages run again with everything there.
    /// </summary>
    private async ValueTask RetryAsync(CancellationToken cancellationToken)
    {
        CheckpointKey[] told = [.. _restorable.Where(key => key.Kind == CheckpointKind.Dropped && _restorable.Contains(KeyOf(key.Part, key.Index)))];
        if (told.Length == 0)
            return;
        await _letters.BeginRetryAsync(cancellationToken).ConfigureAwait(false);
        await ForgetSinksAsync(cancellationToken).ConfigureAwait(false);
        int stage = told.Min(key => key.Part);
        End = null;
        await ForgetAsync(key => key.Kind is not (CheckpointKind.Rows or CheckpointKind.Retry) && StageOf(key) > stage, cancellationToken).ConfigureAwait(false);
        _retriedStage = stage;
        _retried.UnionWith(told.Where(key => key.Part == stage).Select(key => key.Index));
        if (!columns.CanReopen(stage))
            _restorable.RemoveWhere(key => key.Kind == CheckpointKind.RowGroup && IsRetried(key.Part, key.Index)); // what sees the whole group has to see it again
    }

    /// <summary>A run that tried dropped rows again was interrupted: takes those letters away whose rows are dropped no more.</summary>
    private async ValueTask EndRetryAsync(CancellationToken cancellationToken)
    {
        foreach (CheckpointKey key in _restorable.Where(key => key.Kind == CheckpointKind.Dropped && _restorable.Contains(KeyOf(key.Part, key.Index))).ToArray())
        {
            GroupRecord record = await ReadAsync(key.Part, key.Index).ConfigureAwait(false);
            if (!await _letters.ReconcileAsync(key, record, cancellationToken).ConfigureAwait(false))
                _restorable.Remove(key);
        }

        await store.AppendAsync(DeadLetters.RetryKey, default, cancellationToken).ConfigureAwait(false);
        _restorable.Remove(DeadLetters.RetryKey);
    }

    /// <summary>Rows that the sinks have are not true any more: they begin anew.</summary>
    private async ValueTask ForgetSinksAsync(CancellationToken cancellationToken)
    {
        foreach (int sink in _sinks.Keys)
            await store.AppendAsync(new CheckpointKey(CheckpointKind.Sink, sink, 0), default, cancellationToken).ConfigureAwait(false);
        _sinks.Clear();
    }

    /// <summary>Takes entries away, those that follow from others first: if that is interrupted, what is left is still true.</summary>
    private async ValueTask ForgetAsync(Predicate<CheckpointKey> isWrong, CancellationToken cancellationToken)
    {
        CheckpointKind[] order = [CheckpointKind.RowGroup, CheckpointKind.Dropped, CheckpointKind.BarrierDone, CheckpointKind.BarrierValues];
        IEnumerable<CheckpointKey> wrong = _restorable.Where(key => key.Kind != CheckpointKind.Sink && isWrong(key));
        foreach (CheckpointKey key in wrong.OrderByDescending(StageOf).ThenBy(key => Array.IndexOf(order, key.Kind)).ToArray())
        {
            _restorable.Remove(key);
            await store.AppendAsync(key, default, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The stage that an entry came about in; for the end of the run, that behind the last one.</summary>
    private int StageOf(CheckpointKey key) => key.Kind switch
    {
        CheckpointKind.RowGroup or CheckpointKind.Dropped => key.Part,
        CheckpointKind.BarrierDone or CheckpointKind.BarrierValues => Array.Find(plan.Columns, column => column.Name == _columns.ElementAtOrDefault(key.Part))?.Stage ?? plan.StageCount,
        _ => plan.StageCount,
    };

    private async ValueTask<T> ReadAsync<T>(CheckpointKey key, Func<ReadOnlyMemory<byte>, T> decode, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = await store.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (KeyNotFoundException exception)
        {
            throw Undecodable(key.ToString(), exception); // another entry says that it is there
        }

        try
        {
            return decode(bytes);
        }
        catch (Exception exception) when (exception is not CheckpointException)
        {
            throw Undecodable(key.ToString(), exception);
        }
    }

    private static T Decode<T>(ActiveRowGroup group, GroupRecord record, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception exception) when (exception is not CheckpointException)
        {
            throw Undecodable($"row group {group.Index} ({record.Rows} rows)", exception);
        }
    }

    private static CheckpointException Undecodable(string what, Exception exception) => new(
        $"What is stored of {what} cannot be read back: {exception.Message} The file is whole, so its content was written by another program or codec. Use that, or ResumeMode.Never to begin anew.",
        exception);
}

/// <summary>What a finished table was.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Survivors">Rows of its output.</param>
/// <param name="Dropped">Rows given up because a cell failed.</param>
/// <param name="Filtered">Rows that a filter removed.</param>
internal sealed record EndRecord(long Rows, long Survivors, long Dropped, long Filtered)
{
    internal static CheckpointKey Key { get; } = new(CheckpointKind.End, 0, 0);

    internal void Write(ByteWriter writer)
    {
        foreach (long number in (ReadOnlySpan<long>)[Rows, Survivors, Dropped, Filtered])
            writer.Number(number);
    }

    internal static EndRecord Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ByteReader(bytes.Span);
        var end = new EndRecord(reader.Number(), reader.Number(), reader.Number(), reader.Number());
        reader.End();
        return end;
    }
}
