namespace ExecGraph;

/// <summary>How the calls of a column are run. Immutable; may be shared by columns.</summary>
public record CellOptions
{
    internal static readonly CellOptions Default = new();

    /// <summary>The limit that this column's calls count against, together with every other column that names the same object. Default: none.</summary>
    public Limiter? Limiter { get; init; }

    /// <summary>What happens when a call throws. Default: null, one attempt.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>
    /// Whether calls must come one at a time and in ascending row order. The head row blocks later rows of this column, and only
    /// of this column, through all its attempts. Ignored by barriers. Default: <see langword="false"/>.
    /// </summary>
    public bool IsOrderDependent { get; init; }

    /// <summary>
    /// Whether a cell runs although cells that it reads were skipped, on the values that these have; a barrier or aggregate then sees such rows
    /// like any other. Default: <see langword="false"/>, a cell with a skipped input is skipped too. See <see cref="SkipExtensions"/>.
    /// </summary>
    public bool RunsOnSkippedInputs { get; init; }
}
