using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>Operations side by side leave the tracker as some order of the same operations would.</summary>
[Collection(Explorations.Name)]
public sealed class TrackerLinearizabilityTests
{
    private static readonly ExecutionGraph Graph = new(
        [Columns.Start("a"), Columns.Start("c"), Columns.Cell("d", "a", "c"), Columns.GroupBarrier("g", "d"), Columns.Barrier("z", "a")], rowCount: 4, rowGroupSize: 3);

    private static readonly long Iterations = Environment.GetEnvironmentVariable("EXECGRAPH_SOAK") == "1" ? 20_000 : 200;

    [Fact]
    public void Completions_and_drops_side_by_side_amount_to_some_order_of_them() =>
        Gen.Const(0).Select(_ => new CompletionTracker(Graph)).SampleParallel(
            Gen.Select(Gen.Long[0, 3], Gen.Int[0, 2]).Operation<CompletionTracker>(
                cell => $"complete {Graph.ColumnNames[cell.Item2]} {cell.Item1}",
                (tracker, cell) => tracker.MarkComplete(NodeId.Cell(cell.Item1, Graph.ColumnNames[cell.Item2]))),
            Gen.Long[0, 3].Operation<CompletionTracker>(row => $"drop {row}", (tracker, row) => tracker.DropRow(row)),
            Gen.Int[0, 2].Operation<CompletionTracker>(
                barrier => $"barrier {barrier}",
                (tracker, barrier) => tracker.MarkComplete(barrier == 2 ? NodeId.Barrier("z") : NodeId.Barrier("g", barrier))),
            equal: (one, other) => State(one) == State(other),
            print: State,
            iter: Iterations);

    private static string State(CompletionTracker tracker) => string.Join(
        " ",
        Graph.EnumerateNodes().Select(node => tracker.IsComplete(node) ? "1" : "0")
            .Concat(Enumerable.Range(0, 4).Select(row => tracker.IsDropped(row) ? "d" : "-"))
            .Append($"count {tracker.Count}")
            .Append($"ready {string.Join(",", Graph.EnumerateReadyNodes(tracker))}"));
}
