using BenchmarkDotNet.Attributes;

namespace ExecGraph.Benchmarks;

/// <summary>
/// Does the engine use the processors that it is given? Synchronous cells on 1 to all workers, next to nothing each and of about a
/// microsecond, beside a parallel loop over row groups. Times are for one row.
/// </summary>
[MemoryDiagnoser]
public class ScalingBenchmarks
{
    private const int Rows = 100_000;
    private const int Spins = 250;

    private static readonly SyncBodies Heavy = new(row => Work((int)row), Work, (a, b) => Work(a ^ b));

    private readonly int _rows = Scale.Of(Rows);
    private readonly Receiver _receiver = new(toCheck: 0);
    private OverheadGraph _light = null!;
    private OverheadGraph _heavy = null!;

    [ParamsSource(nameof(WorkerCounts))]
    public int Workers { get; set; }

    /// <summary>1, 2, 4 and so on to the number of processors.</summary>
    public static IEnumerable<int> WorkerCounts
    {
        get
        {
            for (int workers = 1; workers < Environment.ProcessorCount; workers *= 2)
                yield return workers;
            yield return Environment.ProcessorCount;
        }
    }

    [GlobalSetup]
    public void SetUp()
    {
        _light = OverheadGraph.Of(SyncBodies.Instance, _rows);
        _heavy = OverheadGraph.Of(Heavy, _rows);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void ParallelLoop() => RowGroupLoop.RunParallel(SyncBodies.Instance, _rows, Workers, _receiver);

    [Benchmark(OperationsPerInvoke = Rows)]
    public Task Engine() => _light.RunAsync(new RunOptions { Workers = Workers }, _receiver);

    [Benchmark(OperationsPerInvoke = Rows)]
    public void ParallelLoopOfHeavyCells() => RowGroupLoop.RunParallel(Heavy, _rows, Workers, _receiver);

    [Benchmark(OperationsPerInvoke = Rows)]
    public Task EngineWithHeavyCells() => _heavy.RunAsync(new RunOptions { Workers = Workers }, _receiver);

    private static int Work(int x)
    {
        for (int i = 0; i < Spins; i++)
            x = x * 31 + 7;
        return x;
    }
}
