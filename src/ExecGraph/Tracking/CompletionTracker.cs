using System.Diagnostics.CodeAnalysis;
using ExecGraph.Tracking;

namespace ExecGraph;

/// <summary>
/// Records which nodes of a graph are complete and says, at each completion, which nodes became ready. Usable without the engine:
/// start with <see cref="ExecutionGraph.EnumerateStartNodes"/>, then run what <see cref="MarkComplete(NodeId, ICollection{NodeId})"/> reports.
/// </summary>
/// <remarks>
/// <para>Lock-free; every member but <see cref="Reset"/> may be called by any thread at any time. A node is reported ready exactly
/// once in the life of the tracker, to one caller. Completing a node before what it depends on is legal, and then it is never reported.</para>
/// <para>Memory follows the row groups that are begun and not settled: about 2 to 4 bits for each of their cells. A settled group
/// costs nothing, or, if it contains dropped rows, one bit a row and one bit a column for each dropped row.</para>
/// </remarks>
public sealed class CompletionTracker
{
    private TrackerCore<HardwareMemory> _core;

    /// <summary>A tracker with nothing complete. Cost: O(columns).</summary>
    public CompletionTracker(ExecutionGraph graph)
        : this(graph, completedRows: 0)
    {
    }

    private CompletionTracker(ExecutionGraph graph, long completedRows)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        _core = new TrackerCore<HardwareMemory>(graph.Topology, graph.RowGroupSize, graph.RowCount, completedRows);
    }

    /// <summary>The graph that is tracked.</summary>
    public ExecutionGraph Graph { get; }

    /// <summary>The rows of the table; null until <see cref="EndRows"/> in an open-ended one.</summary>
    public long? RowCount => _core.RowCount;

    /// <summary>Completed nodes, cells and barrier nodes together; what a drop settled is not counted. Cost: O(columns x open groups).</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (int column = 0; column < Graph.ColumnCount; column++)
            {
                count += _core.CompletedCount(column);
                if (_core.Topology.IsDatasetBarrier(column))
                    count += _core.IsBarrierDone(column, group: null) ? 1 : 0;
                else if (_core.Topology.IsGroupBarrier(column))
                    count += CountGroupBarriers(column);
            }

            return count;
        }
    }

    internal TrackerCore<HardwareMemory> Core => _core;

    /// <summary>Completes a node without asking what became ready: those nodes count as reported.</summary>
    /// <returns>False if the node was complete before, or its row is dropped.</returns>
    /// <exception cref="ArgumentException">The node names a side output, or is of the wrong kind for its column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row or row group is outside the table.</exception>
    /// <exception cref="KeyNotFoundException">No such column.</exception>
    public bool MarkComplete(NodeId node) => MarkComplete(node, ready: null);

    /// <summary>
    /// Completes a node and adds the nodes that this made ready. For a dataset barrier that is every cell of its column: O(rows);
    /// <see cref="CompleteBarrier"/> reports the same as ranges.
    /// </summary>
    /// <returns>False if the node was complete before, or its row is dropped; then nothing is added.</returns>
    /// <exception cref="InvalidOperationException">The node is a dataset barrier, and the table has no end yet.</exception>
    /// <inheritdoc cref="MarkComplete(NodeId)" path="/exception"/>
    public bool MarkComplete(NodeId node, ICollection<NodeId> newlyReady)
    {
        ArgumentNullException.ThrowIfNull(newlyReady);
        var ready = new ReadyBatch();
        bool completed = MarkComplete(node, ready);
        AddNodes(ready, newlyReady);
        return completed;
    }

    /// <summary>
    /// Gives a row up: its open cells count as settled, are never reported ready, and later completions of them change nothing.
    /// What it can make ready are barriers. A completion that runs beside the drop of its row may still return true; what then
    /// counts is what <see cref="IsComplete"/> says.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The row is outside the table.</exception>
    public void DropRow(long row, ICollection<NodeId>? newlyReady = null)
    {
        CheckRow(row);
        ReadyBatch? ready = newlyReady is null ? null : new ReadyBatch();
        long group = row / _core.RowGroupSize;
        int offset = (int)(row % _core.RowGroupSize);
        _core.Drop(group, offset / 64, 1UL << offset, ready);
        if (newlyReady is not null)
            AddNodes(ready!, newlyReady);
    }

    /// <summary>Whether the row was dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row is outside the table.</exception>
    public bool IsDropped(long row)
    {
        CheckRow(row);
        return _core.IsDropped(row);
    }

    /// <summary>Whether the node is complete; of a cell in a dropped row: whether it was completed before the drop. Side outputs resolve.</summary>
    /// <inheritdoc cref="MarkComplete(NodeId)" path="/exception"/>
    public bool IsComplete(NodeId node)
    {
        int column = Graph.CheckNode(node, RowCount, allowSideOutput: true);
        return node.IsBarrier ? _core.IsBarrierDone(column, node.RowGroup) : _core.IsComplete(column, node.Row);
    }

    /// <summary>Whether every cell of the column is settled: completed, or in a dropped row. False while an open-ended table has not ended.</summary>
    /// <exception cref="KeyNotFoundException">No such column.</exception>
    public bool IsColumnComplete(string column) => IsColumnSettled(Graph.OrdinalOf(column));

    /// <summary>Whether the barrier node is complete; of a group-scoped barrier: those of all row groups.</summary>
    /// <exception cref="KeyNotFoundException">No such column.</exception>
    /// <exception cref="ArgumentException">The column is not a barrier.</exception>
    public bool IsBarrierComplete(string column)
    {
        int ordinal = Graph.OrdinalOf(column);
        if (!_core.Topology.IsBarrier(ordinal))
            throw new ArgumentException($"Column '{column}' is not a barrier.", nameof(column));
        return _core.Topology.IsDatasetBarrier(ordinal)
            ? _core.IsBarrierDone(ordinal, group: null)
            : _core.RowGroupCount is { } groups && CountGroupBarriers(ordinal) == groups;
    }

    /// <summary>The column's completed cells; what a drop settled is not counted. Cost: O(open groups).</summary>
    /// <exception cref="KeyNotFoundException">No such column.</exception>
    public long CompletedCount(string column) => _core.CompletedCount(Graph.OrdinalOf(column));

    /// <summary>Says where an open-ended table ends. Barriers that waited for nothing else become ready.</summary>
    /// <param name="rowCount">The number of rows, 0 or more. No node beyond it may have been completed.</param>
    /// <param name="newlyReady">Takes the nodes that this made ready.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or rows beyond it were completed.</exception>
    /// <exception cref="InvalidOperationException">The row count is known, and another one.</exception>
    public void EndRows(long rowCount, ICollection<NodeId>? newlyReady = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (RowCount is null && LastTouchedRow() is var last && last >= rowCount)
            throw new ArgumentOutOfRangeException(nameof(rowCount), rowCount, $"The table cannot end before row {last}: a node of it or of its row group is complete, or it is dropped.");
        var ready = new ReadyBatch();
        long inForce = _core.EndRows(rowCount, ready);
        if (inForce != rowCount)
            throw new InvalidOperationException($"The table has {inForce} rows; it cannot end at {rowCount}.");
        if (newlyReady is not null)
            AddNodes(ready, newlyReady);
    }

    /// <summary>Forgets everything. The only member that must not run beside others.</summary>
    public void Reset() => _core = new TrackerCore<HardwareMemory>(Graph.Topology, Graph.RowGroupSize, Graph.RowCount);

    /// <summary>The progress as a number of leading rows that are complete; dropped rows count as complete.</summary>
    public Checkpoint ToCheckpoint() => new(Checkpoint.CurrentVersion, Graph.CountCompletedRows(this));

    /// <summary>
    /// A tracker that starts with the checkpoint's rows complete. If they are not the whole table, they are complete only in columns
    /// that are neither a dataset barrier nor after one, and a group barrier with its cells only in groups that lie wholly before the
    /// checkpoint. Cost: O(columns), whatever the number of rows. Find what is ready with <c>graph.EnumerateReadyNodes(tracker)</c>.
    /// </summary>
    /// <exception cref="ArgumentException">Unknown version, negative count, or more rows than the table has.</exception>
    public static CompletionTracker FromCheckpoint(ExecutionGraph graph, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Version != Checkpoint.CurrentVersion)
            throw new ArgumentException($"Checkpoint version {checkpoint.Version} is unknown; this library reads version {Checkpoint.CurrentVersion}.", nameof(checkpoint));
        if (checkpoint.CompletedRows < 0 || checkpoint.CompletedRows > (graph.RowCount ?? long.MaxValue))
        {
            throw new ArgumentException(
                $"The checkpoint has {checkpoint.CompletedRows} completed rows; the table allows 0 to {graph.RowCount ?? long.MaxValue}.", nameof(checkpoint));
        }

        return new CompletionTracker(graph, checkpoint.CompletedRows);
    }

    /// <summary>The word-level entry: completes up to 64 cells of one column at once. For anyone who writes an engine.</summary>
    /// <param name="column">The column's ordinal: its position in <see cref="ExecutionGraph.ColumnNames"/>.</param>
    /// <param name="rowGroup">The row group, from 0.</param>
    /// <param name="word">The 64-row word within the group, from 0.</param>
    /// <param name="cells">Bit i stands for row <c>rowGroup * RowGroupSize + word * 64 + i</c>; bits beyond the group or the table are ignored.</param>
    /// <param name="newlyReady">Takes what became ready; not cleared here. Null: nobody asks, and it counts as reported.</param>
    /// <returns>The cells that this call completed: those that were not complete before, in rows that are not dropped.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column, group or word does not exist.</exception>
    public ulong Complete(int column, long rowGroup, int word, ulong cells, ReadyBatch? newlyReady)
    {
        if (!_core.Has(column, rowGroup, word))
            ThrowOutOfRange(column, rowGroup, word);
        return _core.Complete(column, rowGroup, word, cells, newlyReady);
    }

    /// <summary>The word-level entry: drops up to 64 rows at once.</summary>
    /// <returns>The rows that this call dropped.</returns>
    /// <inheritdoc cref="Complete" path="/*[not(self::summary or self::returns)]"/>
    public ulong Drop(long rowGroup, int word, ulong cells, ReadyBatch? newlyReady)
    {
        if (!_core.Has(column: 0, rowGroup, word))
            ThrowOutOfRange(column: 0, rowGroup, word);
        return _core.Drop(rowGroup, word, cells, newlyReady);
    }

    /// <summary>Completes a barrier node by ordinal; a dataset barrier's cells are reported as ranges and runs, not one by one.</summary>
    /// <param name="column">The barrier column's ordinal.</param>
    /// <param name="rowGroup">The row group of a group-scoped barrier; null for a dataset barrier.</param>
    /// <param name="newlyReady">Takes what became ready; not cleared here. Null: nobody asks, and it counts as reported.</param>
    /// <returns>False if it was complete before.</returns>
    /// <exception cref="InvalidOperationException">The cells of a dataset barrier are asked for, and the table has no end yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The column or group does not exist.</exception>
    /// <exception cref="ArgumentException">The column is not a barrier of that scope.</exception>
    public bool CompleteBarrier(int column, long? rowGroup, ReadyBatch? newlyReady)
    {
        CheckColumn(column);
        string name = Graph.ColumnNames[column];
        Graph.CheckNode(rowGroup is { } group ? NodeId.Barrier(name, group) : NodeId.Barrier(name), RowCount, allowSideOutput: false);
        return _core.CompleteBarrier(column, rowGroup, newlyReady);
    }

    internal bool IsColumnSettled(int column)
    {
        if (_core.RowGroupCount is not { } groups)
            return false;
        for (long group = 0; group < groups;)
        {
            object? place = _core.Probe(group, out long run);
            for (int word = 0; word < _core.WordsOf(group); word++)
            {
                ulong rows = _core.RowsOf(group, word);
                if ((_core.SettledCells(place, column, group, word) & rows) != rows)
                    return false;
            }

            group += run;
        }

        return true;
    }

    private bool MarkComplete(NodeId node, ReadyBatch? ready)
    {
        int column = Graph.CheckNode(node, RowCount, allowSideOutput: false);
        if (node.IsBarrier)
            return _core.CompleteBarrier(column, node.RowGroup, ready);
        int offset = (int)(node.Row % _core.RowGroupSize);
        return _core.Complete(column, node.Row / _core.RowGroupSize, offset / 64, 1UL << offset, ready) != 0;
    }

    private void AddNodes(ReadyBatch ready, ICollection<NodeId> nodes)
    {
        IReadOnlyList<string> names = Graph.ColumnNames;
        foreach (ReadyBarrier barrier in ready.Barriers)
            nodes.Add(barrier.RowGroup is { } group ? NodeId.Barrier(names[barrier.Column], group) : NodeId.Barrier(names[barrier.Column]));
        foreach (ReadyRun run in ready.Runs)
        {
            for (ulong rest = run.Cells; rest != 0; rest &= rest - 1)
                nodes.Add(NodeId.Cell(run.RowGroup * _core.RowGroupSize + run.Word * 64 + System.Numerics.BitOperations.TrailingZeroCount(rest), names[run.Column]));
        }

        foreach (ReadyRange range in ready.Ranges)
        {
            for (long row = range.FirstRow; row < range.FirstRow + range.RowCount; row++)
                nodes.Add(NodeId.Cell(row, names[range.Column]));
        }
    }

    private long CountGroupBarriers(int column)
    {
        long count = 0;
        for (long group = 0; group < (_core.RowGroupCount ?? long.MaxValue);)
        {
            _core.Probe(group, out long run);
            count += _core.IsBarrierDone(column, group) ? run : 0;
            group += run;
        }

        return count;
    }

    /// <summary>The last row that anything was completed in, or that was dropped; -1 for none. Only asked of open-ended tables, once.</summary>
    private long LastTouchedRow()
    {
        long last = -1;
        for (long group = 0; ;)
        {
            object? place = _core.Probe(group, out long run);
            for (int word = 0; word < _core.WordsOf(group); word++)
            {
                ulong touched = TrackerCore<HardwareMemory>.DroppedRows(place, word);
                for (int column = 0; column < Graph.ColumnCount; column++)
                    touched |= _core.SettledCells(place, column, group, word);
                touched &= _core.RowsOf(group, word); // bits beyond the group count as settled, but nobody touched them
                if (touched != 0)
                    last = (group + run - 1) * _core.RowGroupSize + word * 64 + 63 - System.Numerics.BitOperations.LeadingZeroCount(touched);
            }

            // A barrier node of a group is completed for its first row at least.
            foreach (int barrier in _core.Plan.GroupBarriers)
            {
                if (place is RowGroupBitmaps && _core.IsBarrierDone(barrier, group))
                    last = Math.Max(last, group * _core.RowGroupSize);
            }

            if (run >= long.MaxValue - group)
                return last;
            group += run;
        }
    }

    private void CheckRow(long row)
    {
        if (row < 0 || row >= (RowCount ?? long.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(row), row, $"Row {row} is outside the table: 0 to {(RowCount ?? long.MaxValue) - 1}.");
    }

    private void CheckColumn(int column)
    {
        if ((uint)column >= (uint)Graph.ColumnCount)
            throw new ArgumentOutOfRangeException(nameof(column), column, $"Column ordinals go from 0 to {Graph.ColumnCount - 1}.");
    }

    [DoesNotReturn]
    private void ThrowOutOfRange(int column, long rowGroup, int word)
    {
        CheckColumn(column);
        long groups = _core.RowGroupCount ?? long.MaxValue;
        if (rowGroup < 0 || rowGroup >= groups)
            throw new ArgumentOutOfRangeException(nameof(rowGroup), rowGroup, $"Row groups go from 0 to {groups - 1}.");
        throw new ArgumentOutOfRangeException(nameof(word), word, $"Words of row group {rowGroup} go from 0 to {_core.WordsOf(rowGroup) - 1}.");
    }
}
