using ExecGraph.Table;

namespace ExecGraph;

/// <summary>A typed handle to a column: what later columns depend on, and what reads its values from a row.</summary>
/// <typeparam name="T">The type of the column's values.</typeparam>
public sealed class Column<T> : IColumn, IOwned
{
    internal Column(string name, object owner)
    {
        Name = name;
        Owner = owner;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Type ValueType => typeof(T);

    /// <inheritdoc/>
    object IOwned.Owner => Owner;

    private object Owner { get; }

    /// <summary>Where the values stood when last looked up: a guess that saves the look-up by name. Any thread may overwrite it.</summary>
    internal int SlotHint;

    /// <summary>The column's value in a row: the same as <see cref="Row.Get{T}"/>.</summary>
    /// <exception cref="KeyNotFoundException">The row's table has no such column, or does not keep it in its output.</exception>
    public T this[Row row] => row.Get(this);

    /// <summary>The column's name.</summary>
    public override string ToString() => Name;
}
