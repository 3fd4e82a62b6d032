namespace ExecGraph;

/// <summary>How the calls of a column are run. Immutable; may be shared by columns.</summary>
public record CellOptions
{
    internal static readonly CellOptions Default = new();

    /// <summary>The limit that this column's calls count against, together with every other column that names the same object. Default: none.</summary>
    public Limiter? Limiter { get; init; }

    /// <summary>
    /// Estimates from a row's inputs what its call takes of <see cref="Limiter.Weight"/>, 0 or more: tokens, for example. Asked by a worker before the
    /// call waits for its limiter, once for each attempt. A call over many rows takes the sum over its rows; a batch that would take more than
    /// there is in a window is made shorter. Aggregates, which make no call, ignore it; so does a column without a <see cref="Limiter"/>. Default: null, nothing.
    /// </summary>
    /// <remarks>
    /// What it throws is a failure of the cell, and so is a negative estimate or one that no window of the limiter is large enough for. If the window is
    /// made smaller while a call waits for it, the call takes all of it.
    /// </remarks>
    public Func<CellInputs, long>? Weight { get; init; }

    /// <summary>What happens when a call throws. Default: null, one attempt.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>
    /// How long an attempt may take, above 0. Then its token is cancelled, and it fails with a <see cref="TimeoutException"/> like any other failed attempt.
    /// Only for asynchronous code: it is the code that has to heed its token. Waiting, for a limiter or another attempt, does not count. Default: null, as long as it takes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public TimeSpan? Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// How long an attempt whose <see cref="Timeout"/> is over may take to end, 0 or more. One that has not ended by then is abandoned: the cell goes on without it, it is named in
    /// <c>RunReport.Abandoned</c>, its result is thrown away, and it keeps its limiter's permit until it really ends. Default: 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan TimeoutGrace
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of a cell whose attempts ran out. Default: null, what the run's options say. Ignored by barriers and aggregates.</summary>
    public CellFailurePolicy? OnFailure { get; init; }

    /// <summary>
    /// What an attempt of a cell costs, in the unit of the run's budget; 0 or more. Failed attempts cost as much. A call of a stream costs that for each of
    /// its rows, one of a barrier or aggregate once. Default: 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public decimal CostPerAttempt
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>
    /// Whether calls must come one at a time and in ascending row order. The head row blocks later rows of this column, and only
    /// of this column, through all its attempts. Ignored by barriers. Default: <see langword="false"/>.
    /// </summary>
    public bool IsOrderDependent { get; init; }

    /// <summary>
    /// The version of what the column computes. A run does not continue one that had another version here: raise it when results are not to be mixed with those of
    /// before. Default: null.
    /// </summary>
    public string? Version { get; init; }

    /// <summary>
    /// Whether a cell runs although cells that it reads were skipped, on the values that these have; a barrier or aggregate then sees such rows
    /// like any other. Default: <see langword="false"/>, a cell with a skipped input is skipped too. See <see cref="SkipExtensions"/>.
    /// </summary>
    public bool RunsOnSkippedInputs { get; init; }
}
