namespace ExecGraph;

/// <summary>
/// What becomes of a cell whose attempts ran out. Barriers, aggregates and sources have no single row to give up: when they fail, the run
/// fails, whatever the policy. Immutable; may be shared by columns and runs.
/// </summary>
public sealed class CellFailurePolicy
{
    private readonly Func<CellFailure, CellFailurePolicy>? _decide;

    private CellFailurePolicy(PolicyKind kind, object? value = null, Func<CellFailure, CellFailurePolicy>? decide = null)
    {
        Kind = kind;
        Value = value;
        _decide = decide;
    }

    /// <summary>The run stops and throws <see cref="CellFailedException"/>; finished row groups are kept. The default.</summary>
    public static CellFailurePolicy FailRun { get; } = new(PolicyKind.FailRun);

    /// <summary>The row is given up: it is absent from the output and from barriers, and named in the report. Everything else goes on.</summary>
    public static CellFailurePolicy DropRow { get; } = new(PolicyKind.DropRow);

    /// <summary>The cell gets its type's default value and the row goes on; of several outputs, each gets its own.</summary>
    public static CellFailurePolicy UseDefault() => new(PolicyKind.UseDefault);

    /// <summary>The cell gets this value and the row goes on.</summary>
    /// <typeparam name="T">The column's type; of a column with several outputs, the tuple of them. Another type is refused when the run starts.</typeparam>
    /// <param name="value">The value.</param>
    public static CellFailurePolicy UseDefault<T>(T value) => new(PolicyKind.UseDefault, value);

    /// <summary>Decides for each failure. The function is called by workers, many at once; if it throws, the run fails with what it threw.</summary>
    /// <param name="decide">Gives another policy, not one made by this method.</param>
    public static CellFailurePolicy Decide(Func<CellFailure, CellFailurePolicy> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return new CellFailurePolicy(PolicyKind.Decide, decide: decide);
    }

    internal PolicyKind Kind { get; }

    internal object? Value { get; }

    /// <summary>The policy for one failure, never one that decides.</summary>
    internal CellFailurePolicy For(CellFailure failure)
    {
        if (_decide is null)
            return this;
        CellFailurePolicy? decided = _decide(failure);
        return decided is { Kind: not PolicyKind.Decide }
            ? decided
            : throw new InvalidOperationException(
                $"The failure policy of column '{failure.Column}' decided for {(decided is null ? "nothing" : "another decision")}; it must return FailRun, DropRow or UseDefault.");
    }
}

/// <summary>The kinds of <see cref="CellFailurePolicy"/>.</summary>
internal enum PolicyKind
{
    FailRun,
    DropRow,
    UseDefault,
    Decide,
}
