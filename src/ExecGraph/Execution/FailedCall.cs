namespace ExecGraph.Execution;

/// <summary>A call that has ended and failed, while a worker takes back others.</summary>
/// <param name="Item">The cell.</param>
/// <param name="Failure">What it failed with.</param>
/// <param name="LaterSuccesses">Calls of its column, taken back at the same time, that succeeded and ended after it.</param>
internal readonly record struct FailedCall(WorkItem Item, Exception Failure, long LaterSuccesses);
