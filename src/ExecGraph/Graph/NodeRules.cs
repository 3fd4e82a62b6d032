namespace ExecGraph.Graph;

/// <summary>
/// Which nodes there are, and which needs which. A cell needs the cells of its row that its column reads; the barrier node of a
/// barrier column needs every such cell of its scope, and the barrier column's own cells need that node and nothing else.
/// </summary>
/// <remarks>
/// Nodes come in as checked by <see cref="ExecutionGraph.CheckNode"/>, with their column's ordinal. The row count is an argument
/// because a tracker may learn it after the graph was built. Sequences are lazy; a missing row count is refused at the call.
/// </remarks>
internal sealed class NodeRules(GraphTopology topology, int rowGroupSize)
{
    internal static Int128 CountNodes(IReadOnlyCollection<ColumnDescriptor> columns, long rowCount, int rowGroupSize)
    {
        int datasetBarriers = columns.Count(column => column.IsBarrier && column.Scope == BarrierScope.Dataset);
        int groupBarriers = columns.Count(column => column.IsBarrier) - datasetBarriers;
        return ((Int128)rowCount * columns.Count) + datasetBarriers + ((Int128)CountRowGroups(rowCount, rowGroupSize) * groupBarriers);
    }

    internal static long CountRowGroups(long rowCount, int rowGroupSize) => rowCount == 0 ? 0 : ((rowCount - 1) / rowGroupSize) + 1;

    /// <summary>The nodes of a column: a barrier before its cells, rows ascending.</summary>
    internal IEnumerable<NodeId> Nodes(int column, long rowCount)
    {
        string name = topology.Columns[column].Name;
        bool isGroupBarrier = topology.IsGroupBarrier(column);
        if (topology.IsDatasetBarrier(column))
            yield return NodeId.Barrier(name);
        for (long row = 0; row < rowCount; row++)
        {
            if (isGroupBarrier && row % rowGroupSize == 0)
                yield return NodeId.Barrier(name, row / rowGroupSize);
            yield return NodeId.Cell(row, name);
        }
    }

    /// <summary>The nodes of a column that need no other. A barrier column without producers starts with its barrier nodes.</summary>
    internal IEnumerable<NodeId> StartNodes(int column, long rowCount)
    {
        if (topology.Producers(column).Length > 0)
            return [];
        return topology.IsBarrier(column) ? BarrierNodes(column, rowCount) : Nodes(column, rowCount);
    }

    internal IEnumerable<NodeId> Dependencies(NodeId node, int column, long? rowCount)
    {
        if (!node.IsBarrier)
            return topology.IsBarrier(column) ? [BarrierNode(column, node.Row)] : RowProducers(node.Row, column);
        if (topology.Producers(column).Length == 0)
            return [];
        (long first, long end) = RowsOf(node, rowCount);
        return ScopeProducers(column, first, end);
    }

    internal IEnumerable<NodeId> Dependents(NodeId node, int column, long? rowCount)
    {
        if (!node.IsBarrier)
            return CellDependents(node.Row, column);
        (long first, long end) = RowsOf(node, rowCount);
        return Cells(column, first, end);
    }

    private IEnumerable<NodeId> RowProducers(long row, int column)
    {
        for (int i = 0; i < topology.Producers(column).Length; i++)
            yield return Cell(row, topology.Producers(column)[i]);
    }

    private IEnumerable<NodeId> ScopeProducers(int column, long first, long end)
    {
        for (int i = 0; i < topology.Producers(column).Length; i++)
        {
            foreach (NodeId cell in Cells(topology.Producers(column)[i], first, end))
                yield return cell;
        }
    }

    private IEnumerable<NodeId> CellDependents(long row, int column)
    {
        for (int i = 0; i < topology.RowDependents(column).Length; i++)
            yield return Cell(row, topology.RowDependents(column)[i]);
        for (int i = 0; i < topology.BarrierDependents(column).Length; i++)
            yield return BarrierNode(topology.BarrierDependents(column)[i], row);
    }

    private IEnumerable<NodeId> Cells(int column, long first, long end)
    {
        for (long row = first; row < end; row++)
            yield return Cell(row, column);
    }

    private IEnumerable<NodeId> BarrierNodes(int column, long rowCount)
    {
        string name = topology.Columns[column].Name;
        if (topology.IsDatasetBarrier(column))
        {
            yield return NodeId.Barrier(name);
            yield break;
        }

        for (long group = 0; group < CountRowGroups(rowCount, rowGroupSize); group++)
            yield return NodeId.Barrier(name, group);
    }

    private NodeId Cell(long row, int column) => NodeId.Cell(row, topology.Columns[column].Name);

    private NodeId BarrierNode(int column, long row) =>
        topology.IsGroupBarrier(column)
            ? NodeId.Barrier(topology.Columns[column].Name, row / rowGroupSize)
            : NodeId.Barrier(topology.Columns[column].Name);

    /// <summary>The scope of a barrier node. In a table without a known end every row group counts as full.</summary>
    private (long First, long End) RowsOf(NodeId barrier, long? rowCount)
    {
        if (barrier.RowGroup is not { } group)
            return (0, rowCount ?? throw RowCountUnknown($"{barrier} ranges over all rows"));
        long first = group * rowGroupSize;
        return (first, first + Math.Min(rowGroupSize, (rowCount ?? long.MaxValue) - first));
    }

    internal static InvalidOperationException RowCountUnknown(string why) =>
        new($"{why}, and the row count of this table is not known: it ends where its source ends.");
}
