namespace ExecGraph.Tests.Support;

/// <summary>
/// The rules of tracking stated as plainly as can be: sets of nodes, and for each node the number of its dependencies that are not
/// settled. Knows the whole table from the start; with an unknown end it only holds back what waits for the end.
/// </summary>
internal sealed class NaiveTracker
{
    private readonly ExecutionGraph _graph;
    private readonly Dictionary<NodeId, List<NodeId>> _dependents = [];
    private readonly Dictionary<NodeId, int> _open = [];
    private readonly HashSet<NodeId> _complete = [];
    private readonly HashSet<NodeId> _settled = [];
    private readonly HashSet<NodeId> _reported = [];
    private readonly HashSet<long> _dropped = [];
    private readonly Dictionary<string, long> _completedCells = [];
    private bool _endKnown;

    /// <param name="graph">A graph whose row count is known.</param>
    /// <param name="endKnown">Whether the tracker that is compared knows it as well.</param>
    internal NaiveTracker(ExecutionGraph graph, bool endKnown = true)
    {
        _graph = graph;
        _endKnown = endKnown;
        Nodes = [.. graph.EnumerateNodes()];
        foreach (string column in graph.ColumnNames)
            _completedCells[column] = 0;
        foreach (NodeId node in Nodes)
            _dependents[node] = [];
        foreach (NodeId node in Nodes)
        {
            List<NodeId> dependencies = [.. graph.GetDependencies(node)];
            _open[node] = dependencies.Count;
            foreach (NodeId dependency in dependencies)
                _dependents[dependency].Add(node);
            if (dependencies.Count == 0)
                _reported.Add(node);
        }
    }

    /// <summary>As restored from a checkpoint: what becomes ready by that counts as reported.</summary>
    internal static NaiveTracker Restored(ExecutionGraph graph, long completedRows)
    {
        var tracker = new NaiveTracker(graph);
        foreach (NodeId node in tracker.Nodes)
        {
            if (completedRows == graph.RowCount || tracker.IsRestored(node, completedRows))
                tracker.MarkComplete(node, []);
        }

        return tracker;
    }

    internal List<NodeId> Nodes { get; }

    internal long Count => _complete.Count;

    internal bool EndKnown => _endKnown;

    /// <summary>Whether the node was reported, needed no report, or can never be reported any more.</summary>
    internal bool IsAccountedFor(NodeId node) => _reported.Contains(node) || _settled.Contains(node);

    internal bool MarkComplete(NodeId node, ICollection<NodeId> ready)
    {
        if (!_settled.Add(node))
            return false;
        _complete.Add(node);
        if (!node.IsBarrier)
            _completedCells[node.Column]++;
        Release(node, ready);
        return true;
    }

    internal bool DropRow(long row, ICollection<NodeId> ready)
    {
        if (!_dropped.Add(row))
            return false;
        foreach (string column in _graph.ColumnNames)
        {
            if (_settled.Add(NodeId.Cell(row, column)))
                Release(NodeId.Cell(row, column), ready);
        }

        return true;
    }

    internal void EndRows(ICollection<NodeId> ready)
    {
        _endKnown = true;
        foreach (NodeId node in Nodes)
        {
            if (node.IsBarrier && _open[node] == 0)
                Report(node, ready);
        }
    }

    internal bool IsComplete(NodeId node) => _complete.Contains(node);

    internal bool IsDropped(long row) => _dropped.Contains(row);

    internal bool IsReady(NodeId node) => _open[node] == 0 && !_settled.Contains(node);

    /// <summary>Whether the node is a barrier over rows of which more might come.</summary>
    internal bool WaitsForEnd(NodeId node) =>
        !_endKnown && node.IsBarrier && (node.RowGroup is not { } group || (group + 1) * _graph.RowGroupSize > _graph.RowCount);

    internal long CompletedCount(string column) => _completedCells[column];

    internal bool IsRowComplete(long row) => _graph.ColumnNames.All(column => _settled.Contains(NodeId.Cell(row, column)));

    internal bool IsColumnComplete(string column) =>
        _endKnown && Nodes.All(node => node.Column != column || node.IsBarrier || _settled.Contains(node));

    internal bool IsBarrierComplete(string column) =>
        (_endKnown || _graph.GetColumn(column).Scope == BarrierScope.Dataset)
        && Nodes.All(node => node.Column != column || !node.IsBarrier || _settled.Contains(node));

    internal bool IsWholeTableComplete() => _endKnown && Nodes.All(_settled.Contains);

    internal long CountCompletedRows()
    {
        long row = 0;
        while (row < _graph.RowCount && IsRowComplete(row))
            row++;
        return row;
    }

    private void Release(NodeId node, ICollection<NodeId> ready)
    {
        foreach (NodeId dependent in _dependents[node])
        {
            if (--_open[dependent] == 0)
                Report(dependent, ready);
        }
    }

    private void Report(NodeId node, ICollection<NodeId> ready)
    {
        if (_settled.Contains(node) || (!node.IsBarrier && _dropped.Contains(node.Row)) || WaitsForEnd(node))
            return;
        if (_reported.Add(node))
            ready.Add(node);
    }

    private bool IsRestored(NodeId node, long rows)
    {
        if (IsBehind(node.Column, BarrierScope.Dataset))
            return false;
        bool wholeGroup = ((node.RowGroup ?? (node.Row / _graph.RowGroupSize)) + 1) * _graph.RowGroupSize <= rows;
        return wholeGroup || (!node.IsBarrier && node.Row < rows && !IsBehind(node.Column, BarrierScope.RowGroup));
    }

    /// <summary>Whether the column is a barrier of that scope or depends on one.</summary>
    private bool IsBehind(string column, BarrierScope scope)
    {
        ColumnDescriptor descriptor = _graph.GetColumn(column);
        return (descriptor.IsBarrier && descriptor.Scope == scope)
            || descriptor.Dependencies.Any(dependency => IsBehind(_graph.GetColumn(dependency).Name, scope));
    }
}
