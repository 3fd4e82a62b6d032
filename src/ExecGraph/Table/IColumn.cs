namespace ExecGraph;

/// <summary>A named, typed column of a table: the handle that a builder gives out. Compare by reference.</summary>
public interface IColumn
{
    /// <summary>The column's name, unique in its graph.</summary>
    string Name { get; }

    /// <summary>The type of its values.</summary>
    Type ValueType { get; }
}
