namespace ExecGraph.Tests.Support;

/// <summary>The tracker's meaning in sets of nodes: slow, and plain enough to be right.</summary>
internal sealed class NaiveTracker
{
    private readonly ExecutionGraph _graph;
    private readonly Dictionary<NodeId, List<NodeId>> _dependencies;
    private readonly Dictionary<NodeId, List<NodeId>> _dependents = [];
    private readonly HashSet<NodeId> _complete = [];
    private readonly HashSet<NodeId> _settled = [];
    private readonly HashSet<NodeId> _reported = [];
    private readonly HashSet<long> _dropped = [];

    internal NaiveTracker(ExecutionGraph graph)
    {
        _graph = graph;
        _dependencies = graph.EnumerateNodes().ToDictionary(node => node, node => graph.GetDependencies(node).ToList());
        foreach ((NodeId node, List<NodeId> dependencies) in _dependencies)
        {
            foreach (NodeId dependency in dependencies)
            {
                if (!_dependents.TryGetValue(dependency, out List<NodeId>? dependents))
                    _dependents[dependency] = dependents = [];
                dependents.Add(node);
            }

            if (dependencies.Count == 0)
                _reported.Add(node); // known from the start
        }
    }

    internal IReadOnlyCollection<NodeId> Nodes => _dependencies.Keys;

    internal IReadOnlySet<NodeId> Complete => _complete;

    internal long Count => _complete.Count;

    internal IEnumerable<NodeId> Ready => Nodes.Where(node => !_settled.Contains(node) && _dependencies[node].TrueForAll(_settled.Contains));

    internal bool MarkComplete(NodeId node, List<NodeId> newlyReady)
    {
        if (!_settled.Add(node))
            return false;
        _complete.Add(node);
        Report(node, barriersOnly: false, newlyReady);
        return true;
    }

    internal void Drop(long row, List<NodeId> newlyReady)
    {
        if (!_dropped.Add(row))
            return;
        foreach (NodeId node in Nodes.Where(node => !node.IsBarrier && node.Row == row).ToList())
        {
            if (_settled.Add(node))
                Report(node, barriersOnly: true, newlyReady);
        }
    }

    internal bool IsDropped(long row) => _dropped.Contains(row);

    internal bool IsColumnComplete(string column) => Nodes.Where(node => !node.IsBarrier && node.Column == column).All(_settled.Contains);

    internal long CompletedCount(string column) => _complete.Count(node => !node.IsBarrier && node.Column == column);

    internal long CompletedRows()
    {
        long rows = 0;
        while (rows < _graph.RowCount && _graph.ColumnNames.All(column => _settled.Contains(NodeId.Cell(rows, column))))
            rows++;
        return rows;
    }

    private void Report(NodeId settled, bool barriersOnly, List<NodeId> newlyReady)
    {
        foreach (NodeId dependent in _dependents.GetValueOrDefault(settled, []))
        {
            if (_settled.Contains(dependent) || (barriersOnly && !dependent.IsBarrier) || !_dependencies[dependent].TrueForAll(_settled.Contains))
                continue;
            if (_reported.Add(dependent))
                newlyReady.Add(dependent);
        }
    }
}
