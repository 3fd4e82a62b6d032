using ExecGraph.Checkpoints;

namespace ExecGraph.Execution;

/// <summary>What earlier runs have left in a store, and what of it the run that goes on takes over: settled when the store is opened, so that all who ask agree.</summary>
/// <remarks>Opened by one thread; then anybody may ask.</remarks>
internal sealed class KnownRun(ICheckpointStore store, RunEntries entries, DeadLetters letters, RunPlan plan, StoredColumns columns, int groupSize)
{
    private readonly Dictionary<int, SinkRecord> _sinks = [];
    private readonly HashSet<long> _retried = []; // row groups of which rows are tried again in one stage
    private HashSet<CheckpointKey> _restorable = [];
    private string[] _columns = []; // in the order of the manifest that is stored
    private int _retriedStage = -1;

    /// <summary>Names the run, through all its interruptions.</summary>
    internal Guid Run { get; private set; }

    /// <summary>What the finished table was; null if the stored run had not come to its end.</summary>
    internal EndRecord? End { get; private set; }

    /// <summary>Rows that the sources were found to have; null as long as they had not been read to their end.</summary>
    internal long? Rows { get; private set; }

    /// <summary>Rows that the sources had at least when the run was interrupted, where their end is not known: a row group that is not full is kept only behind that.</summary>
    internal long RowsBegun { get; private set; }

    /// <summary>Whether anything is taken over.</summary>
    internal bool HasRestorable => _restorable.Count > 0;

    /// <summary>Whether every row group is restored in the first stage, so that no source need be read.</summary>
    internal bool IsAllRestored(long? rows) =>
        End is not null || (rows is { } count && _restorable.Count(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 } && StateOf(0, key.Index) == StoredState.Settled) == (count + groupSize - 1) / groupSize);

    internal StoredState StateOf(int stage, long group) =>
        !_restorable.Contains(RunEntries.KeyOf(stage, group)) ? StoredState.Missing
        : IsRetried(stage, group) ? StoredState.Reopened
        : StoredState.Settled;

    /// <summary>Whether rows of a group are tried again in a stage, alone or with the whole group.</summary>
    internal bool IsRetried(int stage, long group) => stage == _retriedStage && _retried.Contains(group);

    internal bool HasBarrier(ColumnPlan barrier) => _restorable.Contains(KeyOf(CheckpointKind.BarrierDone, barrier));

    /// <remarks>By its place in the manifest that is stored: that of the graph may be another one, since the order of declaration is no difference.</remarks>
    internal CheckpointKey KeyOf(CheckpointKind kind, ColumnPlan barrier, long index = 0) => new(kind, Array.IndexOf(_columns, barrier.Name), index);

    /// <summary>Where a sink of the run stands.</summary>
    internal SinkStart StartOf(int sink) => _sinks.TryGetValue(sink, out SinkRecord? record) ? new SinkStart(Run, record.Next, record.Position) : new SinkStart(Run, 0, null);

    /// <summary>Opens the store, checks that what is in it is of this graph and can be continued, and takes away what is not true any more.</summary>
    /// <param name="manifest">Of this run, as if it were new.</param>
    /// <param name="resume">What to do with what is stored.</param>
    /// <param name="changedCode">What to do about code that was compiled anew.</param>
    /// <param name="readOnce">A column whose source cannot be read again; null if all can.</param>
    /// <param name="retryDropped">Whether rows that were dropped are to be tried again.</param>
    /// <param name="warn">Is told of columns with such code.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async ValueTask OpenAsync(Manifest manifest, ResumeMode resume, ChangedCode changedCode, string? readOnce, bool retryDropped, Action<string> warn, CancellationToken cancellationToken)
    {
        StoredRun stored = await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (resume == ResumeMode.Never && (stored.Manifest is not null || stored.Keys.Count > 0))
        {
            await store.ClearAsync(cancellationToken).ConfigureAwait(false);
            stored = new StoredRun(null, []);
        }

        (Run, _columns) = (manifest.Run, NamesOf(manifest));
        if (stored.Manifest is not { } json)
        {
            if (stored.Keys.Count > 0)
                throw new CheckpointException("The manifest of the stored run is gone, so nobody knows which graph the rest of it is of. Bring it back, or use ResumeMode.Never to begin anew.");
            if (resume == ResumeMode.Always)
                throw new CheckpointException("Nothing is stored that could be continued, and ResumeMode.Always asks for that. Check the directory, or use ResumeMode.IfPossible to begin.");
            await store.SaveManifestAsync(manifest.ToJson(), cancellationToken).ConfigureAwait(false);
            await letters.OpenAsync([], cancellationToken).ConfigureAwait(false);
            return;
        }

        Manifest known = Manifest.Parse(json);
        (Run, _columns) = (known.Run, NamesOf(known));
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
            long[] numbers = await entries.ReadNumbersAsync(key, 2, cancellationToken).ConfigureAwait(false);
            _sinks[key.Part] = new SinkRecord(numbers[0], numbers[1]);
        }

        if (_restorable.Contains(EndRecord.Key))
            End = await EndRecord.ReadAsync(entries, cancellationToken).ConfigureAwait(false);
        if (_restorable.Contains(DeadLetters.RetryKey))
            await EndRetryAsync(cancellationToken).ConfigureAwait(false);
        if (known.Rows < manifest.Rows)
            await ExtendAsync(known, manifest, cancellationToken).ConfigureAwait(false);
        else if (_restorable.Contains(RunEntries.RowsKey))
            Rows = (await entries.ReadNumbersAsync(RunEntries.RowsKey, 1, cancellationToken).ConfigureAwait(false))[0];
        long groups = _restorable.Where(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 }).Select(key => key.Index + 1).DefaultIfEmpty().Max();
        RowsBegun = End is not null || Rows is not null ? 0 : groups * groupSize;
        if (retryDropped)
            await RetryAsync(readOnce, cancellationToken).ConfigureAwait(false);
        if (End is null && readOnce is not null && HasRestorable)
            throw Unreadable("continued", readOnce);
        if (End is null)
            await letters.OpenAsync(_restorable, cancellationToken).ConfigureAwait(false);

        static string[] NamesOf(Manifest manifest) => [.. manifest.Columns.Select(column => column.Name)];
    }

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
        ManifestColumn[] inPlace = [.. manifest.Columns.OrderBy(column => Array.IndexOf(_columns, column.Name))]; // what is kept of a barrier says only which place it has
        await store.SaveManifestAsync((manifest with { Run = known.Run, Columns = inPlace }).ToJson(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Rows that were given up are tried again in the earliest stage in which there are any. What follows from all rows of that stage is not true any more; rows that were given up in
    /// later stages run again with everything there.
    /// </summary>
    private async ValueTask RetryAsync(string? readOnce, CancellationToken cancellationToken)
    {
        CheckpointKey[] told = [.. _restorable.Where(key => key.Kind == CheckpointKind.Dropped && _restorable.Contains(RunEntries.KeyOf(key.Part, key.Index)))];
        if (told.Length == 0)
            return;
        if (readOnce is not null)
            throw Unreadable("retried", readOnce); // before anything is forgotten
        await letters.BeginRetryAsync(cancellationToken).ConfigureAwait(false);
        await ForgetSinksAsync(cancellationToken).ConfigureAwait(false);
        int stage = told.Min(key => key.Part);
        End = null;
        await ForgetAsync(key => key.Kind is not (CheckpointKind.Rows or CheckpointKind.Retry) && StageOf(key) > stage, cancellationToken).ConfigureAwait(false);
        _retriedStage = stage;
        _retried.UnionWith(told.Where(key => key.Part == stage).Select(key => key.Index));
        if (!columns.CanReopen(stage))
            _restorable.RemoveWhere(key => key.Kind == CheckpointKind.RowGroup && IsRetried(key.Part, key.Index)); // what sees the whole group has to see it again
        await store.FlushAsync(cancellationToken).ConfigureAwait(false); // before the sinks begin anew
    }

    private static CheckpointException Unreadable(string what, string column) =>
        new($"The stored run cannot be {what}: column '{column}' reads a channel, and what it had read is gone. Use ResumeMode.Never to begin anew.");

    /// <summary>A run that tried dropped rows again was interrupted: takes those letters away whose rows are dropped no more.</summary>
    private async ValueTask EndRetryAsync(CancellationToken cancellationToken)
    {
        foreach (CheckpointKey key in _restorable.Where(key => key.Kind == CheckpointKind.Dropped && _restorable.Contains(RunEntries.KeyOf(key.Part, key.Index))).ToArray())
        {
            GroupRecord record = await entries.ReadAsync(key.Part, key.Index).ConfigureAwait(false);
            if (!await letters.ReconcileAsync(key, record, cancellationToken).ConfigureAwait(false))
                _restorable.Remove(key);
        }

        await entries.ForgetAsync(DeadLetters.RetryKey, cancellationToken).ConfigureAwait(false);
        _restorable.Remove(DeadLetters.RetryKey);
    }

    /// <summary>Rows that the sinks have are not true any more: they begin anew.</summary>
    private async ValueTask ForgetSinksAsync(CancellationToken cancellationToken)
    {
        foreach (int sink in _sinks.Keys)
            await entries.ForgetAsync(new CheckpointKey(CheckpointKind.Sink, sink, 0), cancellationToken).ConfigureAwait(false);
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
            await entries.ForgetAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The stage that an entry came about in; for the end of the run, that behind the last one.</summary>
    private int StageOf(CheckpointKey key) => key.Kind switch
    {
        CheckpointKind.RowGroup or CheckpointKind.Dropped => key.Part,
        CheckpointKind.BarrierDone or CheckpointKind.BarrierValues => Array.Find(plan.Columns, column => column.Name == _columns.ElementAtOrDefault(key.Part))?.Stage ?? plan.StageCount,
        _ => plan.StageCount,
    };
}
