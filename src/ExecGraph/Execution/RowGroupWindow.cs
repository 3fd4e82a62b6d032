using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// The life of row groups: admitted to a stage, parked until the next one, handed out. The only writer of that state. Bounds how
/// many groups are worked on, and how many finished ones wait to be read; opens a stage when every group has parked before it.
/// </summary>
/// <remarks>One lock around its state and one around admission, taken a few times for each group, never for a cell, and never while user code runs (I7).</remarks>
internal sealed class RowGroupWindow
{
    private readonly Lock _lock = new();
    private readonly Lock _admission = new(); // taken before the other
    private readonly Engine _engine;
    private readonly RunPlan _plan;
    private readonly RunOptions _options;
    private readonly int _groupSize;
    private readonly List<ActiveRowGroup> _parked = [];
    private readonly HashSet<ActiveRowGroup> _working = [];
    private readonly OutputQueue _output;
    private readonly StoredGroups? _store; // none where nothing is kept
    private readonly OutputHold? _hold; // none where nothing is woken: in virtual time
    private ActiveRowGroup[] _waiting = [];
    private long _rowCount;
    private long _next;
    private long _groupsAtMost; // the group count; the largest number while a source has not ended
    private long _parkedCount;
    private long _finished;
    private long _finishedRows;
    private long _demanded = -1;
    private int _active;
    private int _stage;
    private int _openBarriers;
    private bool _warned;
    private bool _isRestored;
    private bool _isHeldBack;
    private long _outputWaitBegun;
    private volatile bool _hasUnpublished;
    private long _version;
    private int _admissionAsked = 1;

    internal RowGroupWindow(Engine engine, RunPlan plan, RunOptions options, long? rowCount, int groupSize, StoredGroups? store)
    {
        _store = store;
        _engine = engine;
        _plan = plan;
        _options = options;
        _groupSize = groupSize;
        RowCount = rowCount;
        _groupsAtMost = GroupCount ?? long.MaxValue;
        IsOpenEnded = rowCount is null;
        _output = new OutputQueue(options.HandOutOrder(), options.Host.ContinuesInline);
        _hold = options.Host is PoolHost && _output.IsWanted ? new OutputHold(PublishByTimer) : null;
    }

    /// <summary>Rows of the table; null while a source has not ended. Set once, by a worker.</summary>
    internal long? RowCount
    {
        get => Volatile.Read(ref _rowCount) is var rows and >= 0 ? rows : null;
        private set => Volatile.Write(ref _rowCount, value ?? -1); // in one piece, since anybody may ask
    }

    /// <summary>Whether only the sources know which rows there are: then rows begin as they are read.</summary>
    internal bool IsOpenEnded { get; }

    internal OutputQueue Output => _output;

    internal int Active => Volatile.Read(ref _active);

    internal ActiveRowGroup[] ActiveGroups()
    {
        lock (_lock)
            return [.. _working.OrderBy(group => group.Index)];
    }

    internal long SurvivingRows { get; private set; }

    internal TimeSpan OutputWait { get; private set; }

    /// <summary>Whether every row group is finished.</summary>
    internal bool IsFinished
    {
        get
        {
            lock (_lock)
                return GroupCount is { } groups && _finished == groups;
        }
    }

    /// <summary>Whether no further group will be admitted in the present stage: what is left is the tail.</summary>
    internal bool AllAdmitted => Volatile.Read(ref _next) >= Volatile.Read(ref _groupsAtMost);

    /// <summary>Rises with every change of what <see cref="Standing"/> looks at.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>Whether a group could be admitted now, and if not, why.</summary>
    internal WindowStanding Standing()
    {
        lock (_lock)
        {
            return !HasRoom_NeedsLock() ? WindowStanding.Blocked
                : HoldsBack_NeedsLock() ? WindowStanding.HeldBack
                : WindowStanding.CanAdmit;
        }
    }

    /// <summary>What there is to know of a row group, and of all of them; nothing is changed.</summary>
    /// <param name="index">The row group; less than 0 for none in particular.</param>
    internal WindowView Look(long index)
    {
        lock (_lock)
        {
            bool isOpening = _openBarriers > 0;
            ActiveRowGroup? admitted = index < 0 ? null : _working.FirstOrDefault(group => group.Index == index);
            bool isWaiting = admitted is null && _stage > 0 && (isOpening || index >= _next); // for a stage that all groups have parked before
            bool isParked = isWaiting || (admitted is null && index >= 0 && index < _next && _stage < _plan.StageCount - 1);
            return new WindowView
            {
                Place = admitted is not null ? GroupPlace.Admitted : isParked ? GroupPlace.Parked : index < _next ? GroupPlace.Finished : GroupPlace.Ahead,
                Group = admitted ?? (!isParked ? null : isWaiting ? _waiting.ElementAtOrDefault((int)index) : _parked.Find(group => group.Index == index)),
                SettledStage = isWaiting ? _stage - 1 : _stage,
                Stage = _stage,
                IsOpening = isOpening,
                RowCount = RowCount,
                GroupCount = GroupCount,
                Next = isOpening ? 0 : _next,
                Demanded = _demanded,
                Admitted = _active,
                Parked = _parkedCount,
                Finished = _finished,
                IsWhole = _finishedRows == SurvivingRows,
                IsHeldBack = _output.IsWanted && _stage == _plan.StageCount - 1 && IsFull_NeedsLock(),
                Unread = _stage == _plan.StageCount - 1 ? Math.Max(0, _output.Outstanding - _active - _output.Early) : 0,
                Early = _output.Early,
            };
        }
    }

    /// <summary>Groups that have parked and wait to be admitted to the present stage, ascending.</summary>
    internal ActiveRowGroup[] WaitingGroups()
    {
        lock (_lock)
            return [.. _waiting.OfType<ActiveRowGroup>()];
    }

    private long? GroupCount => RowCount is { } rows ? rows / _groupSize + (rows % _groupSize > 0 ? 1 : 0) : null;

    /// <summary>Whether somebody other than a worker made room or asked for a group, and no worker has looked since.</summary>
    internal bool IsAdmissionAsked => Volatile.Read(ref _admissionAsked) != 0;

    /// <summary>Admits groups as long as there is room, and begins their cells, one group after the other.</summary>
    /// <remarks>Order-dependent columns and the sources take the groups in the order in which they hear of them, so no two workers admit at a time.</remarks>
    internal void Admit(Worker worker)
    {
        Interlocked.Exchange(ref _admissionAsked, 0); // before looking: who asks afterwards is heard by the next one
        ActiveRowGroup? stored;
        do
        {
            stored = null;
            lock (_admission)
            {
                while (stored is null && TryReserve(out ActiveRowGroup? group))
                {
                    if (_store is null || !_store.MustFetch(group, _stage))
                        Begin(group, worker);
                    else
                        stored = group;
                }
            }
        }
        while (stored is not null && _store!.TryFetch(stored, _stage, worker)); // outside the lock, since codecs may be the user's; no other group is admitted until it has come

        if (stored is null && _store is not null)
            CloseStageIfParked(worker);
    }

    /// <summary>Begins a group with what is stored of it, which may be all there is to do.</summary>
    internal void BeginFetched(ActiveRowGroup group, bool isSettled, Worker worker)
    {
        lock (_admission)
        {
            if (isSettled)
                Leave(group, group.Survivors);
            else
                Begin(group, worker);
        }
    }

    /// <summary>Whether the values of a group that is settled in this stage are needed in memory.</summary>
    internal bool IsHandedOut(int stage) => stage == _plan.StageCount - 1 && _output.IsWanted;

    /// <summary>A source has a row of this group.</summary>
    internal void Demand(long group)
    {
        lock (_lock)
            _demanded = Math.Max(_demanded, group);
        AskAdmission();
    }

    /// <summary>Has a worker look whether a group can be admitted.</summary>
    internal void AskAdmission() => Interlocked.Exchange(ref _admissionAsked, 1); // a full fence before the asker looks who is at work

    /// <summary>The sources ended.</summary>
    internal void EndRows(long rowCount)
    {
        lock (_lock)
        {
            RowCount = rowCount;
            Volatile.Write(ref _groupsAtMost, GroupCount ?? long.MaxValue);
        }
    }

    /// <summary>The group is settled in its stage, and folded into what the next stage's aggregates need.</summary>
    internal void Settle(ActiveRowGroup group, Worker worker)
    {
        group.Survivors = group.SurvivorsNow();
        if (_store is null)
            MoveOn(group, worker);
        else
            _store.Save(group, by => MoveOn(group, by), worker);
    }

    private void MoveOn(ActiveRowGroup group, Worker worker)
    {
        Leave(group, group.Survivors);
        CloseStageIfParked(worker);
        Admit(worker);
    }

    /// <summary>The group leaves its stage: to the reader, or to wait for the next stage.</summary>
    private void Leave(ActiveRowGroup group, ulong[] survivors)
    {
        if (group.Stage == _plan.StageCount - 1)
            HandOut(group, survivors);
        else
            Park(group);
    }

    private void Park(ActiveRowGroup group)
    {
        // What is stored need not be in memory, too.
        var kept = new ColumnBuffer?[group.Buffers.Length];
        for (int slot = 0; slot < kept.Length && _store is null; slot++)
            kept[slot] = _plan.IsKeptAfter(slot, group.Stage) ? group.Buffers[slot] : null;
        group.Bitmaps = null;
        group.Buffers = kept;
        foreach (ColumnPlan column in _plan.Columns)
        {
            if (column.IsBarrier && column.Stage <= group.Stage)
                group.BarrierValues[column.Ordinal] = null; // its cells have their values
        }

        if (_store is not null)
            group.Shed(column => _plan.Columns[column] is { IsDatasetBarrier: true } barrier && barrier.Stage == group.Stage + 1);
        lock (_lock)
        {
            _active--;
            _version++;
            _working.Remove(group);
            _parkedCount++;
            _parked.Add(group);
        }
    }

    /// <summary>The stored run had come to its end: all that is left to do is to hand its rows out, if somebody wants them.</summary>
    internal void RestoreEnd(EndRecord end)
    {
        EndRows(end.Rows);
        lock (_lock)
        {
            _isRestored = true;
            _stage = _plan.StageCount - 1;
            if (_output.IsWanted)
                return;
            Volatile.Write(ref _next, GroupCount!.Value);
            _finished = _next;
            SurvivingRows = end.Survivors;
        }
    }

    /// <summary>Begins the next stage's barriers once every group has parked. Also called when the number of groups becomes known.</summary>
    internal void CloseStageIfParked(Worker worker)
    {
        ActiveRowGroup[] groups;
        lock (_lock)
        {
            if (_stage == _plan.StageCount - 1 || _openBarriers > 0 || GroupCount is not { } count || count == 0 || _parkedCount < count)
                return;
            _parked.Sort((a, b) => a.Index.CompareTo(b.Index));
            groups = [.. _parked];
            _parked.Clear();
            _parkedCount = 0;
            _waiting = groups;
            _stage++;
            _openBarriers = _plan.BarriersOf(_stage).Count();
        }

        foreach (ColumnPlan barrier in _plan.BarriersOf(_stage))
            barrier.CallQueue.Add(new WorkItem(WorkKind.BarrierCall, barrier, Group: null, 0, 0));
    }

    /// <summary>The groups that a dataset barrier of the opening stage sees, ascending.</summary>
    internal ActiveRowGroup[] BarrierGroups => _waiting;

    /// <summary>A dataset barrier of the opening stage has its values.</summary>
    internal void BarrierDone(Worker worker)
    {
        lock (_lock)
        {
            if (--_openBarriers > 0)
                return;
            Volatile.Write(ref _next, 0);
        }

        Admit(worker);
    }

    /// <summary>Whether finished groups are kept from the reader for now.</summary>
    internal bool HasUnpublished => _hasUnpublished;

    /// <summary>Whether they are many, or have been kept for long.</summary>
    internal bool ShouldPublish()
    {
        lock (_lock)
            return _output.Held >= Slack || _hold is null || _hold.IsOver;
    }

    /// <summary>Gives the reader the finished groups. Each worker does so before it leaves or turns to anything slow.</summary>
    internal void Publish()
    {
        lock (_lock)
        {
            _hasUnpublished = false;
            _output.Publish();
            _hold?.Published();
        }
    }

    /// <summary>The reader is done with a group.</summary>
    /// <returns>Whether the run was held back for this: then somebody has to look whether a group can be admitted.</returns>
    internal bool GroupRead()
    {
        lock (_lock)
        {
            _version++;
            _output.Read();
            if (!_isHeldBack || IsFull_NeedsLock())
                return false;
            GoOn_NeedsLock();
            return true;
        }
    }

    /// <summary>The run was stopped gently, and nothing is under way any more: what is complete in groups that are not is kept, too.</summary>
    internal void HandOutCompleteRows()
    {
        if (_stage != _plan.StageCount - 1)
            return;
        int[] columns = _plan.Stages[_stage].Plan.Columns;
        foreach (ActiveRowGroup group in ActiveGroups())
        {
            ulong[] complete = group.CopySurvivors();
            for (int word = 0; word < complete.Length; word++)
            {
                foreach (int column in columns)
                    complete[word] &= group.Bitmaps!.SettledAtRest(word, column);
            }

            HandOut(group, complete);
        }
    }

    /// <param name="error">What the reader is told.</param>
    /// <param name="skipsGaps">Whether groups are handed out that stand behind one which is not finished.</param>
    internal void End(Exception? error, bool skipsGaps)
    {
        lock (_lock)
            _output.End(error, skipsGaps);
        _hold?.Dispose();
    }

    /// <summary>Whether this is the first time that the run waits for a reader that never came.</summary>
    internal bool ShouldWarn()
    {
        lock (_lock)
        {
            bool first = !_warned;
            _warned = true;
            return first;
        }
    }

    private void PublishByTimer()
    {
        lock (_lock)
            _hold!.TimerFired();
        Publish();
    }

    private bool TryReserve([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ActiveRowGroup? group)
    {
        group = null;
        lock (_lock)
        {
            if (_engine.IsStopping || _store is { IsFetching: true } || !HasRoom_NeedsLock() || HoldsBack_NeedsLock())
                return false;
            long index = _next;
            if (_stage == 0 || _isRestored)
            {
                long first = index * _groupSize;
                int rows = (int)Math.Min(_groupSize, (RowCount ?? long.MaxValue) - first);
                group = new ActiveRowGroup(
                    index, first, rows, _plan.Layout.Count, _plan.HasBarriers ? _plan.Columns.Length : 0, _plan.HasSkips ? _plan.Columns.Length : 0);
            }
            else
            {
                group = _waiting[index];
                _waiting[index] = null!;
            }

            Volatile.Write(ref _next, index + 1);
            _version++;
            _active++;
            _working.Add(group);
            if (_stage == _plan.StageCount - 1)
                _output.Expect();
            return true;
        }
    }

    private bool HasRoom_NeedsLock() => _openBarriers == 0 && HasNext_NeedsLock() && _active < _options.MaxActiveRowGroups;

    private bool HasNext_NeedsLock() =>
        _stage > 0 && !_isRestored ? _next < _waiting.Length : _next < (GroupCount ?? _demanded + 1);

    /// <summary>Groups that may be read before the run goes on, or kept before the reader is woken: half of what may wait for it.</summary>
    private int Slack => Math.Max(1, _options.MaxBufferedRowGroups / 2);

    /// <summary>Whether the run has to wait for the reader. Who is told so is woken when some groups have been read, and not at the first one.</summary>
    private bool HoldsBack_NeedsLock()
    {
        if (!_output.IsWanted || _stage != _plan.StageCount - 1)
            return false;
        if (_isHeldBack != IsFull_NeedsLock())
        {
            if (_isHeldBack)
            {
                GoOn_NeedsLock();
            }
            else
            {
                _isHeldBack = true;
                _outputWaitBegun = _options.TimeProvider.GetTimestamp();
            }
        }

        return _isHeldBack;
    }

    private bool IsFull_NeedsLock()
    {
        int limit = _options.MaxActiveRowGroups + _options.MaxBufferedRowGroups;
        return _output.Outstanding > (_isHeldBack ? limit - Slack : limit - 1);
    }

    private void GoOn_NeedsLock()
    {
        _isHeldBack = false;
        OutputWait += _options.TimeProvider.GetElapsedTime(_outputWaitBegun);
    }

    private void Begin(ActiveRowGroup group, Worker worker)
    {
        Frontier<HardwareMemory> frontier = _plan.Stages[_stage];
        group.Stage = _stage;
        if (_stage > 0)
            group.Buffers = (ColumnBuffer?[])group.Buffers.Clone();
        ulong[] dropped = group.Survivors.Length == 0 ? [] : Array.ConvertAll(group.Survivors, survivors => ~survivors);
        group.Bitmaps = new RowGroupBitmaps(frontier.Plan, group.Index, group.Rows, dropped);
        group.Survivors = group.Begun = group.CopyTracked();
        if (group.Bitmaps.IsEmpty || frontier.Plan.Columns.Length == 0)
        {
            worker.Settled(group);
            _engine.GroupBegun(group);
            return;
        }

        foreach (int column in frontier.Plan.Columns)
            _plan.Columns[column].Queue.Expect(group);
        BeginCells(group, frontier, worker);
        _engine.GroupBegun(group);
    }

    private void BeginCells(ActiveRowGroup group, Frontier<HardwareMemory> frontier, Worker worker)
    {
        foreach (int ordinal in frontier.Plan.Columns)
        {
            ColumnPlan column = _plan.Columns[ordinal];
            if (column.IsDatasetBarrier)
                column.Queue.AddRows(group, group.Begun);
            else if (column.IsBarrier && column.IsStart && frontier.Plan.Countdowns.Any(countdown => countdown.Barrier == ordinal && countdown.ColumnCount == 0))
                worker.BarrierReady(ordinal, group);
            else if (column.IsStart && !column.IsBarrier && !column.IsInput && !IsOpenEnded)
                column.Queue.AddRows(group, group.Begun);
        }
    }

    private void HandOut(ActiveRowGroup group, ulong[] survivors)
    {
        var outputs = new ColumnBuffer?[group.Buffers.Length];
        for (int slot = 0; slot < outputs.Length; slot++)
            outputs[slot] = _plan.IsOutput(slot) ? group.Buffers[slot] : null;
        int count = RowBits.Count(survivors);
        RowGroup? finished = count == 0 ? null
            : new RowGroup(
                _plan.Layout, outputs, group.Index, group.FirstRow, group.Rows, count == group.Rows ? null : RowBits.Offsets(survivors), SkippedBySlot(group));
        group.Bitmaps = null;
        group.Buffers = [];
        lock (_lock)
        {
            _active--;
            _version++;
            _working.Remove(group);
            _finished++;
            _finishedRows += group.Rows;
            SurvivingRows += count;
            _output.Add(group.Index, finished);
            _hasUnpublished = _output.Held > 0;
            if (_hasUnpublished)
                _hold?.Begin();
        }
    }

    /// <summary>The skipped cells as rows are asked for them: every output of a skipped call was skipped.</summary>
    private ulong[]?[]? SkippedBySlot(ActiveRowGroup group)
    {
        ulong[]?[]? skipped = null;
        foreach (ColumnPlan column in _plan.Columns)
        {
            if (column.Skips is null || group.SkippedOf(column.Ordinal) is not { } cells)
                continue;
            skipped ??= new ulong[]?[_plan.Layout.Count];
            foreach (int slot in column.Runner.Binding.Outputs)
                skipped[slot] = cells;
        }

        return skipped;
    }
}

/// <summary>Whether a row group can be admitted.</summary>
internal enum WindowStanding
{
    CanAdmit,

    /// <summary>The finished groups that nobody has read yet are as many as are allowed.</summary>
    HeldBack,

    /// <summary>As many groups are being worked on as are allowed, or there is no further one in this stage.</summary>
    Blocked,
}
