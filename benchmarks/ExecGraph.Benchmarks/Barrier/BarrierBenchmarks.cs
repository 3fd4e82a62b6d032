using BenchmarkDotNet.Attributes;

namespace ExecGraph.Benchmarks;

/// <summary>What do columns cost that need the whole table, beside a loop that does the same, and is it linear in the rows?</summary>
[MemoryDiagnoser]
public class BarrierBenchmarks
{
    private static readonly int[] FullRowCounts = [10_000, 100_000, 1_000_000, 10_000_000];

    private readonly Receiver _receiver = new(toCheck: 0);
    private BarrierTable _table = null!;

    [ParamsSource(nameof(RowCounts))]
    public int Rows { get; set; }

    public static IEnumerable<int> RowCounts => FullRowCounts.Select(Scale.Of);

    [GlobalSetup]
    public void SetUp() => _table = new BarrierTable(SyncBodies.Instance, Rows);

    [Benchmark(Baseline = true)]
    public void Loop() => _table.Loop(_receiver);

    [Benchmark]
    public Task Engine() => _table.RunAsync(_receiver);
}
