namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What one call does.</summary>
internal enum Step
{
    Succeed,

    /// <summary>Throws what is worth another attempt; in a stream, fails its row.</summary>
    Throw,

    /// <summary>Throws what is not worth another attempt, where the column is asked about that.</summary>
    ThrowForGood,

    /// <summary>Throws what makes <see cref="RetryOptions.ShouldRetry"/> throw, where there is one.</summary>
    ThrowOddly,

    /// <summary>Is cancelled by a token of its own.</summary>
    CancelItself,

    /// <summary>Is called too often, and is not told for how long.</summary>
    Reject,

    /// <summary>Is called too often, and is told for how long.</summary>
    RejectFor,

    /// <summary>Throws for all rows of a call; where a call is one cell, like <see cref="Throw"/>.</summary>
    ThrowAll,

    /// <summary>Is rejected for all rows of a call; where a call is one cell, like <see cref="Reject"/>.</summary>
    RejectAll,

    /// <summary>Waits until its token is cancelled.</summary>
    Hang,

    /// <summary>Waits long after it was given up on, whatever its token says, and then ends in one way or another.</summary>
    Ignore,

    /// <summary>Waits until its time is over, but not its grace, and then succeeds.</summary>
    Late,

    /// <summary>The estimate of its weight throws, so that there is no call.</summary>
    MisjudgeWeight,
}
