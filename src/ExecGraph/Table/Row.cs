namespace ExecGraph;

/// <summary>One row of a <see cref="RowGroup"/>: a reference into it, cheap to copy.</summary>
public readonly struct Row : IEquatable<Row>
{
    private readonly RowGroup _group;
    private readonly int _position;

    internal Row(RowGroup group, int position)
    {
        _group = group;
        _position = position;
    }

    /// <summary>The row's index in the table, from 0. It never changes, whatever rows are dropped.</summary>
    public long Index => _group.RowAt(_position);

    /// <summary>The row's value of a column.</summary>
    /// <exception cref="KeyNotFoundException">The table has no such column, or does not keep it in its output.</exception>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public T Get<T>(Column<T> column) => _group.Get(column, _position);

    /// <summary>Whether the row's cell of a column was skipped: by a predicate, or because a cell that it reads was. Any output of the skipped call.</summary>
    /// <exception cref="KeyNotFoundException">The row's table has no such column, or does not keep it in its output.</exception>
    public bool IsSkipped(IColumn column) => _group.IsSkipped(column, _position);

    /// <summary>Whether both refer to the same row of the same group object.</summary>
    public bool Equals(Row other) => ReferenceEquals(_group, other._group) && _position == other._position;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Row other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_group, _position);

    /// <summary>Whether both refer to the same row.</summary>
    public static bool operator ==(Row left, Row right) => left.Equals(right);

    /// <summary>Whether they refer to different rows.</summary>
    public static bool operator !=(Row left, Row right) => !left.Equals(right);
}
