namespace ExecGraph;

/// <summary>How the calls of a streamed column are run.</summary>
public sealed record StreamOptions : CellOptions
{
    /// <summary>Rows of one call at most, 1 or more. Default: 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxBatchSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;

    /// <summary>
    /// Rows that a call waits for while rows of admitted row groups are still on their way to this column; 1 or more, and no more
    /// than <see cref="MaxBatchSize"/>, which wins. Default: 1, which never waits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MinBatchSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>
    /// Whether a call that failed as a whole is tried again in parts, so that rows which cannot be done take no others with them: each attempt halves
    /// <see cref="MaxBatchSize"/>, and the last one calls for each row by itself. Needs more than one attempt in <see cref="CellOptions.Retry"/>. Default: false.
    /// </summary>
    public bool SplitFailedBatches { get; init; }
}
