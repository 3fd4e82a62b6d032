using BenchmarkDotNet.Attributes;

namespace ExecGraph.Benchmarks;

/// <summary>Does picking the next run depend on how many cells are ready, or on how many columns there are? Times are for one cell.</summary>
[MemoryDiagnoser]
public class PickBenchmarks
{
    private const int Cells = 1 << 20;

    private Backlog _few = null!;
    private Backlog _many = null!;
    private Backlog _fewColumns = null!;
    private Backlog _manyColumns = null!;

    [GlobalSetup]
    public void SetUp()
    {
        int cells = Scale.IsDry ? 1 << 15 : Cells;
        _few = new Backlog(ready: 1 << 10, columns: 8, cells);
        _many = new Backlog(ready: cells, columns: 8, cells);
        _fewColumns = new Backlog(ready: 1 << 15, columns: 8, cells);
        _manyColumns = new Backlog(ready: 1 << 15, columns: 256, cells);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Cells)]
    public Task ThousandReady() => _few.RunAsync();

    [Benchmark(OperationsPerInvoke = Cells)]
    public Task MillionReady() => _many.RunAsync();

    [Benchmark(OperationsPerInvoke = Cells)]
    public Task EightColumns() => _fewColumns.RunAsync();

    [Benchmark(OperationsPerInvoke = Cells)]
    public Task TwoHundredFiftySixColumns() => _manyColumns.RunAsync();
}
