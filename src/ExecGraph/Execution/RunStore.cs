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
internal sealed class RunStore(ICheckpointStore store, RunPlan plan, StoredColumns columns, int groupSize)
{
    private readonly ConcurrentQueue<ByteWriter> _writers = new();
    private HashSet<CheckpointKey> _restorable = [];
    private readonly Dictionary<int, SinkRecord> _sinks = [];
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

    /// <summary>Row groups that are restored in the first stage, so that their rows need not be read from a source.</summary>
    internal bool IsRestored(long group) => End is not null || Has(stage: 0, group);

    internal bool Has(int stage, long group) => _restorable.Contains(new CheckpointKey(CheckpointKind.RowGroup, stage, group));

    /// <summary>Opens the store, and checks that what is in it is of this graph and can be continued.</summary>
    /// <param name="manifest">Of this run, as if it were new.</param>
    /// <param name="resume">What to do with what is stored.</param>
    /// <param name="changedCode">What to do about code that was compiled anew.</param>
    /// <param name="warn">Is told of columns with such code.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async ValueTask OpenAsync(Manifest manifest, ResumeMode resume, ChangedCode changedCode, Action<string> warn, CancellationToken cancellationToken)
    {
        StoredRun stored = await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (resume == ResumeMode.Never && (stored.Manifest is not null || stored.Keys.Count > 0))
        {
            await store.ClearAsync(cancellationToken).ConfigureAwait(false);
            stored = new StoredRun(null, []);
        }

        _run = manifest.Run;
        if (stored.Manifest is not { } json)
        {
            if (resume == ResumeMode.Always)
                throw new CheckpointException("Nothing is stored that could be continued, and ResumeMode.Always asks for that. Check the directory, or use ResumeMode.IfPossible to begin.");
            await store.SaveManifestAsync(manifest.ToJson(), cancellationToken).ConfigureAwait(false);
            return;
        }

        Manifest known = Manifest.Parse(json);
        _run = known.Run;
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
            _sinks[key.Part] = await ReadAsync(
                key,
                static bytes =>
                {
                    var reader = new ByteReader(bytes.Span);
                    return new SinkRecord(reader.Number(), reader.Number());
                },
                cancellationToken).ConfigureAwait(false);
        }

        if (_restorable.Contains(EndRecord.Key))
            End = await ReadAsync(EndRecord.Key, EndRecord.Read, cancellationToken).ConfigureAwait(false);
        (_restoredRows, _restoredDrops, _restoredFiltered) = End is { } end ? (end.Survivors, end.Dropped, end.Filtered) : default;
        if (known.Rows < manifest.Rows)
            await ExtendAsync(known, manifest, cancellationToken).ConfigureAwait(false);
        else if (_restorable.Contains(RowsKey))
            Rows = await ReadAsync(RowsKey, static bytes => new ByteReader(bytes.Span).Number(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a group that is settled in its stage.</summary>
    internal async ValueTask SaveAsync(ActiveRowGroup group, ulong[] survivors)
    {
        ByteWriter writer = _writers.TryDequeue(out ByteWriter? spare) ? spare : new ByteWriter();
        columns.Write(writer, group, survivors.AsSpan(0, (group.Rows + 63) / 64));
        await store.AppendAsync(KeyOf(group.Stage, group.Index), writer.Written).ConfigureAwait(false);
        _writers.Enqueue(writer);
    }

    /// <summary>What is stored of a group in a stage.</summary>
    internal ValueTask<GroupRecord> ReadAsync(int stage, long group) =>
        ReadAsync(KeyOf(stage, group), bytes => GroupRecord.Read(bytes, groupSize), CancellationToken.None);

    /// <summary>Puts what a record says into a group, but for the values.</summary>
    internal void Restore(ActiveRowGroup group, GroupRecord record)
    {
        // In a later stage the group may have been counted already, as it was in an earlier one.
        (long drops, long filtered) = group.Stage == 0 || End is not null ? default : Given(group.Rows, group.Survivors, group.DropsOf(group.Survivors).Count);
        Decode(group, record, () => columns.Restore(group, record));
        if (End is not null)
            return;
        (long allDrops, long allFiltered) = Given(record.Rows, record.Survivors, record.Drops.Length);
        Interlocked.Add(ref _restoredDrops, allDrops - drops);
        Interlocked.Add(ref _restoredFiltered, allFiltered - filtered);
        if (group.Stage == plan.StageCount - 1)
            Interlocked.Add(ref _restoredRows, ActiveRowGroup.Count(record.Survivors));

        static (long Drops, long Filtered) Given(int rows, ulong[] survivors, int drops) => (drops, rows - ActiveRowGroup.Count(survivors) - drops);
    }

    /// <summary>The values that a record has.</summary>
    internal ColumnBuffer?[] Values(ActiveRowGroup group, GroupRecord record) => Decode(group, record, () => columns.Values(record));

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

    internal bool HasBarrier(ColumnPlan barrier) => _restorable.Contains(new CheckpointKey(CheckpointKind.BarrierDone, barrier.Ordinal, 0));

    /// <summary>Keeps what a dataset barrier has computed. It is done only with the last word.</summary>
    internal async ValueTask SaveBarrierAsync(ColumnPlan barrier, IBatchResult result)
    {
        var writer = new ByteWriter();
        int piece = 0;
        foreach (ColumnBuffer values in result.Pieces())
        {
            writer.Clear();
            columns.WritePiece(writer, barrier, values);
            await store.AppendAsync(new CheckpointKey(CheckpointKind.BarrierValues, barrier.Ordinal, piece++), writer.Written).ConfigureAwait(false);
        }

        writer.Clear();
        writer.Number(piece);
        await store.AppendAsync(new CheckpointKey(CheckpointKind.BarrierDone, barrier.Ordinal, 0), writer.Written).ConfigureAwait(false);
    }

    /// <summary>What a dataset barrier that is done had computed.</summary>
    internal async ValueTask<IBatchResult> ReadBarrierAsync(ColumnPlan barrier)
    {
        long count = await ReadAsync(
            new CheckpointKey(CheckpointKind.BarrierDone, barrier.Ordinal, 0), static bytes => new ByteReader(bytes.Span).Number(), CancellationToken.None).ConfigureAwait(false);
        var pieces = new List<ColumnBuffer>();
        for (long i = 0; i < count; i++)
            pieces.Add(await ReadAsync(new CheckpointKey(CheckpointKind.BarrierValues, barrier.Ordinal, i), bytes => columns.ReadPiece(bytes, barrier), CancellationToken.None).ConfigureAwait(false));
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
    }

    /// <summary>Waits until all is durable.</summary>
    internal ValueTask FlushAsync() => store.FlushAsync();

    internal ValueTask DisposeAsync() => store.DisposeAsync();

    /// <summary>Whether every row group is restored in the first stage, so that no source need be read.</summary>
    internal bool IsAllRestored(long? rows) =>
        End is not null || (rows is { } count && _restorable.Count(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 }) == (count + groupSize - 1) / groupSize);

    /// <summary>Whether anything is taken over from an earlier run.</summary>
    internal bool HasRestorable => _restorable.Count > 0;

    private static CheckpointKey RowsKey { get; } = new(CheckpointKind.Rows, 0, 0);

    private static CheckpointKey KeyOf(int stage, long group) => new(CheckpointKind.RowGroup, stage, group);

    /// <summary>There are more rows than before: what depends on all rows is not true any more, nor is a last group that was not full.</summary>
    private async ValueTask ExtendAsync(Manifest known, Manifest manifest, CancellationToken cancellationToken)
    {
        long full = known.Rows!.Value / groupSize;
        End = null;
        _restoredRows = _restoredDrops = _restoredFiltered = 0;
        await ForgetAsync(key => key is not { Kind: CheckpointKind.RowGroup, Part: 0 } || key.Index >= full, cancellationToken).ConfigureAwait(false);
        if (plan.StageCount > 1 || known.Rows % groupSize != 0)
            await ForgetSinksAsync(cancellationToken).ConfigureAwait(false);

        // In this order: a crash in between leaves the old run with something to do again.
        await store.FlushAsync(cancellationToken).ConfigureAwait(false);
        await store.SaveManifestAsync((manifest with { Run = known.Run }).ToJson(), cancellationToken).ConfigureAwait(false);
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
        CheckpointKind[] order = [CheckpointKind.End, CheckpointKind.BarrierDone, CheckpointKind.BarrierValues, CheckpointKind.RowGroup];
        foreach (CheckpointKey key in _restorable.Where(key => key.Kind != CheckpointKind.Sink && isWrong(key)).OrderBy(key => Array.IndexOf(order, key.Kind)).ThenByDescending(key => key.Part).ToArray())
        {
            _restorable.Remove(key);
            await store.AppendAsync(key, default, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<T> ReadAsync<T>(CheckpointKey key, Func<ReadOnlyMemory<byte>, T> decode, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = await store.ReadAsync(key, cancellationToken).ConfigureAwait(false);
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
