using ExecGraph.Definition;

namespace ExecGraph;

/// <summary>Repeats a failed call. A waiting cell holds nothing; its column's other rows go on. Immutable.</summary>
public sealed record RetryOptions
{
    private const double Growth = 3;
    private const int MaxRedrawn = 64;

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

    /// <summary>The shortest wait, and without jitter the one before the second attempt; 0 or more, where 0 never waits. Default: 200 ms.</summary>
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

    /// <summary>
    /// Whether waits are drawn at random, so that cells that failed together do not come back together: each is between <see cref="Delay"/> and
    /// three times the one before. If not, each is twice the one before. Default: <see langword="true"/>.
    /// </summary>
    /// <remarks>
    /// Decorrelated jitter, after Marc Brooker, "Exponential Backoff And Jitter" (2015). Drawn from the run's seed, the column and the row, so that a run can be repeated.
    /// </remarks>
    public bool HasJitter { get; init; } = true;

    /// <summary>
    /// Whether to try again, asked after each failed attempt but the last with what it threw and its number, from 1. Called by
    /// workers, many at once; if it throws, there is no further attempt. Default: null, always.
    /// </summary>
    public Func<Exception, int, bool>? ShouldRetry { get; init; }

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="seed">The cell's seed.</param>
    internal TimeSpan DelayAfter(int attempt, ulong seed)
    {
        double ticks = Delay.Ticks;
        if (!HasJitter)
            return Capped(ticks * Math.Pow(2, Math.Min(attempt - 1, 62)));

        // Nothing is kept for a waiting cell: the waits before are drawn again, as far back as they matter.
        for (long draw = Math.Max(1, attempt - MaxRedrawn); draw <= attempt; draw++)
            ticks = Math.Min(MaxDelay.Ticks, Delay.Ticks + (((ticks * Growth) - Delay.Ticks) * Fraction(seed, draw)));
        return Capped(ticks);
    }

    private TimeSpan Capped(double ticks) => ticks >= MaxDelay.Ticks ? MaxDelay : TimeSpan.FromTicks((long)ticks);

    /// <summary>Evenly distributed in [0, 1).</summary>
    private static double Fraction(ulong seed, long draw) => (SplitMix.Mix(seed ^ SplitMix.Mix((ulong)draw)) >> 11) * (1.0 / (1UL << 53));
}
