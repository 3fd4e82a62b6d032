namespace ExecGraph;

/// <summary>
/// Thrown by a cell whose service says that it is called too often. It is a delay, not an attempt: the cell's limiter slows down, and the
/// cell is called again; by itself it never drops a row or fails a run, however often it is thrown.
/// </summary>
/// <remarks>
/// Also found within what a cell throws: as an inner exception, at any depth, or among those of an <see cref="AggregateException"/>.
/// </remarks>
public sealed class RateLimitedException : Exception
{
    /// <param name="retryAfter">How long the service asks to be left alone, from now; null or zero if it does not say: then the wait doubles from call to call.</param>
    /// <param name="message">What the service said; null for a general message.</param>
    /// <param name="innerException">What led to this.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryAfter"/> is negative.</exception>
    public RateLimitedException(TimeSpan? retryAfter = null, string? message = null, Exception? innerException = null)
        : base(message ?? "The service says that it is called too often.", innerException)
    {
        if (retryAfter is { } wait)
            ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(retryAfter));
        RetryAfter = retryAfter;
    }

    /// <summary>How long the service asks to be left alone; null or zero if it does not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The first one in an exception, its inner exceptions, or those of an aggregate.</summary>
    /// <param name="exception">What a cell threw.</param>
    /// <param name="classify">Asked about each exception that is none itself; null for nobody.</param>
    internal static RateLimitedException? FindIn(Exception exception, Func<Exception, RateLimitedException?>? classify)
    {
        if (exception is RateLimitedException found)
            return found;
        if (classify?.Invoke(exception) is { } classified)
            return classified;
        if (exception is not AggregateException aggregate)
            return exception.InnerException is { } inner ? FindIn(inner, classify) : null;
        foreach (Exception one in aggregate.InnerExceptions)
        {
            if (FindIn(one, classify) is { } within)
                return within;
        }

        return null;
    }
}
