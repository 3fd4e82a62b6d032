using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>The tracker against its meaning in sets of nodes, for random graphs and random orders of completion, drop and repetition.</summary>
public sealed class TrackerModelTests
{
    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("EXECGRAPH_SOAK") == "1";
    private static readonly long Iterations = IsSoak ? 50_000 : 1_500;

    private static readonly Gen<(RandomGraph Shape, uint Seed, int Disorder)> Cases =
        Gen.Select(RandomGraphs.Any(maxColumns: 6, maxRows: 90), Gen.UInt, Gen.Int[0, 10]);

    [Fact]
    public void Every_step_of_any_order_reports_what_the_model_reports() => Cases.Sample(
        (shape, seed, disorder) => Walk(shape, seed, disorder, byWords: false), iter: Iterations, threads: 2);

    [Fact]
    public void The_word_level_entry_reports_what_the_model_reports() => Cases.Sample(
        (shape, seed, disorder) => Walk(shape, seed, disorder, byWords: true), iter: Iterations, threads: 2);

    [Fact]
    public void Every_node_becomes_ready_exactly_once_when_ready_nodes_are_completed() => Cases.Sample(
        (shape, seed, _) =>
        {
            ExecutionGraph graph = shape.Build();
            var tracker = new CompletionTracker(graph);
            var random = new Random((int)seed);
            var ready = graph.EnumerateStartNodes().ToList();
            var seen = new HashSet<NodeId>(ready);
            while (ready.Count > 0)
            {
                int at = random.Next(ready.Count);
                NodeId node = ready[at];
                ready[at] = ready[^1];
                ready.RemoveAt(ready.Count - 1);
                var newly = new List<NodeId>();
                tracker.MarkComplete(node, newly).Should().BeTrue();
                foreach (NodeId each in newly)
                    seen.Add(each).Should().BeTrue("{0} is reported once", each);
                ready.AddRange(newly);
            }

            seen.Should().HaveCount((int)graph.NodeCount!.Value);
            graph.IsComplete(tracker).Should().BeTrue();
            tracker.Count.Should().Be(graph.NodeCount!.Value);
        },
        iter: Iterations,
        threads: 2);

    private static void Walk(RandomGraph shape, uint seed, int disorder, bool byWords)
    {
        ExecutionGraph graph = shape.Build();
        var tracker = new CompletionTracker(graph);
        var model = new NaiveTracker(graph);
        var random = new Random((int)seed);
        NodeId[] nodes = [.. model.Nodes];
        for (int step = 0; step < 60; step++)
        {
            NodeId node = nodes[random.Next(nodes.Length)];
            if (random.Next(11) >= disorder && model.Ready.ToList() is { Count: > 0 } ready)
                node = ready[random.Next(ready.Count)];
            var expected = new List<NodeId>();
            var actual = new List<NodeId>();
            if (random.Next(6) == 0)
            {
                long row = random.NextInt64(shape.RowCount);
                model.Drop(row, expected);
                if (byWords)
                    DropWord(tracker, row, actual);
                else
                    tracker.DropRow(row, actual);
            }
            else if (byWords)
            {
                CompleteWord(graph, tracker, model, node, random, expected, actual);
            }
            else
            {
                bool first = model.MarkComplete(node, expected);
                tracker.MarkComplete(node, actual).Should().Be(first);
            }

            actual.Should().BeEquivalentTo(expected);
            NodeId any = nodes[random.Next(nodes.Length)];
            tracker.IsComplete(any).Should().Be(model.Complete.Contains(any), "{0} is as in the model", any);
            tracker.Count.Should().Be(model.Count);
        }

        Compare(graph, tracker, model);
    }

    private static void CompleteWord(
        ExecutionGraph graph, CompletionTracker tracker, NaiveTracker model, NodeId node, Random random, List<NodeId> expected, List<NodeId> actual)
    {
        var batch = new ReadyBatch();
        int column = graph.OrdinalOf(node.Column);
        if (node.IsBarrier)
        {
            bool first = model.MarkComplete(node, expected);
            tracker.CompleteBarrier(column, node.RowGroup, batch).Should().Be(first);
        }
        else
        {
            long group = node.Row / graph.RowGroupSize;
            int word = (int)(node.Row % graph.RowGroupSize) / 64;
            ulong cells = (ulong)random.NextInt64() & (ulong)random.NextInt64() | 1UL << (int)(node.Row % graph.RowGroupSize);
            ulong newly = 0;
            for (int bit = 0; bit < 64; bit++)
            {
                long row = group * graph.RowGroupSize + word * 64 + bit;
                bool exists = word * 64 + bit < graph.RowGroupSize && row < graph.RowCount;
                if ((cells >> bit & 1) != 0 && exists && model.MarkComplete(NodeId.Cell(row, node.Column), expected))
                    newly |= 1UL << bit;
            }

            tracker.Complete(column, group, word, cells, batch).Should().Be(newly);
        }

        actual.AddRange(Nodes(graph, batch));
    }

    private static void DropWord(CompletionTracker tracker, long row, List<NodeId> actual)
    {
        var batch = new ReadyBatch();
        int offset = (int)(row % tracker.Graph.RowGroupSize);
        ulong bit = 1UL << offset;
        bool before = tracker.IsDropped(row);
        tracker.Drop(row / tracker.Graph.RowGroupSize, offset / 64, bit, batch).Should().Be(before ? 0 : bit);
        actual.AddRange(Nodes(tracker.Graph, batch));
    }

    private static IEnumerable<NodeId> Nodes(ExecutionGraph graph, ReadyBatch batch)
    {
        foreach (ReadyBarrier barrier in batch.Barriers)
            yield return barrier.RowGroup is { } group ? NodeId.Barrier(graph.ColumnNames[barrier.Column], group) : NodeId.Barrier(graph.ColumnNames[barrier.Column]);
        foreach (ReadyRun run in batch.Runs)
        {
            run.Count.Should().BeGreaterThan(0);
            for (int bit = 0; bit < 64; bit++)
            {
                if ((run.Cells >> bit & 1) != 0)
                    yield return NodeId.Cell(run.RowGroup * graph.RowGroupSize + run.Word * 64 + bit, graph.ColumnNames[run.Column]);
            }
        }

        foreach (ReadyRange range in batch.Ranges)
        {
            for (long row = range.FirstRow; row < range.FirstRow + range.RowCount; row++)
                yield return NodeId.Cell(row, graph.ColumnNames[range.Column]);
        }
    }

    private static void Compare(ExecutionGraph graph, CompletionTracker tracker, NaiveTracker model)
    {
        graph.EnumerateReadyNodes(tracker).Should().Equal(model.Ready, "ready nodes come in the order of EnumerateNodes");
        graph.CountCompletedRows(tracker).Should().Be(model.CompletedRows());
        foreach (string column in graph.ColumnNames)
        {
            tracker.CompletedCount(column).Should().Be(model.CompletedCount(column));
            tracker.IsColumnComplete(column).Should().Be(model.IsColumnComplete(column));
            graph.EnumerateReadyNodes(column, tracker).Should().Equal(model.Ready.Where(node => node.Column == column));
        }

        foreach (NodeId node in model.Nodes)
        {
            tracker.IsComplete(node).Should().Be(model.Complete.Contains(node));
            if (!node.IsBarrier)
                tracker.IsDropped(node.Row).Should().Be(model.IsDropped(node.Row));
        }
    }
}
