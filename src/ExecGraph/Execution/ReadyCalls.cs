namespace ExecGraph.Execution;

/// <summary>Calls of one word that a worker has made ready, and may begin on the permits that it has in hand.</summary>
internal readonly record struct ReadyCalls(ColumnPlan Column, ActiveRowGroup Group, int Word, ulong Cells);
