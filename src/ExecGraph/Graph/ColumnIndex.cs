namespace ExecGraph.Graph;

/// <summary>Finds a column by its own name or by the name of one of its side outputs. Immutable.</summary>
internal sealed class ColumnIndex
{
    private readonly Dictionary<string, (int Ordinal, bool IsSideOutput)> _names = new(StringComparer.Ordinal);

    /// <remarks>Takes unchecked columns too: of several with one name the first is found, and names that are null are not.</remarks>
    internal ColumnIndex(ColumnDescriptor[] columns)
    {
        for (int c = 0; c < columns.Length; c++)
            Add(columns[c].Name, c, isSideOutput: false);

        // After all real columns, so that these win.
        for (int c = 0; c < columns.Length; c++)
        {
            foreach (string name in columns[c].SideOutputs)
                Add(name, c, isSideOutput: true);
        }
    }

    /// <summary>Every name that can be found, real columns first.</summary>
    internal IEnumerable<string> Names => _names.Keys;

    internal bool TryFind(string? name, out int ordinal, out bool isSideOutput)
    {
        (int Ordinal, bool IsSideOutput) found = default;
        bool exists = name is not null && _names.TryGetValue(name, out found);
        (ordinal, isSideOutput) = found;
        return exists;
    }

    /// <exception cref="KeyNotFoundException">No column produces <paramref name="name"/>.</exception>
    internal int Find(string name, out bool isSideOutput)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!TryFind(name, out int ordinal, out isSideOutput))
            throw new KeyNotFoundException($"The graph has no column '{name}'.{NameSuggestion.For(name, Names)}");
        return ordinal;
    }

    private void Add(string? name, int ordinal, bool isSideOutput)
    {
        if (name is not null)
            _names.TryAdd(name, (ordinal, isSideOutput));
    }
}
