using System.Collections;

namespace ExecGraph.Table;

internal sealed class RowBatch<T>(T[] values, RowNumbers rows, RowFailures failures) : IRowBatch<T>
{
    public int Count => values.Length;

    public T this[int index] => (uint)index < (uint)values.Length ? values[index] : throw OutOfRange(index, nameof(index));

    public long RowAt(int position) => (uint)position < (uint)values.Length ? rows.At(position) : throw OutOfRange(position, nameof(position));

    public void Fail(int position, Exception exception)
    {
        RowAt(position);
        failures.Add(position, exception);
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();

    private ArgumentOutOfRangeException OutOfRange(int index, string name) =>
        new(name, index, $"Positions in this batch go from 0 to {values.Length - 1}.");
}
