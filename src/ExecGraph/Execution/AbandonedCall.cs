namespace ExecGraph;

/// <summary>A call that was given up on while it was under way. Immutable.</summary>
/// <param name="Row">The row; of a call over several rows the first one; null for a barrier.</param>
/// <param name="Column">The column.</param>
/// <param name="Attempt">The attempt, from 1.</param>
public sealed record AbandonedCall(long? Row, string Column, int Attempt);
