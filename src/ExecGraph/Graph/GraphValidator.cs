namespace ExecGraph.Graph;

/// <summary>Turns declared columns into a topology, or reports in one exception every rule that they break.</summary>
internal sealed class GraphValidator
{
    private readonly ColumnDescriptor[] _columns;
    private readonly ColumnIndex _index;
    private readonly List<string> _errors = [];

    private GraphValidator(ColumnDescriptor[] columns)
    {
        _columns = columns;
        _index = new ColumnIndex(columns);
    }

    /// <param name="columns">The columns, in any order.</param>
    /// <param name="rowCount">The number of rows; null when it is not known.</param>
    /// <param name="rowGroupSize">The rows of a full row group.</param>
    /// <param name="furtherErrors">Errors already found by a layer that knows more, such as the types of the values.</param>
    /// <exception cref="GraphValidationException">There is an error.</exception>
    internal static GraphTopology Validate(
        ColumnDescriptor[] columns, long? rowCount, int rowGroupSize, IEnumerable<string> furtherErrors)
    {
        var validator = new GraphValidator(columns);
        validator.CheckSize(rowCount, rowGroupSize);
        ColumnRules.CheckNames(columns, validator._errors);
        ColumnRules.CheckTraits(columns, validator._errors);
        int[][] producers = validator.ResolveDependencies();
        List<int> order = ColumnOrder.Sort(producers);
        validator.CheckCycles(producers, order);
        validator.CheckStart();
        validator._errors.AddRange(furtherErrors);
        if (validator._errors.Count > 0)
            throw new GraphValidationException(validator._errors);
        return InOrder(columns, producers, order);
    }

    private void CheckSize(long? rowCount, int rowGroupSize)
    {
        if (rowCount <= 0)
            _errors.Add($"The row count is {rowCount}; it must be at least 1, or null for a table that ends where its source ends.");
        if (rowGroupSize <= 0)
            _errors.Add($"The row group size is {rowGroupSize}; it must be at least 1.");
        if (rowCount is not > 0 || rowGroupSize <= 0)
            return;
        Int128 nodes = NodeRules.CountNodes(_columns, rowCount.Value, rowGroupSize);
        if (nodes > long.MaxValue)
            _errors.Add($"{rowCount} rows of {_columns.Length} columns make {nodes} nodes; at most {long.MaxValue} can be counted.");
    }

    /// <summary>The distinct producers of each column in declared order, without those that are errors.</summary>
    private int[][] ResolveDependencies()
    {
        var producers = new int[_columns.Length][];
        for (int c = 0; c < _columns.Length; c++)
        {
            var found = new List<int>();
            foreach (string dependency in _columns[c].Dependencies.Concat(_columns[c].SkipDependencies).Distinct())
            {
                if (Resolve(dependency, c) is { } producer)
                    found.Add(producer);
            }

            producers[c] = [.. found.Distinct()];
        }

        return producers;
    }

    private int? Resolve(string dependency, int column)
    {
        string name = ColumnRules.Quote(_columns[column].Name);
        if (!_index.TryFind(dependency, out int producer, out bool isSideOutput))
        {
            IEnumerable<string> others = _index.Names.Except(_columns[column].ProducedColumns);
            string suggestion = NameSuggestion.For(dependency ?? "", others);
            _errors.Add($"Column {name} depends on {ColumnRules.Quote(dependency)}, which no column produces.{suggestion}");
            return null;
        }

        if (producer != column)
            return producer;
        string through = isSideOutput ? $", through its side output {ColumnRules.Quote(dependency)}" : "";
        _errors.Add($"Column {name} depends on itself{through}.");
        return null;
    }

    private void CheckCycles(int[][] producers, List<int> order)
    {
        foreach (List<int> cycle in ColumnOrder.FindCycles(producers, order))
        {
            string path = string.Join(" -> ", cycle.Select(position => ColumnRules.Quote(_columns[position].Name)));
            _errors.Add($"Columns depend on each other in a cycle: {path} (each on the next).");
        }
    }

    private void CheckStart()
    {
        IEnumerable<ColumnDescriptor> stuck = _columns.Where(column => column.Dependencies.Count == 0 && !column.IsStart);
        foreach (string name in stuck.Select(column => ColumnRules.Quote(column.Name)))
            _errors.Add($"Column {name} has no dependencies, but it is not Start: it cannot be generated from scratch.");
        if (_columns.Length == 0)
            _errors.Add("The graph has no columns; it needs a start column.");
        else if (!_columns.Any(column => column.IsStart))
            _errors.Add("The graph has no start column: no column can be generated from scratch.");
    }

    private static GraphTopology InOrder(ColumnDescriptor[] columns, int[][] producers, List<int> order)
    {
        var ordinals = new int[order.Count];
        for (int ordinal = 0; ordinal < ordinals.Length; ordinal++)
            ordinals[order[ordinal]] = ordinal;
        return new GraphTopology(
            [.. order.Select(position => columns[position])],
            [.. order.Select(position => Array.ConvertAll(producers[position], producer => ordinals[producer]))]);
    }
}
