using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;

namespace ExecGraph.Benchmarks;

/// <summary>What does a completion cost, one cell or 64 at a time, on one thread or on two, beside the collections one would reach for?</summary>
/// <remarks>The collections only remember what is complete; the tracker also says what became ready.</remarks>
[MemoryDiagnoser]
public class TrackerBenchmarks
{
    private const ulong EvenRows = 0x5555_5555_5555_5555;

    private readonly TrackedTable _table = new();
    private TwoThreads _threads = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _threads = new TwoThreads();
        CompletionTracker tracker = _table.Begin();
        TrackedTable.CompleteOneByOne(tracker, EvenRows, WordRange.All);
        TrackedTable.CompleteByWords(tracker);
        TrackedTable.Verify(tracker);
    }

    [GlobalCleanup]
    public void CleanUp() => _threads.Dispose();

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public CompletionTracker OneCellAtATime()
    {
        CompletionTracker tracker = _table.Begin();
        TrackedTable.CompleteOneByOne(tracker, ulong.MaxValue, WordRange.All);
        return tracker;
    }

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public CompletionTracker SixtyFourCellsAtATime()
    {
        CompletionTracker tracker = _table.Begin();
        TrackedTable.CompleteByWords(tracker);
        return tracker;
    }

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public CompletionTracker TwoThreadsOnTheSameWords()
    {
        CompletionTracker tracker = _table.Begin();
        _threads.Run(
            () => TrackedTable.CompleteOneByOne(tracker, EvenRows, WordRange.All),
            () => TrackedTable.CompleteOneByOne(tracker, ~EvenRows, WordRange.All));
        return tracker;
    }

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public CompletionTracker TwoThreadsOnNeighbouringWords() => OnWords(WordRange.Even, WordRange.Odd);

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public CompletionTracker TwoThreadsOnWordsFarApart() => OnWords(WordRange.FirstHalf, WordRange.SecondHalf);

    [Benchmark(Baseline = true, OperationsPerInvoke = TrackedTable.Cells)]
    public int LockedSetOfCells()
    {
        var done = new HashSet<(int, int)>();
        for (int row = 0; row < TrackedTable.Rows; row++)
        {
            for (int column = 0; column < OverheadGraph.Columns; column++)
            {
                lock (done)
                    done.Add((row, column));
            }
        }

        return done.Count;
    }

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public int LockedSetOfNumbers()
    {
        var done = new HashSet<int>(TrackedTable.Cells);
        for (int cell = 0; cell < TrackedTable.Cells; cell++)
        {
            lock (done)
                done.Add(cell);
        }

        return done.Count;
    }

    [Benchmark(OperationsPerInvoke = TrackedTable.Cells)]
    public int ConcurrentDictionaryOfNumbers()
    {
        var done = new ConcurrentDictionary<int, bool>(Environment.ProcessorCount, TrackedTable.Cells);
        for (int cell = 0; cell < TrackedTable.Cells; cell++)
            done.TryAdd(cell, true);
        return done.Count;
    }

    private CompletionTracker OnWords(WordRange one, WordRange other)
    {
        CompletionTracker tracker = _table.Begin();
        _threads.Run(
            () => TrackedTable.CompleteOneByOne(tracker, ulong.MaxValue, one),
            () => TrackedTable.CompleteOneByOne(tracker, ulong.MaxValue, other));
        return tracker;
    }
}
