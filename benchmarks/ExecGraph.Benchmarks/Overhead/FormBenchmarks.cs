using BenchmarkDotNet.Attributes;

namespace ExecGraph.Benchmarks;

/// <summary>Does the overhead of a synchronous cell depend on the form of the graph, or on what a cell is? Times are for one row.</summary>
[MemoryDiagnoser]
public class FormBenchmarks
{
    private const int Rows = 200_000;

    private readonly RunOptions _oneWorker = new() { Workers = 1 };
    private Form _form = null!;

    [ParamsAllValues]
    public FormName Graph { get; set; }

    [GlobalSetup]
    public void SetUp() => _form = Form.Of(Graph, Scale.Of(Rows));

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void LoopPerRowGroup() => _form.Loop();

    [Benchmark(OperationsPerInvoke = Rows)]
    public Task EngineWithOneWorker() => _form.RunAsync(_oneWorker);
}
