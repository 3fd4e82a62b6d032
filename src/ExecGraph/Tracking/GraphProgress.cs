using System.Numerics;
using ExecGraph.Tracking;

namespace ExecGraph;

/// <summary>What a graph can say of a tracker's progress.</summary>
public static class GraphProgress
{
    extension(ExecutionGraph graph)
    {
        /// <summary>
        /// The nodes whose dependencies are complete and that are not complete themselves, reported or not: column by column in
        /// topological order, a barrier before its cells, rows ascending. Lazy; beside completing threads it is a moving picture.
        /// </summary>
        /// <exception cref="ArgumentException">The tracker belongs to another graph.</exception>
        /// <exception cref="InvalidOperationException">The table is open-ended and its end is not known to the tracker.</exception>
        public IEnumerable<NodeId> EnumerateReadyNodes(CompletionTracker tracker)
        {
            Check(graph, tracker);
            CheckEnd(tracker);
            return Enumerable.Range(0, graph.ColumnCount).SelectMany(column => ReadyNodes(tracker, column));
        }

        /// <summary>The ready nodes of one column, or of the producer of a side output.</summary>
        /// <exception cref="ArgumentException">The tracker belongs to another graph.</exception>
        /// <exception cref="KeyNotFoundException">No such column.</exception>
        /// <exception cref="InvalidOperationException">The table is open-ended and its end is not known to the tracker.</exception>
        public IEnumerable<NodeId> EnumerateReadyNodes(string column, CompletionTracker tracker)
        {
            Check(graph, tracker);
            CheckEnd(tracker);
            return ReadyNodes(tracker, graph.OrdinalOf(column));
        }

        /// <summary>Whether every cell is settled and every barrier node complete.</summary>
        /// <exception cref="ArgumentException">The tracker belongs to another graph.</exception>
        public bool IsComplete(CompletionTracker tracker)
        {
            Check(graph, tracker);
            for (int column = 0; column < graph.ColumnCount; column++)
            {
                if (!tracker.IsColumnSettled(column) || (graph.Topology.IsBarrier(column) && !tracker.IsBarrierComplete(graph.ColumnNames[column])))
                    return false;
            }

            return true;
        }

        /// <summary>Whether every cell of the row is settled: completed, or given up with the row.</summary>
        /// <exception cref="ArgumentException">The tracker belongs to another graph.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The row is outside the table.</exception>
        public bool IsRowComplete(long row, CompletionTracker tracker)
        {
            Check(graph, tracker);
            if (row < 0 || row >= (tracker.RowCount ?? long.MaxValue))
                throw new ArgumentOutOfRangeException(nameof(row), row, $"Row {row} is outside the table: 0 to {(tracker.RowCount ?? long.MaxValue) - 1}.");
            int offset = (int)(row % graph.RowGroupSize);
            return (CompleteRows(tracker, row / graph.RowGroupSize, offset / 64, out _) >> offset & 1) != 0;
        }

        /// <summary>The number of rows before the first one that is not complete. Cost: O(columns x open groups).</summary>
        /// <exception cref="ArgumentException">The tracker belongs to another graph.</exception>
        public long CountCompletedRows(CompletionTracker tracker)
        {
            Check(graph, tracker);
            for (long group = 0; group < (tracker.Core.RowGroupCount ?? long.MaxValue);)
            {
                long run = 1;
                for (int word = 0; word < tracker.Core.WordsOf(group); word++)
                {
                    ulong open = ~CompleteRows(tracker, group, word, out run) & tracker.Core.RowsOf(group, word);
                    if (open != 0)
                        return group * graph.RowGroupSize + word * 64 + BitOperations.TrailingZeroCount(open);
                }

                group += run;
            }

            return tracker.RowCount ?? long.MaxValue;
        }
    }

    private static void Check(ExecutionGraph graph, CompletionTracker tracker)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        if (!ReferenceEquals(graph, tracker.Graph))
            throw new ArgumentException("The tracker belongs to another graph.", nameof(tracker));
    }

    private static void CheckEnd(CompletionTracker tracker)
    {
        if (tracker.RowCount is null)
            throw new InvalidOperationException("The table is open-ended: its nodes can be enumerated once the tracker was told where it ends (EndRows).");
    }

    private static ulong CompleteRows(CompletionTracker tracker, long group, int word, out long run)
    {
        object? place = tracker.Core.Probe(group, out run);
        ulong complete = ulong.MaxValue;
        for (int column = 0; column < tracker.Graph.ColumnCount; column++)
            complete &= tracker.Core.SettledCells(place, column, group, word);
        return complete;
    }

    private static IEnumerable<NodeId> ReadyNodes(CompletionTracker tracker, int column)
    {
        TrackerCore<HardwareMemory> core = tracker.Core;
        string name = tracker.Graph.ColumnNames[column];
        if (core.Topology.IsDatasetBarrier(column) && !core.IsBarrierDone(column, group: null) && InputsSettled(tracker, column, group: null))
            yield return NodeId.Barrier(name);
        for (long group = 0; group < core.RowGroupCount;)
        {
            object? place = core.Probe(group, out long run);
            if (place is not null and not RowGroupBitmaps)
            {
                group += run; // settled: nothing can be ready
                continue;
            }

            if (core.Topology.IsGroupBarrier(column) && !core.IsBarrierDone(column, group) && InputsSettled(tracker, column, group))
                yield return NodeId.Barrier(name, group);
            for (int word = 0; word < core.WordsOf(group); word++)
            {
                for (ulong rest = ReadyCells(core, column, group, word); rest != 0; rest &= rest - 1)
                    yield return NodeId.Cell(group * core.RowGroupSize + word * 64 + BitOperations.TrailingZeroCount(rest), name);
            }

            group++;
        }
    }

    private static ulong ReadyCells(TrackerCore<HardwareMemory> core, int column, long group, int word)
    {
        object? place = core.Probe(group, out _);
        ulong ready = ~core.SettledCells(place, column, group, word) & ~TrackerCore<HardwareMemory>.DroppedRows(place, word) & core.RowsOf(group, word);
        if (core.Topology.IsBarrier(column))
            return core.IsBarrierDone(column, core.Topology.IsGroupBarrier(column) ? group : null) ? ready : 0;
        foreach (int producer in core.Topology.Producers(column))
            ready &= core.SettledCells(place, producer, group, word);
        return ready;
    }

    private static bool InputsSettled(CompletionTracker tracker, int barrier, long? group)
    {
        TrackerCore<HardwareMemory> core = tracker.Core;
        foreach (int input in core.Topology.Producers(barrier))
        {
            if (group is null)
            {
                if (!tracker.IsColumnSettled(input))
                    return false;
                continue;
            }

            object? place = core.Probe(group.Value, out _);
            for (int word = 0; word < core.WordsOf(group.Value); word++)
            {
                if ((~core.SettledCells(place, input, group.Value, word) & core.RowsOf(group.Value, word)) != 0)
                    return false;
            }
        }

        return true;
    }
}
