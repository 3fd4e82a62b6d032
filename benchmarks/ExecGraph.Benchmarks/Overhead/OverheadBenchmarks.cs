using BenchmarkDotNet.Attributes;
using ExecGraph;

namespace ExecGraph.Benchmarks;

/// <summary>What does the engine cost beside loops over the same delegates? Five columns: start, two after it, a chain, and a join.</summary>
[MemoryDiagnoser]
public class OverheadBenchmarks
{
    private const int Rows = 500_000;
    private const int GroupSize = ExecutionGraph.DefaultRowGroupSize;

    private readonly Func<long, int> _topic = row => (int)row;
    private readonly Func<int, int> _step = x => x * 31 + 7;
    private readonly Func<int, int, int> _join = (a, b) => a ^ b;
    private ExecutionGraph _synchronous = null!;
    private ExecutionGraph _completed = null!;
    private ExecutionGraph _yielding = null!;
    private Column<int> _conclusion = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _yielding = Asynchronous(async (x, _) =>
        {
            await Task.Yield();
            return x * 31 + 7;
        });
        _completed = Asynchronous((x, _) => new ValueTask<int>(x * 31 + 7));
        var graph = new GraphBuilder();
        Column<int> topic = graph.Start("topic", _topic);
        Column<int> summary = graph.From(topic).Cell("summary", _step);
        Column<int> trivia = graph.From(topic).Cell("trivia", _step);
        Column<int> analysis = graph.From(summary).Cell("analysis", _step);
        _conclusion = graph.From(analysis, trivia).Cell("conclusion", _join);
        _synchronous = graph.Build(Rows);
    }

    [Benchmark(Baseline = true)]
    public long LoopPerRowGroup()
    {
        long sum = 0;
        for (int first = 0; first < Rows; first += GroupSize)
        {
            int count = Math.Min(GroupSize, Rows - first);
            var topic = new int[count];
            var summary = new int[count];
            var trivia = new int[count];
            var analysis = new int[count];
            var conclusion = new int[count];
            for (int i = 0; i < count; i++)
                topic[i] = _topic(first + i);
            for (int i = 0; i < count; i++)
                summary[i] = _step(topic[i]);
            for (int i = 0; i < count; i++)
                trivia[i] = _step(topic[i]);
            for (int i = 0; i < count; i++)
                analysis[i] = _step(summary[i]);
            for (int i = 0; i < count; i++)
                conclusion[i] = _join(analysis[i], trivia[i]);
            sum += conclusion[0];
        }

        return sum;
    }

    [Benchmark]
    public Task<long> EngineOneWorker() => SumAsync(_synchronous, new RunOptions { Workers = 1 });

    [Benchmark]
    public Task<long> EngineTwoWorkers() => SumAsync(_synchronous, new RunOptions { Workers = 2 });

    [Benchmark]
    public Task<long> EngineCompletedTasks() => SumAsync(_completed, new RunOptions());

    [Benchmark]
    public Task<long> EngineYieldingTasks() => SumAsync(_yielding, new RunOptions { MaxConcurrentCells = 64 });

    [Benchmark]
    public async Task<long> ForEachAsyncYieldingTasks()
    {
        var results = new int[Rows];
        async ValueTask<int> Step(int x)
        {
            await Task.Yield();
            return x * 31 + 7;
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, Rows), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (row, _) =>
        {
            int topic = await Step(row);
            int summary = await Step(topic);
            int trivia = await Step(topic);
            int analysis = await Step(summary);
            results[row] = await Step(analysis ^ trivia);
        });
        return results[^1];
    }

    private ExecutionGraph Asynchronous(Func<int, CancellationToken, ValueTask<int>> step)
    {
        var graph = new GraphBuilder();
        Column<int> topic = graph.Start("topic", (row, token) => step((int)row, token));
        Column<int> summary = graph.From(topic).Cell("summary", step);
        Column<int> trivia = graph.From(topic).Cell("trivia", step);
        Column<int> analysis = graph.From(summary).Cell("analysis", step);
        graph.From(analysis, trivia).Cell("conclusion", (a, b, token) => step(a ^ b, token));
        return graph.Build(Rows);
    }

    private static async Task<long> SumAsync(ExecutionGraph graph, RunOptions options)
    {
        long sum = 0;
        await using GraphRun run = graph.Run(options);
        await foreach (RowGroup group in run.RowGroups)
            sum += group.GetColumn<int>("conclusion").Span[0];
        return sum;
    }
}
