namespace ExecGraph;

/// <summary>How a barrier column or an aggregate is run.</summary>
public sealed record BarrierOptions : CellOptions
{
    /// <summary>The rows that one call waits for and sees. Default: <see cref="BarrierScope.Dataset"/>.</summary>
    public BarrierScope Scope { get; init; }
}
