using System.Collections;

namespace ExecGraph.Table;

internal sealed class RowBatch<T>(T[] values, long[] rows, RowFailures failures) : IRowBatch<T>
{
    public int Count => values.Length;

    public T this[int index] => (uint)index < (uint)values.Length
        ? values[index]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"Positions in this batch go from 0 to {values.Length - 1}.");

    public long RowAt(int position) => (uint)position < (uint)rows.Length
        ? rows[position]
        : throw new ArgumentOutOfRangeException(nameof(position), position, $"Positions in this batch go from 0 to {rows.Length - 1}.");

    public void Fail(int position, Exception exception)
    {
        RowAt(position);
        failures.Add(position, exception);
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();
}
