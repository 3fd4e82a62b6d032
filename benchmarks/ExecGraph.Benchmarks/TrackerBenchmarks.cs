using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using ExecGraph;

namespace ExecGraph.Benchmarks;

/// <summary>What does a completion cost, one cell or 64 at a time, beside the collections one would reach for?</summary>
[MemoryDiagnoser]
public class TrackerBenchmarks
{
    private const int Rows = 1 << 16;

    private readonly ReadyBatch _ready = new();
    private ExecutionGraph _graph = null!;

    [GlobalSetup]
    public void SetUp() => _graph = new ExecutionGraph(
        [
            new ColumnDescriptor("topic") { Traits = ExecutionTraits.Start },
            new ColumnDescriptor("summary") { Dependencies = ["topic"] },
            new ColumnDescriptor("trivia") { Dependencies = ["topic"] },
            new ColumnDescriptor("analysis") { Dependencies = ["summary"] },
            new ColumnDescriptor("conclusion") { Dependencies = ["analysis", "trivia"] },
        ],
        Rows);

    [Benchmark(OperationsPerInvoke = Rows * 5)]
    public long OneCellAtATime()
    {
        var tracker = new CompletionTracker(_graph);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                tracker.Complete(column, row >> 10, (row & 1023) >> 6, 1UL << row, _ready);
                _ready.Clear();
            }
        }

        return tracker.CompletedCount("conclusion");
    }

    [Benchmark(OperationsPerInvoke = Rows * 5)]
    public long SixtyFourCellsAtATime()
    {
        var tracker = new CompletionTracker(_graph);
        for (int word = 0; word < Rows / 64; word++)
        {
            for (int column = 0; column < 5; column++)
            {
                tracker.Complete(column, word >> 4, word & 15, ulong.MaxValue, _ready);
                _ready.Clear();
            }
        }

        return tracker.CompletedCount("conclusion");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows * 5)]
    public int LockedSetOfCells()
    {
        var done = new HashSet<(int, int)>();
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                lock (done)
                    done.Add((row, column));
            }
        }

        return done.Count;
    }

    [Benchmark(OperationsPerInvoke = Rows * 5)]
    public int ConcurrentDictionaryOfCells()
    {
        var done = new ConcurrentDictionary<(int, int), bool>();
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < 5; column++)
                done.TryAdd((row, column), true);
        }

        return done.Count;
    }
}
