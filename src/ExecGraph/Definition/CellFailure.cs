namespace ExecGraph;

/// <summary>A cell whose attempts ran out. Immutable.</summary>
/// <param name="Row">The row.</param>
/// <param name="Column">The column.</param>
/// <param name="Attempts">How often the cell was tried, 1 or more.</param>
/// <param name="Exception">What the last attempt threw.</param>
public sealed record CellFailure(long Row, string Column, int Attempts, Exception Exception);
