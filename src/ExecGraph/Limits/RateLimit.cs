namespace ExecGraph;

/// <summary>
/// At most so many permits in any interval of the window's length, wherever it begins: a sliding window, exact to the call. Immutable.
/// </summary>
/// <param name="Permits">Permits, 1 or more.</param>
/// <param name="Window">The window's length, more than zero.</param>
/// <exception cref="ArgumentOutOfRangeException">The permits are less than 1, or the window is not longer than zero.</exception>
public sealed record RateLimit(long Permits, TimeSpan Window)
{
    /// <summary>Permits, 1 or more.</summary>
    public long Permits { get; init => field = AtLeastOne(value); } = AtLeastOne(Permits);

    /// <summary>The window's length, more than zero.</summary>
    public TimeSpan Window { get; init => field = Positive(value); } = Positive(Window);

    /// <summary>So many permits in any second.</summary>
    public static RateLimit PerSecond(long permits) => new(permits, TimeSpan.FromSeconds(1));

    /// <summary>So many permits in any minute.</summary>
    public static RateLimit PerMinute(long permits) => new(permits, TimeSpan.FromMinutes(1));

    private static long AtLeastOne(long permits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        return permits;
    }

    private static TimeSpan Positive(TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        return window;
    }
}
