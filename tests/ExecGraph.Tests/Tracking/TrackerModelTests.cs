using System.Numerics;
using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>
/// The tracker against <see cref="NaiveTracker"/>, over random graphs and random sequences of operations: in legal order, out of
/// order, twice, with drops. After each step both say the same.
/// </summary>
public class TrackerModelTests
{
    [Fact]
    public void Any_sequence_of_operations_does_what_the_naive_tracker_does() =>
        Gen.Select(RandomGraphs.Any(), Gen.Int).Sample(
            (random, seed) =>
            {
                ExecutionGraph graph = random.Build();
                new Walk(graph, new CompletionTracker(graph), new NaiveTracker(graph), seed).Run();
            },
            iter: Soak.Times(1000));

    [Fact]
    public void Any_sequence_of_word_level_operations_does_what_the_naive_tracker_does() =>
        Gen.Select(RandomGraphs.Any(), Gen.Int).Sample(
            (random, seed) =>
            {
                ExecutionGraph graph = random.Build();
                new Walk(graph, new CompletionTracker(graph), new NaiveTracker(graph), seed, byWord: true).Run();
            },
            iter: Soak.Times(1000));

    [Fact]
    public void A_table_whose_end_becomes_known_late_reports_what_the_naive_tracker_reports() =>
        Gen.Select(RandomGraphs.Any(), Gen.Int, Gen.Bool).Sample(
            (random, seed, byWord) => new Walk(
                random.Build(),
                new CompletionTracker(random.BuildOpenEnded()),
                new NaiveTracker(random.Build(), endKnown: false),
                seed,
                byWord).Run(),
            iter: Soak.Times(1000));

    [Fact]
    public void A_restored_tracker_goes_on_as_the_naive_tracker_does() =>
        Gen.Select(RandomGraphs.Any(), Gen.Int, Gen.Bool).Sample(
            (random, seed, byWord) =>
            {
                ExecutionGraph graph = random.Build();
                long rows = new Random(seed).NextInt64(random.RowCount + 1);
                var tracker = CompletionTracker.FromCheckpoint(graph, new Checkpoint(Checkpoint.CurrentVersion, rows));
                new Walk(graph, tracker, NaiveTracker.Restored(graph, rows), seed, byWord).Run();
            },
            iter: Soak.Times(1000));

    /// <summary>One sequence of operations on both trackers, until nothing is left to do.</summary>
    /// <param name="graph">The graph with its row count, also where the tracker does not know it yet.</param>
    private sealed class Walk(ExecutionGraph graph, CompletionTracker tracker, NaiveTracker naive, int seed, bool byWord = false)
    {
        private readonly Random _random = new(seed);
        private readonly List<NodeId> _ready = [.. naive.Nodes.Where(naive.IsReady)];
        private readonly HashSet<NodeId> _seen = [];
        private readonly ReadyBatch _batch = new();

        internal void Run()
        {
            double drops = new[] { 0, 0.01, 0.1 }[_random.Next(3)];
            double strays = new[] { 0, 0.05, 0.5 }[_random.Next(3)];
            double checks = 20.0 / naive.Nodes.Count;
            CompareAll();
            while (_ready.Count > 0 || !naive.EndKnown)
            {
                double choice = _random.NextDouble();
                if (!naive.EndKnown && (_ready.Count == 0 || choice < 0.01))
                    EndRows();
                else if (choice < drops)
                    Drop(_random.NextInt64(graph.RowCount!.Value));
                else if (choice < drops + strays)
                    Complete(naive.Nodes[_random.Next(naive.Nodes.Count)]);
                else
                    Complete(TakeReady());
                if (_random.NextDouble() < checks)
                    CompareAll();
            }

            CompareAll();
            Same(true, naive.IsWholeTableComplete(), $"completing what is reported completes the table");
            foreach (NodeId node in naive.Nodes)
                Same(true, naive.IsAccountedFor(node), $"{node} was reported or settled first");
        }

        private NodeId TakeReady()
        {
            int at = _random.Next(_ready.Count);
            NodeId node = _ready[at];
            _ready[at] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            return node;
        }

        private void Complete(NodeId node)
        {
            // The cells behind such a barrier cannot be listed before there is an end; that has a test of its own.
            if (naive.WaitsForEnd(node))
                EndRows();

            if (byWord && node.IsBarrier)
                CompleteBarrierByOrdinal(node);
            else if (byWord)
                CompleteWord(node);
            else
                CompleteNode(node);
        }

        private void CompleteNode(NodeId node)
        {
            List<NodeId> expected = [], actual = [];
            bool asks = _random.Next(20) > 0;
            bool completed = naive.MarkComplete(node, expected);
            Same(completed, asks ? tracker.MarkComplete(node, actual) : tracker.MarkComplete(node), $"completing {node}");
            if (asks)
                SameNodes(expected, actual, $"completing {node}");
            _ready.AddRange(expected);
            CompareNear(node);
        }

        private void CompleteBarrierByOrdinal(NodeId node)
        {
            List<NodeId> expected = [];
            _batch.Clear();
            bool completed = naive.MarkComplete(node, expected);
            Same(completed, tracker.CompleteBarrier(Ordinal(node), node.RowGroup, _batch), $"completing {node}");
            SameNodes(expected, Nodes(_batch), $"completing {node}");
            _ready.AddRange(expected);
            CompareNear(node);
        }

        /// <summary>Completes a random part of the node's word; bits beyond the end of the table or of the group are there to be ignored.</summary>
        private void CompleteWord(NodeId node)
        {
            ulong cells = RandomMask(node.Row, out long group, out int word);
            List<NodeId> expected = [];
            ulong completed = 0;
            foreach (int bit in BitsInTable(cells, group, word))
                completed |= naive.MarkComplete(NodeId.Cell(FirstRow(group, word) + bit, node.Column), expected) ? 1UL << bit : 0;

            // Only as much is known of the end as was said.
            cells = WithoutRowsToCome(cells, group, word);
            _batch.Clear();
            Same(completed, tracker.Complete(Ordinal(node), group, word, cells, _batch), $"completing {cells:x} around {node}");
            SameNodes(expected, Nodes(_batch), $"completing {cells:x} around {node}");
            _ready.AddRange(expected);
            CompareNear(node);
        }

        private void Drop(long row)
        {
            List<NodeId> expected = [], actual = [];
            if (byWord)
            {
                ulong rows = RandomMask(row, out long group, out int word) & (ulong)_random.NextInt64() & (ulong)_random.NextInt64();
                ulong dropped = 0;
                foreach (int bit in BitsInTable(rows, group, word))
                    dropped |= naive.DropRow(FirstRow(group, word) + bit, expected) ? 1UL << bit : 0;
                _batch.Clear();
                Same(dropped, tracker.Drop(group, word, WithoutRowsToCome(rows, group, word), _batch), $"dropping {rows:x} around {row}");
                actual = Nodes(_batch);
            }
            else
            {
                naive.DropRow(row, expected);
                tracker.DropRow(row, actual);
            }

            SameNodes(expected, actual, $"dropping row {row}");
            _ready.AddRange(expected);
            Same(naive.IsDropped(row), tracker.IsDropped(row), $"row {row} is dropped");
        }

        private void EndRows()
        {
            List<NodeId> expected = [], actual = [];
            naive.EndRows(expected);
            tracker.EndRows(graph.RowCount!.Value, actual);
            SameNodes(expected, actual, $"the end of rows");
            _ready.AddRange(expected);
            CompareAll();
        }

        private void CompareNear(NodeId node)
        {
            Same(naive.IsComplete(node), tracker.IsComplete(node), $"{node} is complete");
            Same(naive.CompletedCount(node.Column), tracker.CompletedCount(node.Column), $"completed cells of {node.Column}");
        }

        private void CompareAll()
        {
            Same(naive.Count, tracker.Count, $"the number of complete nodes");
            foreach (NodeId node in naive.Nodes)
                Same(naive.IsComplete(node), tracker.IsComplete(node), $"{node} is complete");
            foreach (string column in graph.ColumnNames)
            {
                Same(naive.CompletedCount(column), tracker.CompletedCount(column), $"completed cells of {column}");
                Same(naive.IsColumnComplete(column), tracker.IsColumnComplete(column), $"column {column} is complete");
                if (graph.GetColumn(column).IsBarrier)
                    Same(naive.IsBarrierComplete(column), tracker.IsBarrierComplete(column), $"barrier {column} is complete");
            }

            for (long row = 0; row < graph.RowCount; row++)
            {
                Same(naive.IsDropped(row), tracker.IsDropped(row), $"row {row} is dropped");
                Same(naive.IsRowComplete(row), tracker.Graph.IsRowComplete(row, tracker), $"row {row} is complete");
            }

            Same(naive.CountCompletedRows(), tracker.Graph.CountCompletedRows(tracker), $"complete rows");
            Same(naive.IsWholeTableComplete(), tracker.Graph.IsComplete(tracker), $"the table is complete");
            if (!naive.EndKnown)
                return;
            Same(true, naive.Nodes.Where(naive.IsReady).SequenceEqual(tracker.Graph.EnumerateReadyNodes(tracker)), $"ready nodes in order");
            string some = graph.ColumnNames[_random.Next(graph.ColumnCount)];
            Same(
                true,
                naive.Nodes.Where(node => node.Column == some && naive.IsReady(node)).SequenceEqual(tracker.Graph.EnumerateReadyNodes(some, tracker)),
                $"ready nodes of {some}");
        }

        private int Ordinal(NodeId node) => graph.ColumnNames.ToList().IndexOf(node.Column);

        private long FirstRow(long group, int word) => (group * graph.RowGroupSize) + (word * 64);

        private ulong RandomMask(long row, out long group, out int word)
        {
            group = row / graph.RowGroupSize;
            int offset = (int)(row % graph.RowGroupSize);
            word = offset / 64;
            ulong mask = (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
            return _random.Next(3) switch { 0 => 1UL << offset, 1 => mask | (1UL << offset), _ => ulong.MaxValue };
        }

        private IEnumerable<int> BitsInTable(ulong mask, long group, int word)
        {
            for (int bit = 0; bit < 64; bit++)
            {
                if ((mask >> bit & 1) != 0 && (word * 64) + bit < graph.RowGroupSize && FirstRow(group, word) + bit < graph.RowCount)
                    yield return bit;
            }
        }

        private ulong WithoutRowsToCome(ulong mask, long group, int word) =>
            naive.EndKnown ? mask : BitsInTable(mask, group, word).Aggregate(0UL, (bits, bit) => bits | (1UL << bit));

        private List<NodeId> Nodes(ReadyBatch batch)
        {
            List<NodeId> nodes = [];
            foreach (ReadyBarrier barrier in batch.Barriers)
            {
                string name = graph.ColumnNames[barrier.Column];
                nodes.Add(barrier.RowGroup is { } group ? NodeId.Barrier(name, group) : NodeId.Barrier(name));
            }

            foreach (ReadyRun run in batch.Runs)
            {
                Same(BitOperations.PopCount(run.Cells), run.Count, $"the cells of a run");
                for (int bit = 0; bit < 64; bit++)
                {
                    if ((run.Cells >> bit & 1) != 0)
                        nodes.Add(NodeId.Cell(FirstRow(run.RowGroup, run.Word) + bit, graph.ColumnNames[run.Column]));
                }
            }

            foreach (ReadyRange range in batch.Ranges)
            {
                Same(true, range.RowCount > 0, $"a range has rows");
                for (long row = range.FirstRow; row < range.FirstRow + range.RowCount; row++)
                    nodes.Add(NodeId.Cell(row, graph.ColumnNames[range.Column]));
            }

            return nodes;
        }

        private void SameNodes(List<NodeId> expected, List<NodeId> actual, FormattableString what)
        {
            foreach (NodeId node in actual)
                Same(true, _seen.Add(node), $"{node} is reported once, now by {what}");
            if (expected.Count != actual.Count || !expected.ToHashSet().SetEquals(actual))
                Assert.Fail($"{what} made ready [{string.Join(", ", actual)}], not [{string.Join(", ", expected)}]");
        }

        private static void Same<T>(T expected, T actual, FormattableString what)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
                Assert.Fail($"{what}: {actual}, not {expected}");
        }
    }
}
