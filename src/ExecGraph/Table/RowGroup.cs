using System.Collections;
using ExecGraph.Table;

namespace ExecGraph;

/// <summary>The finished rows of one row group. It belongs to whoever received it: keeping it is safe.</summary>
/// <remarks>Immutable and safe for all threads, as far as the values themselves are.</remarks>
public sealed class RowGroup : IReadOnlyList<Row>
{
    private readonly TableLayout _layout;
    private readonly ColumnBuffer?[] _buffers;
    private readonly ColumnBuffer?[]? _picked;
    private readonly int[]? _offsets;
    private readonly ulong[]?[]? _skipped;

    /// <param name="layout">The table's columns.</param>
    /// <param name="buffers">Their values; null where a column is not kept.</param>
    /// <param name="index">The group's index.</param>
    /// <param name="firstRow">The row at offset 0.</param>
    /// <param name="rows">Rows of the group, dropped ones included.</param>
    /// <param name="offsets">The surviving rows' offsets; null if all survived.</param>
    /// <param name="skipped">By slot: the skipped cells, a bit for each row at its offset; null for none.</param>
    internal RowGroup(TableLayout layout, ColumnBuffer?[] buffers, long index, long firstRow, int rows, int[]? offsets, ulong[]?[]? skipped = null)
    {
        _skipped = skipped;
        _layout = layout;
        _buffers = buffers;
        _offsets = offsets;
        _picked = offsets is null ? null : new ColumnBuffer?[buffers.Length];
        Index = index;
        FirstRow = firstRow;
        Count = offsets?.Length ?? rows;
    }

    /// <summary>The group's index, from 0.</summary>
    public long Index { get; }

    /// <summary>The index of the group's first row, whether it survived or not.</summary>
    public long FirstRow { get; }

    /// <summary>The number of surviving rows.</summary>
    public int Count { get; }

    /// <summary>The surviving row at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not between 0 and <see cref="Count"/> - 1.</exception>
    public Row this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(index), index, $"Positions in this row group go from 0 to {Count - 1}.");
            return new Row(this, index);
        }
    }

    /// <summary>A column's values: element i belongs to the i-th surviving row.</summary>
    /// <exception cref="KeyNotFoundException">The table has no such column, or does not keep it in its output.</exception>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public ReadOnlyMemory<T> GetColumn<T>(Column<T> column)
    {
        int slot = SlotOf(column);
        ColumnBuffer buffer = _buffers[slot]!;
        if (_offsets is not null)
            buffer = _picked![slot] ??= buffer.Pick(_offsets);
        return ((ColumnBuffer<T>)buffer).Values.AsMemory(0, Count);
    }

    /// <summary>The values of a column that is known by name only.</summary>
    /// <inheritdoc cref="GetColumn{T}(Column{T})" path="/exception"/>
    public ReadOnlyMemory<T> GetColumn<T>(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return GetColumn(new Column<T>(name, this));
    }

    /// <summary>The surviving rows in ascending order.</summary>
    public IEnumerator<Row> GetEnumerator()
    {
        for (int position = 0; position < Count; position++)
            yield return new Row(this, position);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal long RowAt(int position) => FirstRow + (_offsets is null ? position : _offsets[position]);

    internal T Get<T>(Column<T> column, int position) =>
        ((ColumnBuffer<T>)_buffers[SlotOf(column)]!).Values[_offsets is null ? position : _offsets[position]];

    internal bool IsSkipped(IColumn column, int position)
    {
        ArgumentNullException.ThrowIfNull(column);
        int slot = _layout.SlotOf(column.Name);
        BufferAt(slot, column.Name);
        if (_skipped?[slot] is not { } words)
            return false;
        int offset = _offsets is null ? position : _offsets[position];
        return (words[offset >> 6] >> offset & 1) != 0;
    }

    private int SlotOf<T>(Column<T> column)
    {
        ArgumentNullException.ThrowIfNull(column);
        int slot = column.SlotHint;
        if ((uint)slot < (uint)_layout.Count && ReferenceEquals(_layout.Names[slot], column.Name) && _buffers[slot] is ColumnBuffer<T>)
            return slot;
        slot = _layout.SlotOf(column.Name);
        if (BufferAt(slot, column.Name) is var buffer and not ColumnBuffer<T>)
            throw new InvalidOperationException($"Column '{column.Name}' holds {buffer.ValueType.Name}, not {typeof(T).Name}.");
        column.SlotHint = slot;
        return slot;
    }

    private ColumnBuffer BufferAt(int slot, string name)
    {
        if (slot < 0)
            throw new KeyNotFoundException($"The table has no column '{name}'. It has: {string.Join(", ", _layout.Names)}.");
        return _buffers[slot]
            ?? throw new KeyNotFoundException($"Column '{name}' is not kept in the output. Name it in GraphBuilder.Output to read it.");
    }
}
