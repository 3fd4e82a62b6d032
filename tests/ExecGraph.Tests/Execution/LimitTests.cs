using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class LimitTests
{
    [Fact]
    public async Task A_limiter_shared_by_columns_and_runs_is_reached_and_never_exceeded()
    {
        var limiter = new Limiter("shared") { MaxConcurrency = 5 };
        var gauge = new Gauge { WaitsFor = 5 };
        ExecutionGraph Table()
        {
            var options = new CellOptions { Limiter = limiter };
            var graph = new GraphBuilder { RowGroupSize = 32 };
            Column<long> x = graph.Start("x", gauge.CallAsync, options);
            graph.From(x).Cell("y", gauge.CallAsync, options);
            graph.From(x).Cell("z", gauge.CallAsync, options);
            return graph.Build(200);
        }

        await Task.WhenAll(Table().ToEndAsync(), Table().ToEndAsync());
        gauge.Most.Should().Be(5);
        gauge.Calls.Should().Be(1200);
        limiter.CurrentConcurrency.Should().Be(0);
    }

    [Fact]
    public async Task Synchronous_cells_count_against_their_limiter_too()
    {
        var limiter = new Limiter("one") { MaxConcurrency = 1 };
        int under = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", r => r);
        graph.From(x).Cell("y", v =>
        {
            Interlocked.Increment(ref under).Should().Be(1);
            Thread.SpinWait(100);
            Interlocked.Decrement(ref under);
            return v;
        }, new CellOptions { Limiter = limiter });
        (await graph.Build(500).ToEndAsync(new RunOptions { Workers = 4 })).Cells.Should().Be(1000);
    }

    [Fact]
    public async Task Asynchronous_cells_without_a_limiter_share_the_runs_own_limit()
    {
        var gauge = new Gauge();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", gauge.CallAsync);
        graph.From(x).Cell("y", gauge.CallAsync);
        await graph.Build(300).ToEndAsync(new RunOptions { MaxConcurrentCells = 7 });
        gauge.Most.Should().BeLessThanOrEqualTo(7);
    }

    [Fact]
    public void Asynchronous_cells_without_a_limiter_use_the_whole_of_that_limit()
    {
        var host = new VirtualTimeHost();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context.Row;
        });
        graph.From(x).Cell("y", async (long value, CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return value;
        });
        host.Report(graph.Build(301), options => options with { MaxConcurrentCells = 7 });
        host.Seconds().Should().Be(86, "602 calls of a second, 7 at once");
    }

    [Fact]
    public async Task Pending_cells_occupy_no_worker()
    {
        var all = new TaskCompletionSource();
        int begun = 0;
        var graph = new GraphBuilder();
        graph.Start("x", async (r, _) =>
        {
            if (Interlocked.Increment(ref begun) == 100)
                all.SetResult();
            await all.Task;
            return r;
        });
        await graph.Build(100).ToEndAsync(new RunOptions { Workers = 1 });
        begun.Should().Be(100);
    }

    [Fact]
    public async Task Ten_slow_synchronous_cells_use_ten_workers_at_once()
    {
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), ports);
        using var meeting = new CountdownEvent(10);
        var graph = new GraphBuilder();
        graph.Start("x", r =>
        {
            meeting.Signal();
            return meeting.Wait(Runs.Hang) ? r : throw new TimeoutException("The cells did not meet.");
        });
        (await graph.Build(10).ToEndAsync(new RunOptions { Workers = 10 })).Rows.Should().Be(10);
    }

    [Fact]
    public async Task Synchronous_cells_never_run_on_more_than_the_workers()
    {
        int under = 0;
        int most = 0;
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<long> x = graph.Start("x", async (r, _) =>
        {
            await Task.Yield();
            return r;
        });
        graph.From(x).Cell("y", v =>
        {
            int now = Interlocked.Increment(ref under);
            InterlockedMax(ref most, now);
            Thread.SpinWait(2_000);
            Interlocked.Decrement(ref under);
            return v;
        });
        await graph.Build(2_000).ToEndAsync(new RunOptions { Workers = 2 });
        most.Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task The_first_downstream_cell_runs_while_most_roots_still_wait()
    {
        int rootsBegun = 0;
        int rootsAtFirst = -1;
        var graph = new GraphBuilder();
        var limited = new CellOptions { Limiter = new Limiter("four") { MaxConcurrency = 4 } };
        Column<long> root = graph.Start("root", async (r, _) =>
        {
            Interlocked.Increment(ref rootsBegun);
            await Task.Yield();
            return r;
        }, limited);
        graph.From(root).Cell("next", async (v, _) =>
        {
            Interlocked.CompareExchange(ref rootsAtFirst, Volatile.Read(ref rootsBegun), -1);
            await Task.Yield();
            return v;
        }, limited);
        await graph.Build(1000).ToEndAsync();
        rootsAtFirst.Should().BeInRange(1, 50);
    }

    [Fact]
    public void A_limit_is_at_least_one_and_can_be_changed()
    {
        var limiter = new Limiter("l");
        limiter.MaxConcurrency.Should().Be(int.MaxValue);
        limiter.Invoking(l => l.MaxConcurrency = 0).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new Limiter(" ")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task A_limit_that_is_raised_lets_waiting_cells_go()
    {
        var limiter = new Limiter("l") { MaxConcurrency = 1 };
        var second = new TaskCompletionSource();
        int begun = 0;
        var graph = new GraphBuilder();
        graph.Start("x", async (r, _) =>
        {
            if (Interlocked.Increment(ref begun) == 2)
                second.SetResult();
            else
                limiter.MaxConcurrency = 2;
            await second.Task;
            return r;
        }, new CellOptions { Limiter = limiter });
        (await graph.Build(2).ToEndAsync()).Rows.Should().Be(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_limit_that_is_lowered_takes_effect_as_calls_end(bool isFollowed)
    {
        var host = new VirtualTimeHost();
        var limiter = new Limiter("l") { MaxConcurrency = 4 };
        var options = new CellOptions { Limiter = limiter };
        var underByCall = new List<int>();
        int under = 0;
        async Task<long> Call(CellContext context)
        {
            underByCall.Add(++under);
            if (underByCall.Count == 8)
                limiter.MaxConcurrency = 2;
            await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, context.CancellationToken);
            under--;
            return context.Row;
        }

        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<long> x = graph.Start("x", Call, options);
        if (isFollowed)
            graph.From(x).Cell("y", (_, context) => Call(context), options);
        host.Run(graph.Build(40).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider, MaxActiveRowGroups = 2 }));
        underByCall.Take(8).Max().Should().Be(4);
        underByCall.Skip(8).Max().Should().Be(2);
    }

    private static void InterlockedMax(ref int location, int value)
    {
        int seen = Volatile.Read(ref location);
        while (value > seen && Interlocked.CompareExchange(ref location, value, seen) is var now && now != seen)
            seen = now;
    }

    /// <summary>Counts calls under way.</summary>
    private sealed class Gauge
    {
        private int _under;
        private int _most;
        private int _calls;
        private readonly TaskCompletionSource _areThere = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Most => _most;

        internal int Calls => _calls;

        /// <summary>No call ends before so many have been under way at once.</summary>
        internal int WaitsFor { get; init; }

        internal async Task<long> CallAsync(long value, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            int under = Interlocked.Increment(ref _under);
            InterlockedMax(ref _most, under);
            if (under >= WaitsFor)
                _areThere.TrySetResult();
            await _areThere.Task.WaitAsync(cancellationToken);
            await Task.Yield();
            await Task.Yield();
            Interlocked.Decrement(ref _under);
            return value;
        }
    }
}
