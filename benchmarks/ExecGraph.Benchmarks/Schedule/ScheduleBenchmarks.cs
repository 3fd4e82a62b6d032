using BenchmarkDotNet.Attributes;
using ExecGraph.Tests.Support;

namespace ExecGraph.Benchmarks;

/// <summary>
/// What does it cost to make a schedule? A thousand rows of calls in virtual time, by the engine and by a simulation of nothing but the
/// rule. How good the schedules are does not depend on the machine: <c>--quick schedule,ten,early,heavy</c> shows it.
/// </summary>
[MemoryDiagnoser]
public class ScheduleBenchmarks
{
    private Shape _shape = null!;

    [ParamsSource(nameof(Shapes))]
    public string Graph { get; set; } = "";

    public static IEnumerable<string> Shapes => Schedules.Shapes;

    [GlobalSetup]
    public void SetUp() => _shape = new Shape(Graph, Scale.Of(1000), seed: 1);

    [Benchmark(Baseline = true)]
    public double DeepestFirstSimulated() => ListSchedule.DeepestFirst(_shape).Makespan;

    [Benchmark]
    public double Engine() => ShapeRun.Of(_shape).Makespan;
}
