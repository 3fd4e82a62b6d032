namespace ExecGraph;

/// <summary>The inputs of several rows, handed to one call; a position is not a row, because rows can be missing.</summary>
/// <typeparam name="T">The input column's type, or a tuple of several.</typeparam>
public interface IRowBatch<out T> : IReadOnlyList<T>
{
    /// <summary>The table row at a position; ascending with the position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not between 0 and <c>Count - 1</c>.</exception>
    long RowAt(int position);

    /// <summary>
    /// Fails one row of a stream's call, as if its cell alone had thrown: it is tried again or given up as the column's options say, and the value that the
    /// call returns at this position is not used. The other rows are not affected. Of two failures of a row the first counts. Thread-safe.
    /// </summary>
    /// <param name="position">The row's position.</param>
    /// <param name="exception">Why.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is not between 0 and <c>Count - 1</c>.</exception>
    /// <exception cref="InvalidOperationException">The call has ended, or it is a barrier's, which succeeds or fails as a whole.</exception>
    void Fail(int position, Exception exception) => throw new InvalidOperationException($"{GetType()} is not the batch of a call, so no row of it can fail.");
}
