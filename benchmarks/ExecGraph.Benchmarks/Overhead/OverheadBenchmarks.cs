using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace ExecGraph.Benchmarks;

/// <summary>
/// What does a cell cost beside what one would write by hand? By the way in which it ends: S synchronous, V complete when it returns,
/// Y through the thread pool, Q completed by a loop on the same thread. Times and bytes are for one cell.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class OverheadBenchmarks
{
    private const int InFlight = 64;

    private readonly SyncBodies _sync = SyncBodies.Instance;
    private readonly CompletionLoop _loop = new();
    private readonly ValueTable _table = new(Scale.OverheadRows);
    private readonly Receiver _receiver = new(toCheck: Scale.OverheadRows);
    private readonly RunOptions _options = new() { MaxConcurrentCells = InFlight };
    private readonly RunOptions _oneThread = new() { MaxConcurrentCells = InFlight, Workers = 1 };
    private AsyncBodies _queued = null!;
    private OverheadGraph _synchronousGraph = null!;
    private OverheadGraph _completedGraph = null!;
    private OverheadGraph _yieldingGraph = null!;
    private OverheadGraph _queuedGraph = null!;
    private OverheadGraph _limitedGraph = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _queued = AsyncBodies.CompletedBy(_loop);
        var limited = new CellOptions { Limiter = new Limiter("calls") { MaxConcurrency = InFlight }, Retry = new RetryOptions() };
        _synchronousGraph = OverheadGraph.Of(_sync, _table.Rows);
        _completedGraph = OverheadGraph.Of(AsyncBodies.Completed, _table.Rows);
        _yieldingGraph = OverheadGraph.Of(AsyncBodies.Yielding, _table.Rows);
        _queuedGraph = OverheadGraph.Of(_queued, _table.Rows);
        _limitedGraph = OverheadGraph.Of(_queued, _table.Rows, limited);
    }

    [GlobalCleanup]
    public void Verify() => _receiver.Verify(nameof(OverheadBenchmarks), _sync.SumOfConclusions(_table.Rows));

    [BenchmarkCategory("S"), Benchmark(Baseline = true, OperationsPerInvoke = Scale.OverheadCells)]
    public void LoopPerRowGroup() => RowGroupLoop.Run(_sync, _table.Rows, _receiver);

    [BenchmarkCategory("S"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public void ParallelForOverRowGroups() => RowGroupLoop.RunParallel(_sync, _table.Rows, _receiver);

    [BenchmarkCategory("S"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task DataflowBlockPerColumn() => new DataflowBlocks(_sync, _table).RunAsync(_receiver);

    [BenchmarkCategory("S"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task EngineWithOneWorker() => _synchronousGraph.RunAsync(new RunOptions { Workers = 1 }, _receiver);

    [BenchmarkCategory("S"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task EngineWithTwoWorkers() => _synchronousGraph.RunAsync(new RunOptions { Workers = 2 }, _receiver);

    [BenchmarkCategory("V"), Benchmark(Baseline = true, OperationsPerInvoke = Scale.OverheadCells)]
    public Task V_ForEachAsyncWholeRow() => WholeRowForEach.RunAsync(AsyncBodies.Completed, _table, Environment.ProcessorCount, _receiver);

    [BenchmarkCategory("V"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task V_ColumnAtATime() => ColumnAtATime.RunAsync(AsyncBodies.Completed, _table, Environment.ProcessorCount, _receiver);

    [BenchmarkCategory("V"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task V_ChannelPerColumn() => ChannelPerColumn.RunAsync(AsyncBodies.Completed, _table, OverheadGraph.Columns, _receiver);

    [BenchmarkCategory("V"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task V_DataflowBlockPerColumn() => new DataflowBlocks(AsyncBodies.Completed, _table, OverheadGraph.Columns).RunAsync(_receiver);

    [BenchmarkCategory("V"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task V_Engine() => _completedGraph.RunAsync(_options, _receiver);

    [BenchmarkCategory("Y"), Benchmark(Baseline = true, OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_ForEachAsyncWholeRow() => WholeRowForEach.RunAsync(AsyncBodies.Yielding, _table, InFlight, _receiver);

    [BenchmarkCategory("Y"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_PlainLoop() => PlainAwait.RunAsync(AsyncBodies.Yielding, _table, _receiver);

    [BenchmarkCategory("Y"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_ColumnAtATime() => ColumnAtATime.RunAsync(AsyncBodies.Yielding, _table, InFlight, _receiver);

    [BenchmarkCategory("Y"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_ChannelPerColumn() => ChannelPerColumn.RunAsync(AsyncBodies.Yielding, _table, InFlight, _receiver);

    [BenchmarkCategory("Y"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_DataflowBlockPerColumn() => new DataflowBlocks(AsyncBodies.Yielding, _table, InFlight).RunAsync(_receiver);

    [BenchmarkCategory("Y"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_TaskPerCell() => TaskPerCell.RunAsync(AsyncBodies.Yielding, _table, InFlight, _receiver);

    [BenchmarkCategory("Y"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public Task Y_Engine() => _yieldingGraph.RunAsync(_options, _receiver);

    [BenchmarkCategory("Q"), Benchmark(Baseline = true, OperationsPerInvoke = Scale.OverheadCells)]
    public void Q_RowLoops() => RowLoops.Run(_loop, _queued, _table, InFlight, _receiver);

    [BenchmarkCategory("Q"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public void Q_Engine() => _queuedGraph.Run(_loop, _oneThread, _receiver);

    [BenchmarkCategory("Q"), Benchmark(OperationsPerInvoke = Scale.OverheadCells)]
    public void Q_EngineWithLimiterAndRetry() => _limitedGraph.Run(_loop, _oneThread, _receiver);
}
