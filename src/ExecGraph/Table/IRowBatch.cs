namespace ExecGraph;

/// <summary>The inputs of several rows, handed to one call; a position is not a row, because rows can be missing.</summary>
/// <typeparam name="T">The input column's type, or a tuple of several.</typeparam>
public interface IRowBatch<out T> : IReadOnlyList<T>
{
    /// <summary>The table row at a position; ascending with the position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not between 0 and <c>Count - 1</c>.</exception>
    long RowAt(int position);
}
