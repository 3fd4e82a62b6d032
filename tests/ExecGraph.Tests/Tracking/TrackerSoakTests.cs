using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Tracking;

/// <summary>Threads get in each other's way on purpose, so these tests do not share the machine with others.</summary>
[CollectionDefinition(nameof(ManyThreads), DisableParallelization = true)]
public sealed class ManyThreads;

/// <summary>
/// Many threads on one tracker, in rounds of a small table each, so that the ends of groups and tables, where the races are, come
/// often. What single steps do is tested elsewhere; here it is that nothing happens twice, and nothing is lost.
/// </summary>
[Collection(nameof(ManyThreads))]
public class TrackerSoakTests
{
    private const int Threads = 4;

    /// <summary>A join, both kinds of barrier, and columns behind them.</summary>
    private static readonly ColumnDescriptor[] Shape =
    [
        Columns.Start("a"), Columns.Start("b"), Columns.Cell("c", "a", "b"), Columns.GroupBarrier("d", "c"), Columns.Cell("e", "c", "d"),
        Columns.Barrier("f", "e", "a"), Columns.Cell("g", "f", "b"), Columns.GroupBarrier("h", "g"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(65)]
    public void Threads_that_complete_what_is_reported_complete_the_table(int groupSize) => Hammer(rounds: 40, (round, failed) =>
    {
        var graph = new ExecutionGraph(Shape, rowCount: 70 + (round % 3), groupSize);
        var tracker = new CompletionTracker(graph);
        var reports = new Tally(graph);
        var queue = new ConcurrentQueue<NodeId>(graph.EnumerateStartNodes());
        int completed = 0, inHand = queue.Count;
        return (thread =>
        {
            while (Volatile.Read(ref inHand) > 0 && !failed())
            {
                if (!queue.TryDequeue(out NodeId node))
                {
                    Thread.Yield();
                    continue;
                }

                List<NodeId> ready = [];
                if (tracker.MarkComplete(node, ready))
                    Interlocked.Increment(ref completed);
                if (tracker.MarkComplete(node, ready))
                    Interlocked.Increment(ref completed);
                foreach (NodeId next in ready)
                {
                    reports.Add(next);
                    Interlocked.Increment(ref inHand);
                    queue.Enqueue(next);
                }

                Interlocked.Decrement(ref inHand);
            }
        }, () =>
        {
            HashSet<NodeId> start = [.. graph.EnumerateStartNodes()];
            completed.Should().Be((int)graph.NodeCount!.Value);
            tracker.Count.Should().Be(graph.NodeCount);
            graph.IsComplete(tracker).Should().BeTrue();
            graph.EnumerateNodes().Should().OnlyContain(node => reports.Of(node) == (start.Contains(node) ? 0 : 1));
        }
        );
    });

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(65)]
    public void Threads_that_drop_rows_meanwhile_lose_no_other_row(int groupSize) => Hammer(rounds: 40, (round, failed) =>
    {
        var graph = new ExecutionGraph(Shape, rowCount: 70 + (round % 3), groupSize);
        var tracker = new CompletionTracker(graph);
        Tally reports = new(graph), completions = new(graph);
        var queue = new ConcurrentQueue<NodeId>(graph.EnumerateStartNodes());
        int inHand = queue.Count;
        return (thread =>
        {
            var random = new Random((round * Threads) + thread);
            while (Volatile.Read(ref inHand) > 0 && !failed())
            {
                List<NodeId> ready = [];
                if (random.Next(40) == 0)
                    tracker.DropRow(random.NextInt64(graph.RowCount!.Value), ready);
                int taken = 0;
                if (queue.TryDequeue(out NodeId node))
                {
                    taken = 1;
                    if (tracker.MarkComplete(node, ready))
                        completions.Add(node);
                }

                foreach (NodeId next in ready)
                {
                    reports.Add(next);
                    Interlocked.Increment(ref inHand);
                    queue.Enqueue(next);
                }

                Interlocked.Add(ref inHand, -taken);
            }
        }, () =>
        {
            graph.IsComplete(tracker).Should().BeTrue();
            graph.CountCompletedRows(tracker).Should().Be(graph.RowCount);
            graph.EnumerateReadyNodes(tracker).Should().BeEmpty();
            HashSet<NodeId> start = [.. graph.EnumerateStartNodes()];
            long complete = 0;
            foreach (NodeId node in graph.EnumerateNodes())
            {
                bool survives = node.IsBarrier || !tracker.IsDropped(node.Row);
                (reports.Of(node) <= 1 && completions.Of(node) <= 1).Should().BeTrue("{0} happens once", node);
                (tracker.IsComplete(node) ? completions.Of(node) == 1 : !survives).Should().BeTrue("{0} is complete because someone did it", node);
                if (survives)
                    reports.Of(node).Should().Be(start.Contains(node) ? 0 : 1, "{0} was waited for", node);
                complete += tracker.IsComplete(node) ? 1 : 0;
            }

            tracker.Count.Should().Be(complete);
        }
        );
    });

    [Fact]
    public void Overlapping_masks_complete_and_drop_each_cell_for_one_thread_only() => Hammer(rounds: 100, (round, _) =>
    {
        var graph = new ExecutionGraph(Shape, rowCount: 300, rowGroupSize: 130);
        var tracker = new CompletionTracker(graph);
        Tally reports = new(graph), completions = new(graph);
        int[] drops = new int[300];
        return (thread =>
        {
            var random = new Random((round * Threads) + thread);
            var ready = new ReadyBatch();
            for (int pass = 0; pass < 4; pass++)
            {
                for (int column = 0; column < graph.ColumnCount; column++)
                {
                    for (long row = 0; row < 300; row = NextWord(row))
                    {
                        (long group, int word) = (row / 130, (int)(row % 130 / 64));
                        ulong mask = pass == 3 ? ulong.MaxValue : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
                        foreach (int bit in Bits(tracker.Complete(column, group, word, mask, ready)))
                            completions.Add(NodeId.Cell(row + bit, graph.ColumnNames[column]));
                        if (column % 3 == pass)
                        {
                            foreach (int bit in Bits(tracker.Drop(group, word, 1UL << random.Next(64), ready)))
                                Interlocked.Increment(ref drops[row + bit]);
                        }
                    }
                }
            }

            // By now the groups are settled but for their barriers; those of some groups are completed, so that late drops meet both.
            for (long group = thread % 2; group < 3; group++)
            {
                tracker.CompleteBarrier(3, group, ready);
                tracker.CompleteBarrier(7, group, ready);
            }

            foreach (int row in (int[])[3, 131, 299, 77])
            {
                foreach (int bit in Bits(tracker.Drop(row / 130, row % 130 / 64, 1UL << (row % 130), ready)))
                    Interlocked.Increment(ref drops[(row / 130 * 130) + (row % 130 / 64 * 64) + bit]);
            }

            foreach (ReadyRun run in ready.Runs)
            {
                foreach (int bit in Bits(run.Cells))
                    reports.Add(NodeId.Cell((run.RowGroup * 130) + (run.Word * 64) + bit, graph.ColumnNames[run.Column]));
            }

            foreach (ReadyBarrier barrier in ready.Barriers)
            {
                string name = graph.ColumnNames[barrier.Column];
                reports.Add(barrier.RowGroup is { } group ? NodeId.Barrier(name, group) : NodeId.Barrier(name));
            }
        }, () =>
        {
            for (int row = 0; row < 300; row++)
                drops[row].Should().Be(tracker.IsDropped(row) ? 1 : 0);
            (tracker.IsDropped(3) && tracker.IsDropped(131) && tracker.IsDropped(299) && tracker.IsDropped(77)).Should().BeTrue();
            foreach (NodeId node in graph.EnumerateNodes())
            {
                if (node.IsBarrier)
                    reports.Of(node).Should().BeInRange(node.RowGroup is null ? 1 : 0, 1);
                else
                    (completions.Of(node) == 1 || (completions.Of(node) == 0 && tracker.IsDropped(node.Row))).Should().BeTrue("{0} is completed once", node);
                reports.Of(node).Should().BeLessThanOrEqualTo(1);
            }

            graph.CountCompletedRows(tracker).Should().Be(300);
            tracker.IsBarrierComplete("d").Should().BeTrue();
            foreach (string column in graph.ColumnNames)
                tracker.CompletedCount(column).Should().Be(Enumerable.Range(0, 300).Count(row => tracker.IsComplete(NodeId.Cell(row, column))));
        }
        );

        static long NextWord(long row) => row % 130 == 128 ? row + 2 : row + Math.Min(64, 130 - (row % 130));
    });

    [Fact]
    public void Threads_that_drop_the_same_rows_of_a_settled_group_share_them_out() => Hammer(rounds: 400, (round, _) =>
    {
        var tracker = new CompletionTracker(new([Columns.Start("a")], rowCount: 128, rowGroupSize: 64));
        tracker.Complete(0, 0, 0, ulong.MaxValue, null);
        ulong[] dropped = new ulong[Threads];
        return (
            thread => dropped[thread] = tracker.Drop(0, 0, ulong.MaxValue, null),
            () =>
            {
                dropped.Sum(System.Numerics.BitOperations.PopCount).Should().Be(64);
                dropped.Aggregate((one, other) => one | other).Should().Be(ulong.MaxValue);
            }
        );
    });

    [Fact]
    public void The_end_of_rows_reports_a_barrier_once_whoever_comes_last() => Hammer(rounds: 400, (round, _) =>
    {
        int rows = 5 + (round % 7);
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Barrier("b", "a"), Columns.GroupBarrier("c", "a")], rowCount: null, rowGroupSize: 3);
        var tracker = new CompletionTracker(graph);
        var reported = new ConcurrentBag<NodeId>();
        return (thread =>
        {
            List<NodeId> ready = [];
            if (thread == 0)
                tracker.EndRows(rows, ready);
            for (int row = thread; row < rows; row += Threads)
                tracker.MarkComplete(NodeId.Cell(row, "a"), ready);
            ready.ForEach(reported.Add);
        }, () =>
        {
            IEnumerable<NodeId> groups = Enumerable.Range(0, (rows + 2) / 3).Select(group => NodeId.Barrier("c", group));
            reported.Should().BeEquivalentTo(groups.Append(NodeId.Barrier("b")));
            tracker.IsColumnComplete("a").Should().BeTrue();
            tracker.Count.Should().Be(rows);
        }
        );
    });

    private static IEnumerable<int> Bits(ulong mask)
    {
        for (; mask != 0; mask &= mask - 1)
            yield return System.Numerics.BitOperations.TrailingZeroCount(mask);
    }

    /// <summary>Lets all threads act at once, checks when all are through, and begins anew.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="prepare">Makes a round. Told its number, and how to ask whether a thread failed: then no other may wait for it.</param>
    private static void Hammer(int rounds, Func<int, Func<bool>, (Action<int> Act, Action Check)> prepare)
    {
        rounds = Soak.Times(rounds);
        Exception? error = null;
        Func<bool> failed = () => Volatile.Read(ref error) is not null;
        (Action<int> Act, Action Check) current = prepare(0, failed);
        int round = 0;
        using var done = new Barrier(Threads, _ => Guard(() =>
        {
            if (!failed())
                current.Check();
            round++;
            if (round < rounds)
                current = prepare(round, failed);
        }));
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            while (Volatile.Read(ref round) < rounds && !failed())
            {
                Guard(() => current.Act(index));
                done.SignalAndWait();
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);

        void Guard(Action action)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref error, exception, null);
            }
        }
    }

    /// <summary>How often something happened to each node.</summary>
    private sealed class Tally(ExecutionGraph graph)
    {
        private readonly Dictionary<NodeId, StrongBox> _counts = graph.EnumerateNodes().ToDictionary(node => node, _ => new StrongBox());

        internal void Add(NodeId node) => Interlocked.Increment(ref _counts[node].Value);

        internal int Of(NodeId node) => Volatile.Read(ref _counts[node].Value);

        private sealed class StrongBox
        {
            internal int Value;
        }
    }
}
