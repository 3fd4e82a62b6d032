using System.Collections.Immutable;
using System.Numerics;
using ExecGraph.Graph;

namespace ExecGraph.Tracking;

/// <summary>
/// The tracker by ordinals: a frontier over a whole table, whose groups come into being when they are first touched and are let
/// go when they are settled.
/// </summary>
internal sealed class TrackerCore<TMemory>
    where TMemory : struct, IMemory
{
    private const long Unknown = -1; // as a number without a sign, more than any count

    private readonly GraphTopology _topology;
    private readonly FrontierPlan _plan;
    private readonly Frontier<TMemory> _frontier;
    private readonly GroupDirectory<TMemory> _groups;
    private readonly long _restoredGroups;
    private readonly long _lastGroup;
    private readonly int _wordsOfGroup;
    private readonly int _rowGroupSize;
    private readonly int _columnCount;
    private ImmutableDictionary<long, FinishedDrops>? _drops = ImmutableDictionary<long, FinishedDrops>.Empty;
    private long _rowCount;

    /// <param name="topology">The graph.</param>
    /// <param name="rowGroupSize">Rows of a group.</param>
    /// <param name="rowCount">Rows of the table; null until <see cref="EndRows"/>.</param>
    /// <param name="restoredRows">Rows that count as complete from the start, as far as a prefix of rows can be.</param>
    internal TrackerCore(GraphTopology topology, int rowGroupSize, long? rowCount, long restoredRows = 0)
    {
        _topology = topology;
        _plan = FrontierPlan.ForTracker(topology, rowGroupSize);
        _frontier = new Frontier<TMemory>(_plan);
        _rowCount = rowCount ?? Unknown;
        _lastGroup = long.MaxValue / rowGroupSize;
        _wordsOfGroup = (rowGroupSize + 63) / 64;
        _rowGroupSize = rowGroupSize;
        _columnCount = topology.ColumnCount;
        bool all = restoredRows == rowCount;
        _groups = new GroupDirectory<TMemory>(finished: all);
        _restoredGroups = restoredRows / rowGroupSize;
        var sink = default(TrackerSink);
        foreach (int barrier in _plan.DatasetBarriers)
        {
            if (all)
                _frontier.CompleteDatasetBarrier(barrier);
            else if (GroupsToExpect(barrier, rowCount) is var groups and not 0)
                _frontier.ExpectGroups(barrier, groups, ref sink);
        }

        if (!all && restoredRows % rowGroupSize is var rest and > 0)
            RestorePartialGroup((int)rest);
    }

    internal FrontierPlan Plan => _plan;

    internal GraphTopology Topology => _topology;

    internal int RowGroupSize => _rowGroupSize;

    /// <summary>Rows of the table; null while the end is not known.</summary>
    internal long? RowCount => TMemory.Read(ref _rowCount) is var rows and not Unknown ? rows : null;

    internal long? RowGroupCount => RowCount is { } rows ? GroupCount(rows) : null;

    /// <summary>Whether there is the column, and the table, as far as its end is known, reaches into the word. Without a division: it is asked for every call.</summary>
    internal bool Has(int column, long group, int word) =>
        (uint)column < (uint)_columnCount && (uint)word < (uint)_wordsOfGroup && (ulong)group <= (ulong)_lastGroup
        && (ulong)(group * _rowGroupSize) + (ulong)(word * 64L) < RowsAtMost;

    internal ulong Complete(int column, long group, int word, ulong cells, ReadyBatch? ready)
    {
        var sink = new TrackerSink(this, ready);
        if (Touch(group, ref sink) is not { } bitmaps)
            return 0;
        return _frontier.Complete(bitmaps, column, word, cells & RowsOf(group, word), ref sink);
    }

    internal ulong Drop(long group, int word, ulong rows, ReadyBatch? ready)
    {
        rows &= RowsOf(group, word);
        var sink = new TrackerSink(this, ready);
        if (Touch(group, ref sink) is not { } bitmaps)
            return DropLate(group, word, rows);
        ulong newly = _frontier.Drop(bitmaps, word, rows, ref sink);

        // Scenario "drop against finish": either the finisher's copy, which follows its freeze, has our bits, or we see the freeze.
        if (TMemory.Read(ref bitmaps.Frozen) == 0)
            return newly;

        // Behind the freeze there are two ways to drop a row, here and from where the group is gone. The copy, of which there is one,
        // says which of our bits came in time; the record that everybody adds to decides about the others.
        ulong copied = PublishDrops(bitmaps)[word];
        return newly & copied | DropLate(group, word, rows & ~copied);
    }

    internal bool CompleteBarrier(int column, long? group, ReadyBatch? ready)
    {
        var sink = new TrackerSink(this, ready);
        if (group is { } index)
            return Touch(index, ref sink) is { } bitmaps && _frontier.CompleteGroupBarrier(bitmaps, column, ref sink);

        // Refused before anything is changed: the cells could not be reported by anyone later.
        if (ready is not null && RowCount is null)
        {
            throw new InvalidOperationException(
                $"Barrier '{_topology.Columns[column].Name}' spans the dataset, and its row count is not known yet: call EndRows first.");
        }

        if (!_frontier.CompleteDatasetBarrier(column))
            return false;
        if (ready is not null)
            ReportAllCells(column, ready, ref sink);
        return true;
    }

    /// <summary>Fixes the row count of an open-ended table.</summary>
    /// <returns>The row count now in force: another one if another call was first.</returns>
    internal long EndRows(long rowCount, ReadyBatch? ready)
    {
        if (TMemory.CompareExchange(ref _rowCount, rowCount, Unknown) is var before and not Unknown)
            return before;
        var sink = new TrackerSink(this, ready);
        if (rowCount % RowGroupSize is var rest and > 0 && _groups.Find(rowCount / RowGroupSize) is RowGroupBitmaps last)
            _frontier.CutOff(last, (int)rest, ref sink);
        foreach (int barrier in _plan.DatasetBarriers)
        {
            if (_topology.Producers(barrier).Length > 0)
                _frontier.ExpectGroups(barrier, GroupCount(rowCount), ref sink);
        }

        return rowCount;
    }

    internal bool IsDropped(long row)
    {
        long group = row / RowGroupSize;
        int offset = (int)(row % RowGroupSize);
        if (_groups.Find(group) is RowGroupBitmaps bitmaps)
        {
            bool isDropped = (TMemory.Read(ref bitmaps.Bits[offset / 64 * _plan.Stride + _plan.DroppedSlot]) >> offset & 1) != 0;
            if (TMemory.Read(ref bitmaps.Frozen) == 0)
                return isDropped;

            // A bit that came after the copy counts when it is recorded: asked here, it must not be told before.
            PublishDrops(bitmaps);
        }

        return TMemory.Read(ref _drops)!.TryGetValue(group, out FinishedDrops? drops) && drops.IsDropped(offset);
    }

    internal bool IsComplete(int column, long row)
    {
        long group = row / RowGroupSize;
        int offset = (int)(row % RowGroupSize);
        return (CompletedCells(_groups.Find(group), column, group, offset / 64) >> offset & 1) != 0;
    }

    internal bool IsBarrierDone(int column, long? group)
    {
        if (group is not { } index)
            return _frontier.IsDatasetBarrierDone(column);
        return _groups.Find(index) switch
        {
            RowGroupBitmaps bitmaps => _frontier.IsGroupBarrierDone(bitmaps, column),
            null => IsRestored(column, index),
            _ => true,
        };
    }

    /// <summary>What stands for a group and, for an untouched or finished one, how many groups from here on are alike.</summary>
    internal object? Probe(long group, out long run)
    {
        object? place = _groups.Probe(group, out run);
        if (place is null && group < _restoredGroups)
            run = Math.Min(run, _restoredGroups - group);
        if (RowGroupCount is { } count)
            run = Math.Min(run, count - group);
        return place;
    }

    /// <summary>The cells of a word that dependents and barriers count as settled; rows beyond the end count too.</summary>
    internal ulong SettledCells(object? place, int column, long group, int word) => place switch
    {
        RowGroupBitmaps bitmaps => TMemory.Read(ref bitmaps.Bits[word * _plan.Stride + _plan.Slots[column]]),
        null => IsRestored(column, group) ? ulong.MaxValue : 0,
        _ => ulong.MaxValue,
    };

    /// <summary>The cells of a word, within the table, that were completed, and not only settled by a drop.</summary>
    internal ulong CompletedCells(object? place, int column, long group, int word)
    {
        ulong cells = SettledCells(place, column, group, word) & RowsOf(group, word);
        if (place is RowGroupBitmaps bitmaps)
        {
            // Read after the settled bits: a drop records what it finds open before it sets them.
            return TMemory.Read(ref bitmaps.Undone) is { } undone ? cells & ~TMemory.Read(ref undone[word * _plan.Columns.Length + _plan.Slots[column]]) : cells;
        }

        if (place is null || !TMemory.Read(ref _drops)!.TryGetValue(group, out FinishedDrops? drops))
            return cells;
        for (ulong rest = cells; rest != 0; rest &= rest - 1)
        {
            int bit = BitOperations.TrailingZeroCount(rest);
            if (drops.IsUndone(word * 64 + bit, column))
                cells &= ~(1UL << bit);
        }

        return cells;
    }

    internal static ulong DroppedRows(object? place, int word) => place is RowGroupBitmaps bitmaps ? ~bitmaps.Survivors(word) : 0;

    internal long CompletedCount(int column)
    {
        long count = 0;
        for (long group = 0; group < (RowGroupCount ?? long.MaxValue);)
        {
            object? place = Probe(group, out long run);
            if (place is RowGroupBitmaps)
            {
                for (int word = 0; word < WordsOf(group); word++)
                    count += BitOperations.PopCount(CompletedCells(place, column, group, word));
            }
            else if (place is not null || IsRestored(column, group))
            {
                count += Math.Min((group + run) * RowGroupSize, RowCount ?? long.MaxValue) - group * RowGroupSize;
            }

            group += run;
        }

        foreach ((long group, FinishedDrops drops) in TMemory.Read(ref _drops)!)
        {
            if (_groups.Find(group) is not RowGroupBitmaps)
                count -= drops.CountUndone(column);
        }

        return count;
    }

    internal int WordsOf(long group) => (RowsOf(group) + 63) / 64;

    /// <summary>The rows of a word that are in the table.</summary>
    internal ulong RowsOf(long group, int word) => FinishedDrops.RowsOf(word, RowsOf(group));

    private int RowsOf(long group)
    {
        ulong first = (ulong)(group * _rowGroupSize);
        ulong rows = RowsAtMost;
        return rows <= first ? 0 : (int)Math.Min(rows - first, (ulong)_rowGroupSize);
    }

    /// <summary>The rows of the table; as many as there can be while the end is not known.</summary>
    private ulong RowsAtMost => Math.Min((ulong)TMemory.Read(ref _rowCount), long.MaxValue);

    private long GroupCount(long rows) => rows / RowGroupSize + (rows % RowGroupSize > 0 ? 1 : 0);

    /// <summary>The tracking state of a group, made on first touch; null once the group is settled.</summary>
    private RowGroupBitmaps? Touch(long group, ref TrackerSink sink)
    {
        object? place = _groups.Find(group);
        if (place is RowGroupBitmaps known)
            return known;
        if (place is not null || (group < _restoredGroups && _topology.StageCount == 1))
            return null;
        bool endKnown = RowCount is not null;
        var created = new RowGroupBitmaps(_plan, group, RowsOf(group));
        if (group < _restoredGroups)
            Prefill(created);
        if (_groups.Publish(created) is not RowGroupBitmaps published)
            return null;

        // Scenario "end of rows": the end is set before the group is looked for, and the group is in place before the end is read.
        if (!endKnown && RowCount is not null && RowsOf(group) < RowGroupSize)
            _frontier.CutOff(published, RowsOf(group), ref sink);

        return published;
    }

    private void ReportAllCells(int column, ReadyBatch ready, ref TrackerSink sink)
    {
        for (long group = 0; group < RowGroupCount;)
        {
            object? place = Probe(group, out long run);
            if (place is RowGroupBitmaps bitmaps)
                _frontier.ReportBarrierCells(bitmaps, column, ref sink);
            else if (place is null)
                ready.AddRange(column, group * RowGroupSize, Math.Min((group + run) * RowGroupSize, RowCount!.Value) - group * RowGroupSize);
            group += run;
        }
    }

    private void Finish(RowGroupBitmaps group)
    {
        TMemory.Or(ref group.Frozen, 1);
        PublishDrops(group);
        _groups.Finish(group.Index);
    }

    /// <summary>Records the drops of a frozen group, if nobody has: whoever needs the record makes it rather than waits for the finisher.</summary>
    /// <returns>The dropped rows that came in time, by word: the same for everybody.</returns>
    private ulong[] PublishDrops(RowGroupBitmaps group)
    {
        if (TMemory.Read(ref group.CopiedDrops) is not { } rows)
        {
            var copy = new ulong[group.WordCount];
            for (int word = 0; word < copy.Length; word++)
                copy[word] = TMemory.Read(ref group.Bits[word * _plan.Stride + _plan.DroppedSlot]) & RowsOf(group.Index, word);
            rows = TMemory.CompareExchange(ref group.CopiedDrops, copy, null) ?? copy;
        }

        if (FinishedDrops.Of<TMemory>(group, rows) is { } drops)
            UpdateDrops(group.Index, existing => existing is null ? drops : drops.With(existing));
        return rows;
    }

    /// <summary>Drops rows of a settled group: all their cells were complete, or are recorded already.</summary>
    private ulong DropLate(long group, int word, ulong rows)
    {
        ulong newly = 0;
        for (ulong rest = rows; rest != 0; rest &= rest - 1)
        {
            int row = word * 64 + BitOperations.TrailingZeroCount(rest);
            bool isNew = false; // of the attempt that is published, which is the last: another thread may drop the row in between
            UpdateDrops(group, existing =>
            {
                isNew = existing is null || !existing.IsDropped(row);
                return existing?.With(row) ?? FinishedDrops.OfLateDrop(row, _plan.Columns.Length);
            });
            if (isNew)
                newly |= 1UL << row;
        }

        return newly;
    }

    private void UpdateDrops(long group, Func<FinishedDrops?, FinishedDrops> update)
    {
        ImmutableDictionary<long, FinishedDrops> before, after;
        do
        {
            before = TMemory.Read(ref _drops)!;
            after = before.SetItem(group, update(before.GetValueOrDefault(group)));
        }
        while (!ReferenceEquals(TMemory.CompareExchange(ref _drops, after, before), before));
    }

    /// <summary>Whether an untouched group's column counts as complete because a checkpoint said so.</summary>
    private bool IsRestored(int column, long group) => group < _restoredGroups && _topology.Stage(column) == 0;

    /// <summary>
    /// The groups that a dataset barrier will wait for, as far as they are known, less those that are through by the checkpoint. A count of
    /// none is not told to the frontier: zero means ready there, and while the end of the table is unknown nothing may say so.
    /// </summary>
    private long GroupsToExpect(int barrier, long? rowCount) => _topology.Producers(barrier).Length == 0 ? 0
        : (rowCount is { } rows ? GroupCount(rows) : 0) - (IsRestoredThrough(barrier) ? _restoredGroups : 0);

    private bool IsRestoredThrough(int barrier)
    {
        foreach (int input in _topology.Producers(barrier))
        {
            if (_topology.Stage(input) > 0)
                return false;
        }

        return true;
    }

    /// <summary>Gives a group that lies wholly before the restored row count, not yet visible to others, its restored state.</summary>
    private void Prefill(RowGroupBitmaps group)
    {
        foreach (int column in _plan.Columns)
        {
            if (_topology.Stage(column) > 0)
                continue;
            for (int word = 0; word < group.WordCount; word++)
                group.Bits[word * _plan.Stride + _plan.Slots[column]] = ulong.MaxValue;
            foreach (int countdown in _plan.CountdownsOf[column])
                group.Remaining[countdown] -= group.WordCount;
        }

        for (int i = 0; i < _plan.GroupBarriers.Length; i++)
        {
            if (_topology.Stage(_plan.GroupBarriers[i]) > 0)
                continue;
            group.BarriersDone[i] = 1;
            group.Unsettled--;
        }
    }

    private void RestorePartialGroup(int rows)
    {
        var sink = new TrackerSink(this, ready: null);
        RowGroupBitmaps group = Touch(_restoredGroups, ref sink)!;
        foreach (int column in _plan.Columns)
        {
            bool behindBarrier = _topology.Stage(column) > 0 || _topology.IsBarrier(column)
                || _plan.GroupBarriers.Any(barrier => _topology.IsDescendant(column, barrier));
            for (int word = 0; !behindBarrier && word * 64 < rows; word++)
                _frontier.Complete(group, column, word, FinishedDrops.RowsOf(word, rows), ref sink);
        }
    }

    private readonly struct TrackerSink(TrackerCore<TMemory> core, ReadyBatch? ready) : IReadySink
    {
        public void Cells(RowGroupBitmaps group, int column, int word, ulong cells) => ready?.Add(new ReadyRun(column, group.Index, word, cells));

        public void GroupBarrier(RowGroupBitmaps group, int column) => ready?.Add(new ReadyBarrier(column, group.Index));

        public void DatasetBarrier(int column) => ready?.Add(new ReadyBarrier(column, RowGroup: null));

        public void Settled(RowGroupBitmaps group) => core.Finish(group);
    }
}
