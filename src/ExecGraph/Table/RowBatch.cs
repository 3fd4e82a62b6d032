using System.Collections;

namespace ExecGraph.Table;

/// <param name="values">The values, by position.</param>
/// <param name="stretches">Where rows follow one another, ascending; as many as there are gaps, and one.</param>
/// <param name="failures">Takes the rows that fail.</param>
internal sealed class RowBatch<T>(T[] values, List<RowStretch> stretches, RowFailures failures) : IRowBatch<T>
{
    public int Count => values.Length;

    public T this[int index] => (uint)index < (uint)values.Length ? values[index] : throw OutOfRange(index, nameof(index));

    public long RowAt(int position)
    {
        if ((uint)position >= (uint)values.Length)
            throw OutOfRange(position, nameof(position));

        // The last stretch that begins at the position or before it.
        int low = 0;
        for (int high = stretches.Count; high - low > 1;)
        {
            int middle = (low + high) / 2;
            if (stretches[middle].Position <= position)
                low = middle;
            else
                high = middle;
        }

        return stretches[low].RowAt(position);
    }

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

/// <summary>Rows that follow one another in a batch.</summary>
/// <param name="Position">The position of the first one.</param>
/// <param name="Row">The first one.</param>
internal readonly record struct RowStretch(int Position, long Row)
{
    internal long RowAt(int position) => Row + position - Position;
}
