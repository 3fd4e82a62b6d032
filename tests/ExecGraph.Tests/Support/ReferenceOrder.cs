namespace ExecGraph.Tests.Support;

/// <summary>In which order a plain evaluation of a table goes through its columns: stage by stage, and within one as far as it is free to.</summary>
internal static class ReferenceOrder
{
    /// <summary>The columns, by ordinal, that are computed together before rows are given up.</summary>
    internal static IEnumerable<int[]> Of(ExecutionGraph graph)
    {
        var topology = graph.Topology;
        var open = Enumerable.Range(0, graph.ColumnCount).ToList();
        for (int stage = 0; stage < topology.StageCount; stage++)
        {
            while (open.Exists(column => topology.Stage(column) == stage))
            {
                // What a group barrier may see is decided by every column that is not behind it or a later one.
                int[] barriers = [.. open.Where(column => topology.Stage(column) == stage && topology.IsGroupBarrier(column))];
                int[] free = [.. open.Where(column => topology.Stage(column) == stage && !barriers.Any(barrier => barrier == column || topology.IsDescendant(column, barrier)))];
                int[] next = free.Length > 0 ? free : [barriers[0]];
                yield return next;
                open.RemoveAll(next.Contains);
            }
        }
    }
}
