namespace ExecGraph.Table;

/// <summary>Which value columns a table has and where each one's buffer stands in a row group. Immutable.</summary>
internal sealed class TableLayout
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    internal TableLayout(IReadOnlyList<string> names)
    {
        Names = names;
        for (int slot = 0; slot < names.Count; slot++)
            _slots.Add(names[slot], slot);
    }

    internal IReadOnlyList<string> Names { get; }

    internal int Count => Names.Count;

    internal int SlotOf(string name) => _slots.GetValueOrDefault(name, -1);
}
