namespace ExecGraph;

/// <summary>
/// What a run may cost. When it is spent, nothing further begins, what is under way may end, and the finished row groups are handed out. So a run costs more by what
/// was under way. Immutable.
/// </summary>
public sealed record RunBudget
{
    /// <summary>Computed cells, without those whose rows a filter of the same column then removed; 1 or more. Default: null, no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long? Cells
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(value));
            field = value;
        }
    }

    /// <summary>Time since the start, on the run's clock; above 0. Default: null, no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public TimeSpan? Time
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(value));
            field = value;
        }
    }

    /// <summary>The sum of what the attempts cost, see <see cref="CellOptions.CostPerAttempt"/>, also where their rows are then given up, in any unit; above 0. Default: null, no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public decimal? Cost
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? 1, 0, nameof(value));
            field = value;
        }
    }
}
