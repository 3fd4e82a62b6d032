namespace ExecGraph.Definition;

/// <summary>The skip rules that a builder was told, and the values of cells that are skipped for another reason.</summary>
internal sealed class SkipDeclarations
{
    private readonly List<SkipRule> _rules = [];
    private readonly Dictionary<string, SkippedValue> _values = new(StringComparer.Ordinal);

    internal void Add(SkipRule rule) => _rules.Add(rule);

    internal void Set(SkippedValue value) => _values[value.Column] = value;

    internal IReadOnlyList<SkipRule> CopyRules() => [.. _rules];

    internal IReadOnlyDictionary<string, SkippedValue> CopyValues() => new Dictionary<string, SkippedValue>(_values, StringComparer.Ordinal);

    /// <summary>The columns together with what their predicates make them depend on.</summary>
    internal IReadOnlyList<ColumnDescriptor> AddDependencies(IReadOnlyList<ColumnDescriptor> columns, List<string> errors)
    {
        ColumnDescriptor[] result = [.. columns];
        foreach (IGrouping<int, SkipRule> rules in _rules.GroupBy(rule => OwnerOf(columns, rule.Column)))
        {
            ColumnDescriptor column = columns[rules.Key];
            string[] inputs = [.. rules.SelectMany(rule => rule.Inputs).Distinct()];
            foreach (string own in inputs.Where(name => OwnerOf(columns, name) == rules.Key))
            {
                string through = own == column.Name ? "" : $", its side output '{own}'";
                errors.Add($"Column '{column.Name}' cannot be skipped by its own value{through}, which exists only once the cell has run. Where gives up rows by such a value.");
            }

            if (column.Generator is IInputGenerator)
                errors.Add($"Column '{column.Name}' cannot be skipped: its source is read row by row in any case. Skip the columns that read it, or give the source as a list.");
            result[rules.Key] = column with
            {
                SkipDependencies = [.. inputs.Where(name => OwnerOf(columns, name) != rules.Key && !column.Dependencies.Contains(name))],
            };
        }

        return result;
    }

    /// <summary>A real column wins over a side output of the same name.</summary>
    private static int OwnerOf(IReadOnlyList<ColumnDescriptor> columns, string name)
    {
        int side = -1;
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name)
                return i;
            if (side < 0 && columns[i].SideOutputs.Contains(name))
                side = i;
        }

        return side;
    }
}
