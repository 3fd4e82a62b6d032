using BenchmarkDotNet.Attributes;

namespace ExecGraph.Benchmarks;

/// <summary>
/// Does what a run allocates before its first row group depend on the number of rows? (What it holds on to over many rows is a matter of
/// the process's working set, which <c>--quick stream</c> measures.)
/// </summary>
[MemoryDiagnoser]
public class MemoryBenchmarks
{
    [Params(100_000, 1_000_000_000)]
    public long Rows { get; set; }

    [Benchmark]
    public Task SetUpToTheFirstRowGroup() => SetUp.MeasureAsync(Rows, ExecutionGraph.DefaultRowGroupSize);

    [Benchmark]
    public CompletionTracker TrackerAlone() => TrackedTable.Begin(Rows);
}
