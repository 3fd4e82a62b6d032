namespace ExecGraph;

/// <summary>How the calls of a column are run. Immutable; may be shared by columns.</summary>
public record CellOptions
{
    internal static readonly CellOptions Default = new();

    /// <summary>The limit that this column's calls count against, together with every other column that names the same object. Default: none.</summary>
    public Limiter? Limiter { get; init; }

    /// <summary>What happens when a call throws. Default: null, one attempt.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>What becomes of a cell whose attempts ran out. Default: null, what the run's options say. Ignored by barriers and aggregates.</summary>
    public CellFailurePolicy? OnFailure { get; init; }

    /// <summary>What an attempt of a cell costs, in the unit of the run's budget; 0 or more. Failed attempts cost as much. Default: 0.</summary>
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
}
