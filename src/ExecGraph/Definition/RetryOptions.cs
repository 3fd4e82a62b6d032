namespace ExecGraph;

/// <summary>Repeats a failed call. A waiting cell holds nothing; its column's other rows go on. Immutable.</summary>
public sealed record RetryOptions
{
    /// <summary>Calls of one cell altogether, 1 or more. Default: 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 3;

    /// <summary>The wait before the second attempt; it doubles with each further one. 0 or more. Default: 200 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan Delay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait. 0 or more. Default: 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MaxDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    internal TimeSpan DelayAfter(int attempt)
    {
        double ticks = Delay.Ticks * Math.Pow(2, Math.Min(attempt - 1, 62));
        return ticks >= MaxDelay.Ticks ? MaxDelay : TimeSpan.FromTicks((long)ticks);
    }
}
