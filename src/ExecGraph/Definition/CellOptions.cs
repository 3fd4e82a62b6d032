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
    /// Whether calls must come one at a time and in ascending row order. The head row blocks later rows of this column, and only
    /// of this column, through all its attempts. Ignored by barriers. Default: <see langword="false"/>.
    /// </summary>
    public bool IsOrderDependent { get; init; }
}
