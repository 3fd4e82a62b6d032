namespace ExecGraph.Table;

/// <summary>The rows of one call that fail by themselves, by position.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="column">The column.</param>
/// <param name="areAllowed">Whether its calls may fail for some rows only.</param>
internal sealed class RowFailures(string column, bool areAllowed)
{
    private readonly Lock _lock = new();
    private Dictionary<int, Exception>? _byPosition;
    private bool _isClosed;

    internal void Add(int position, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (!areAllowed)
            throw new InvalidOperationException($"Column '{column}' is a barrier: its call succeeds or fails for all rows, so no single row can fail.");
        lock (_lock)
        {
            if (_isClosed)
                throw new InvalidOperationException($"The call of column '{column}' has ended; it is too late to fail one of its rows.");
            (_byPosition ??= []).TryAdd(position, exception);
        }
    }

    /// <summary>The call has ended.</summary>
    /// <returns>The failures; null if there are none.</returns>
    internal IReadOnlyDictionary<int, Exception>? Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return _byPosition;
        }
    }
}
