namespace ExecGraph.Tests.Support.Chaos;

/// <summary>A call's turn in the script.</summary>
/// <param name="Step">What it does.</param>
/// <param name="Column">The column.</param>
/// <param name="Row">The row; of a barrier, its row group.</param>
/// <param name="Call">Turns of the cell before this one.</param>
internal readonly record struct Turn(Step Step, int Column, long Row, int Call)
{
    /// <summary>What a rejection asks for, in units.</summary>
    internal const double Pause = 2;

    /// <summary>Whether it decides about all rows of its call.</summary>
    internal bool IsOfCall => Step is Step.ThrowAll or Step.RejectAll or Step.Hang or Step.Ignore or Step.Late;

    internal bool IsRejection => Step is Step.Reject or Step.RejectFor or Step.RejectAll;

    internal bool Waits => Step is Step.Hang or Step.Ignore or Step.Late;

    /// <summary>How the row's call ends, if nothing stops it.</summary>
    internal CallEnd End => Step switch
    {
        Step.Succeed or Step.Late => CallEnd.Done,
        Step.Reject or Step.RejectFor or Step.RejectAll => CallEnd.Rejected,
        Step.Hang or Step.Ignore => new CallEnd(EndKind.Failed, Step, Cause.TimeOut),
        Step.CancelItself => new CallEnd(EndKind.Failed, Step, Cause.Cancelled),
        _ => new CallEnd(EndKind.Failed, Step, Name),
    };

    private string Name => $"{Step} c{Column}[{Row}]#{Call}";

    /// <summary>What the step throws; null if it does not.</summary>
    internal Exception? Exception(TimeSpan unit) => Step switch
    {
        Step.Succeed or Step.Late => null,
        Step.Ignore when ChaosValues.Draw(1, "late", Row, Call) == 0 => null,
        Step.RejectFor => new RateLimitedException(Pause * unit),
        Step.Reject or Step.RejectAll => new RateLimitedException(),
        Step.CancelItself => new TaskCanceledException(),
        _ => new ChaosException(Step, Name),
    };
}

/// <summary>How a call ended, for one of its rows.</summary>
/// <param name="Kind">How.</param>
/// <param name="Step">Of a failure: the step.</param>
/// <param name="Cause">Of a failure: see <see cref="Chaos.Cause"/>.</param>
internal readonly record struct CallEnd(EndKind Kind, Step Step = Step.Succeed, string Cause = "")
{
    internal static CallEnd Done { get; } = new(EndKind.Done);

    internal static CallEnd Rejected { get; } = new(EndKind.Rejected);

    /// <summary>The run stopped, or the call has not ended.</summary>
    internal static CallEnd Open { get; } = new(EndKind.Open);
}

internal enum EndKind
{
    Open,
    Done,
    Failed,
    Rejected,
}
