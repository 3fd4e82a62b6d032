using ExecGraph.Graph;

namespace ExecGraph;

/// <summary>
/// The columns of a table and what they depend on. Only columns are held: nodes are computed when asked for, so a graph of
/// a billion rows is as small as one of ten.
/// </summary>
/// <remarks>
/// Immutable and safe for all threads. Nodes come out lazily, and always under the names of real columns; in questions the name of
/// a side output stands for its producer. Bad arguments are refused by the call itself, not when the sequence is read.
/// </remarks>
public sealed class ExecutionGraph
{
    /// <summary>The rows of a full row group unless another size is given.</summary>
    public const int DefaultRowGroupSize = 1024;

    private readonly ColumnIndex _index;
    private readonly NodeRules _rules;

    /// <summary>Sorts the columns topologically, keeping the given order where dependencies allow, and checks all of them.</summary>
    /// <param name="columns">The columns, in any order.</param>
    /// <param name="rowCount">The number of rows, at least 1; null for a table that ends where its source ends.</param>
    /// <param name="rowGroupSize">The rows of a full row group, at least 1; the last group may be shorter.</param>
    /// <exception cref="GraphValidationException">Something is wrong with the columns or the sizes: all of it is listed.</exception>
    public ExecutionGraph(IEnumerable<ColumnDescriptor> columns, long? rowCount, int rowGroupSize = DefaultRowGroupSize)
        : this(columns, rowCount, rowGroupSize, furtherErrors: [])
    {
    }

    private ExecutionGraph(IEnumerable<ColumnDescriptor> columns, long? rowCount, int rowGroupSize, IEnumerable<string> furtherErrors)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ColumnDescriptor[] given = [.. columns];
        if (Array.IndexOf(given, null) is >= 0 and var missing)
            throw new ArgumentException($"columns[{missing}] is null.", nameof(columns));
        Topology = GraphValidator.Validate(given, rowCount, rowGroupSize, furtherErrors);
        _index = new ColumnIndex(Topology.Columns);
        _rules = new NodeRules(Topology, rowGroupSize);
        RowCount = rowCount;
        RowGroupSize = rowGroupSize;
        RowGroupCount = rowCount is { } rows ? NodeRules.CountRowGroups(rows, rowGroupSize) : null;
        NodeCount = rowCount is { } count ? (long)NodeRules.CountNodes(Topology.Columns, count, rowGroupSize) : null;
        ColumnNames = Array.ConvertAll(Topology.Columns, column => column.Name).AsReadOnly();
        StartColumns = Topology.Columns.Where(column => column.IsStart).Select(column => column.Name).ToArray().AsReadOnly();
        LongestChain = Topology.LongestChain().ConvertAll(column => Topology.Columns[column].Name).AsReadOnly();
    }

    /// <summary>The number of rows; null when it is not known before the source ends.</summary>
    public long? RowCount { get; }

    /// <summary>The rows of a full row group.</summary>
    public int RowGroupSize { get; }

    /// <summary>The number of columns, side outputs not counted.</summary>
    public int ColumnCount => Topology.ColumnCount;

    /// <summary>The number of cells and barrier nodes; null when the row count is not known.</summary>
    public long? NodeCount { get; }

    /// <summary>The columns in topological order.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>The columns with the trait <see cref="ExecutionTraits.Start"/>, in topological order; some may have dependencies.</summary>
    public IReadOnlyList<string> StartColumns { get; }

    /// <summary>The columns of a longest path, from its root to its end.</summary>
    public IReadOnlyList<string> LongestChain { get; }

    /// <summary>What the layer that built the graph declares beside columns; this layer does not look at it.</summary>
    internal object? Extras { get; set; }

    internal GraphTopology Topology { get; }

    /// <summary>The number of row groups; null when the row count is not known.</summary>
    internal long? RowGroupCount { get; }

    /// <summary>The column of that name, or the one that produces the side output of that name.</summary>
    /// <exception cref="KeyNotFoundException">No column produces <paramref name="name"/>.</exception>
    public ColumnDescriptor GetColumn(string name) => Topology.Columns[OrdinalOf(name)];

    /// <summary>The nodes that must be done before <paramref name="node"/> can run, column by column in declared order.</summary>
    /// <remarks>While the row count is not known, a row group counts as full.</remarks>
    /// <exception cref="ArgumentException">The node is of the wrong kind: a barrier node of a column that has no such node.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row or the row group lies outside the table.</exception>
    /// <exception cref="KeyNotFoundException">No column produces the node.</exception>
    /// <exception cref="InvalidOperationException">The node needs all rows, and the row count is not known.</exception>
    public IEnumerable<NodeId> GetDependencies(NodeId node) =>
        _rules.Dependencies(node, CheckNode(node, RowCount, allowSideOutput: true), RowCount);

    /// <summary>The nodes that <paramref name="node"/> is a dependency of: cells, then barrier nodes, each in topological order.</summary>
    /// <remarks>While the row count is not known, a row group counts as full.</remarks>
    /// <exception cref="ArgumentException">The node is of the wrong kind: a barrier node of a column that has no such node.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row or the row group lies outside the table.</exception>
    /// <exception cref="KeyNotFoundException">No column produces the node.</exception>
    /// <exception cref="InvalidOperationException">All rows need the node, and the row count is not known.</exception>
    public IEnumerable<NodeId> GetDependents(NodeId node) =>
        _rules.Dependents(node, CheckNode(node, RowCount, allowSideOutput: true), RowCount);

    /// <summary>Every node: column by column in topological order, a barrier node before its cells, rows ascending.</summary>
    /// <exception cref="InvalidOperationException">The row count is not known.</exception>
    public IEnumerable<NodeId> EnumerateNodes()
    {
        long rowCount = KnownRowCount();
        return Enumerable.Range(0, ColumnCount).SelectMany(column => _rules.Nodes(column, rowCount));
    }

    /// <summary>The nodes without dependencies, in the order of <see cref="EnumerateNodes()"/>.</summary>
    /// <exception cref="InvalidOperationException">The row count is not known.</exception>
    public IEnumerable<NodeId> EnumerateStartNodes()
    {
        long rowCount = KnownRowCount();
        return Enumerable.Range(0, ColumnCount).SelectMany(column => _rules.StartNodes(column, rowCount));
    }

    /// <summary>A picture of the columns as a Mermaid flowchart: traits, annotations, side outputs, barriers and stages.</summary>
    public string ToMermaid() => MermaidWriter.Write(Topology, _index);

    /// <summary>As the constructor, for a layer with <paramref name="furtherErrors"/> that belong in the same exception.</summary>
    internal static ExecutionGraph Create(
        IEnumerable<ColumnDescriptor> columns, long? rowCount, int rowGroupSize, IEnumerable<string> furtherErrors) =>
        new(columns, rowCount, rowGroupSize, furtherErrors);

    /// <summary>The ordinal of a column, or of the producer of a side output.</summary>
    /// <exception cref="KeyNotFoundException">No column produces <paramref name="name"/>.</exception>
    internal int OrdinalOf(string name) => _index.Find(name, out _);

    internal bool TryOrdinalOf(string name, out int ordinal, out bool isSideOutput) => _index.TryFind(name, out ordinal, out isSideOutput);

    /// <summary>The nodes of one column, in the order of <see cref="EnumerateNodes()"/>, when the caller knows the row count.</summary>
    internal IEnumerable<NodeId> EnumerateNodes(int ordinal, long rowCount) => _rules.Nodes(ordinal, rowCount);

    /// <summary>The ordinal of the node's column, if the node is one of this graph's.</summary>
    /// <param name="node">The node to check.</param>
    /// <param name="rowCount">The row count as far as the caller knows it; null when it is not known.</param>
    /// <param name="allowSideOutput">Whether the name of a side output may stand for its producer.</param>
    internal int CheckNode(NodeId node, long? rowCount, bool allowSideOutput)
    {
        if (node.Column is null)
            throw new ArgumentException("The node names no column: it is the default value of its type.", nameof(node));
        int ordinal = _index.Find(node.Column, out bool isSideOutput);
        if (isSideOutput && !allowSideOutput)
            throw new ArgumentException($"{node} names a side output; name its producer, '{Topology.Columns[ordinal].Name}'.", nameof(node));
        if (node.IsBarrier)
            CheckBarrier(node, ordinal, rowCount);
        else
            CheckRow(node.Row, rowCount, nameof(node));
        return ordinal;
    }

    /// <exception cref="ArgumentOutOfRangeException">The row lies outside a table of <paramref name="rowCount"/> rows.</exception>
    internal static void CheckRow(long row, long? rowCount, string parameter = "row")
    {
        // The last row has a number that can be counted to, also in a table whose end is not known.
        long limit = rowCount ?? long.MaxValue;
        if (row < 0 || row >= limit)
            throw new ArgumentOutOfRangeException(parameter, row, $"Row {row} is outside the table{Range("rows", limit)}");
    }

    private void CheckBarrier(NodeId node, int ordinal, long? rowCount)
    {
        string column = Topology.Columns[ordinal].Name;
        bool isGrouped = Topology.IsGroupBarrier(ordinal);
        string? wrong =
            !Topology.IsBarrier(ordinal) ? "is no barrier: its only nodes are its cells"
            : isGrouped && node.RowGroup is null ? $"has a barrier node for each row group: Barrier('{column}', group)"
            : !isGrouped && node.RowGroup is not null ? $"has one barrier node for all rows: Barrier('{column}')"
            : null;
        if (wrong is not null)
            throw new ArgumentException($"{node} does not exist. Column '{column}' {wrong}.", nameof(node));

        long limit = NodeRules.CountRowGroups(rowCount ?? long.MaxValue, RowGroupSize);
        if (node.RowGroup >= limit)
            throw new ArgumentOutOfRangeException(nameof(node), node.RowGroup, $"{node} is outside the table{Range("row groups", limit)}");
    }

    private static string Range(string what, long limit) => limit == 0 ? $", which has no {what}." : $": its {what} are 0 to {limit - 1}.";

    private long KnownRowCount() => RowCount ?? throw NodeRules.RowCountUnknown("The nodes of all rows were asked for");
}
