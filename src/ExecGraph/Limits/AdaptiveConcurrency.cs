namespace ExecGraph;

/// <summary>
/// How a limiter answers a service that says "too often": fewer calls at once, then slowly more again, and a pause. Immutable.
/// </summary>
/// <remarks>
/// Additive increase, multiplicative decrease (Chiu and Jain, 1989). Calls that were under way together when the first of them was
/// rejected are one burst, and lower the limit once.
/// </remarks>
public sealed record AdaptiveConcurrency
{
    /// <summary>The limit is never lowered; the pause is kept.</summary>
    public static AdaptiveConcurrency Off { get; } = new() { DecreaseFactor = 1 };

    /// <summary>What the limit is multiplied with at a burst, more than 0 and at most 1; 1 never lowers it. Default: 0.75.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in that range.</exception>
    public double DecreaseFactor
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The factor must be more than 0 and at most 1.");
    } = 0.75;

    /// <summary>Successful calls after which a lowered limit rises by one, 1 or more. Default: 25.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int SuccessesPerIncrease { get; init => field = AtLeastOne(value); } = 25;

    /// <summary>The limit is not lowered below this, 1 or more; <see cref="Limiter.MaxConcurrency"/> wins. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Floor { get; init => field = AtLeastOne(value); } = 1;

    /// <summary>The pause where the service names none; it doubles with each burst as long as no call succeeds. More than zero. Default: 1 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or less.</exception>
    public TimeSpan CoolDown { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause; what a service names is not cut. More than zero. Default: 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or less.</exception>
    public TimeSpan MaxCoolDown { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a burst.</summary>
    /// <param name="bursts">Bursts before it without a success since, 0 or more.</param>
    internal TimeSpan CoolDownAfter(int bursts)
    {
        double ticks = CoolDown.Ticks * Math.Pow(2, Math.Min(bursts, 62));
        return ticks >= MaxCoolDown.Ticks ? MaxCoolDown : TimeSpan.FromTicks((long)ticks);
    }

    private static int AtLeastOne(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
