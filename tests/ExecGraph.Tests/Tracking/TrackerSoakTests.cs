using System.Collections.Concurrent;
using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Tracking;

/// <summary>Real threads on real memory, with an outcome that is checked: what the explorer cannot see is weaker memory order.</summary>
[Collection(Explorations.Name)]
public sealed class TrackerSoakTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("EXECGRAPH_SOAK") == "1" ? 3_000 : 60;

    [Fact]
    public void Threads_that_run_what_they_are_told_run_every_node_once()
    {
        for (int round = 0; round < Rounds; round++)
        {
            var graph = new ExecutionGraph(
                [Start("a"), Cell("b", "a"), Cell("c", "a"), Cell("d", "b", "c"), GroupBarrier("g", "d"), Cell("e", "g", "a"), Barrier("z", "e", "b"), Cell("y", "z", "d")],
                rowCount: 333, rowGroupSize: 70);
            var tracker = new CompletionTracker(graph);
            var work = new ConcurrentQueue<NodeId>(graph.EnumerateStartNodes());
            var done = new ConcurrentDictionary<NodeId, bool>();
            long left = graph.NodeCount!.Value;
            Parallel.For(0, 4, _ =>
            {
                var ready = new List<NodeId>();
                while (Volatile.Read(ref left) > 0)
                {
                    if (!work.TryDequeue(out NodeId node))
                        continue;
                    done.TryAdd(node, true).Should().BeTrue("{0} is reported once", node);
                    ready.Clear();
                    tracker.MarkComplete(node, ready).Should().BeTrue();
                    foreach (NodeId each in ready)
                        work.Enqueue(each);
                    Interlocked.Decrement(ref left);
                }
            });
            graph.IsComplete(tracker).Should().BeTrue();
            tracker.Count.Should().Be(graph.NodeCount!.Value);
        }
    }

    [Fact]
    public void Completions_beside_drops_make_each_barrier_ready_once()
    {
        for (int round = 0; round < Rounds * 4; round++)
        {
            var graph = new ExecutionGraph([Start("a"), Cell("b", "a"), Barrier("z", "b"), GroupBarrier("g", "a")], rowCount: 256, rowGroupSize: 64);
            var tracker = new CompletionTracker(graph);
            var barriers = new ConcurrentBag<NodeId>();
            int seed = round;
            Parallel.For(0, 4, thread =>
            {
                var random = new Random(seed * 4 + thread);
                var ready = new List<NodeId>();
                foreach (long row in Enumerable.Range(0, 256).Select(row => (row + thread * 64L) % 256))
                {
                    if (random.Next(3) == 0)
                    {
                        tracker.DropRow(row, ready);
                    }
                    else
                    {
                        tracker.MarkComplete(NodeId.Cell(row, "a"), ready);
                        tracker.MarkComplete(NodeId.Cell(row, "b"), ready);
                    }
                }

                foreach (NodeId node in ready.Where(node => node.IsBarrier))
                    barriers.Add(node);
            });
            barriers.Should().BeEquivalentTo([NodeId.Barrier("z"), NodeId.Barrier("g", 0), NodeId.Barrier("g", 1), NodeId.Barrier("g", 2), NodeId.Barrier("g", 3)]);
            tracker.IsColumnComplete("b").Should().BeTrue();
            for (int row = 0; row < 256; row++)
                (tracker.IsDropped(row) || tracker.IsComplete(NodeId.Cell(row, "b"))).Should().BeTrue();
        }
    }
}
