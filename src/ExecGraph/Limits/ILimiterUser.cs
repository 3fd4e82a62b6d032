namespace ExecGraph.Limits;

/// <summary>Someone who takes a limiter's permits: a lane of a run.</summary>
internal interface ILimiterUser
{
    /// <summary>
    /// Permits that the user waited for are reserved for it. Called outside the limiter's lock, though perhaps under another user's, on the
    /// thread that made them free or on the clock's; must be short and must not throw.
    /// </summary>
    /// <returns>
    /// Whether it will take them; if not, the next one gets them. A user that has said yes takes them soon, or gives them up by
    /// <see cref="Admission.Decline"/> as soon as it has no use for them any more.
    /// </returns>
    bool PermitsReserved();

    /// <summary>The limiter cannot grant permits any more. Called like <see cref="PermitsReserved"/>.</summary>
    void LimiterFailed(Exception exception);
}

/// <summary>A user's place with a limiter. Its fields belong to the limiter's lock.</summary>
internal sealed class LimiterSeat(ILimiterUser user)
{
    /// <summary>Stands for nobody in particular.</summary>
    internal static readonly LimiterSeat Nobody = new(null!);

    private int _reserved;

    internal ILimiterUser User => user;

    /// <summary>Whether it stands in the queue; then nothing is reserved for it.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Permits that it could use at once, when it waits.</summary>
    internal int Wanted { get; set; }

    /// <summary>What its next call weighs, when it waits or something is reserved for it.</summary>
    internal long Weight { get; set; }

    /// <summary>Its calls that were admitted and have not been made yet: no more than it has threads.</summary>
    internal List<CallPermit> Open { get; } = [];

    /// <summary>Permits that are reserved for it and for nobody else. Anybody may read it.</summary>
    internal int Reserved
    {
        get => Volatile.Read(ref _reserved);
        set => Volatile.Write(ref _reserved, value);
    }
}
