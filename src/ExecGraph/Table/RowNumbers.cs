namespace ExecGraph.Table;

/// <summary>
/// The rows of a batch by their positions, ascending: where each stretch of rows that follow one another begins; or one by one, if the stretches are so
/// many that this takes less room.
/// </summary>
internal sealed class RowNumbers
{
    private readonly long[] _rows;
    private readonly int[]? _positions; // of the rows, if these are the first ones of stretches
    private int _count;

    private RowNumbers(long[] rows, int[]? positions) => (_rows, _positions) = (rows, positions);

    /// <param name="stretches">Stretches that will be added, at most.</param>
    /// <param name="rows">Rows of all of them.</param>
    internal static RowNumbers For(long stretches, int rows) =>
        stretches <= rows / 2 ? new RowNumbers(new long[stretches], new int[stretches]) : new RowNumbers(new long[rows], positions: null);

    /// <summary>Adds rows that follow one another, behind those that were added before.</summary>
    internal void Add(int position, long row, int count)
    {
        if (_positions is null)
        {
            for (int i = 0; i < count; i++)
                _rows[position + i] = row + i;
        }
        else if (_count == 0 || At(_count - 1, position) != row)
        {
            _positions[_count] = position;
            _rows[_count++] = row;
        }
    }

    internal long At(int position)
    {
        if (_positions is null)
            return _rows[position];

        // The last stretch that begins at the position or before it.
        int found = Array.BinarySearch(_positions, 0, _count, position);
        return At(found < 0 ? ~found - 1 : found, position);
    }

    private long At(int stretch, int position) => _rows[stretch] + position - _positions![stretch];
}
