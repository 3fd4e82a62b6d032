namespace ExecGraph.Limits;

/// <summary>What keeps a limiter from admitting a call at one moment.</summary>
internal enum AdmissionHold
{
    /// <summary>Nothing does, or others that wait come first.</summary>
    None,

    /// <summary>As many calls are under way as may be at once.</summary>
    Concurrency,

    /// <summary>The pause after a call that came too often.</summary>
    Pause,

    /// <summary>The window of requests.</summary>
    Requests,

    /// <summary>The window of weights.</summary>
    Weight,
}

/// <summary>How a limiter stands at one moment, as one of its users sees it.</summary>
/// <param name="Taken">Calls under way.</param>
/// <param name="Limit">Calls at once, at most.</param>
/// <param name="Hold">What keeps the user's next call back: of several, what does so longest.</param>
/// <param name="Wait">For how long, at least; null if that is not a matter of time.</param>
internal readonly record struct AdmissionStanding(int Taken, int Limit, AdmissionHold Hold = AdmissionHold.None, TimeSpan? Wait = null);
