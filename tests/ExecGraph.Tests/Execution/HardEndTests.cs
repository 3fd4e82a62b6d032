using System.Threading.RateLimiting;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Runs end, whatever is thrown where nobody expects it, and however long a wait is said to be.</summary>
public sealed class HardEndTests
{
    private static readonly CellOptions Dropping = new() { OnFailure = CellFailurePolicy.DropRow };

    private readonly VirtualTimeHost _host = new();

    [Theory]
    [InlineData("cell")]
    [InlineData("stream")]
    [InlineData("barrier")]
    public void Times_that_no_timer_can_be_set_to_are_as_good_as_none(string kind)
    {
        var limits = new CellOptions { Timeout = TimeSpan.MaxValue, TimeoutGrace = TimeSpan.MaxValue };
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = kind switch
        {
            "cell" => graph.From(x).Cell("y", async (v, context) =>
            {
                await VirtualRun.Wait(context, 1);
                return v;
            }, limits),
            "stream" => graph.From(x).Stream("y", (batch, token) => LaterAsync(batch, token), new StreamOptions { Timeout = TimeSpan.MaxValue }),
            _ => graph.From(x).Barrier("y", (batch, token) => LaterAsync(batch, token), new BarrierOptions { Timeout = TimeSpan.MaxValue }),
        };
        _host.Collect(graph.Build(3), y, options => options with { StopGrace = TimeSpan.MaxValue, Budget = new RunBudget { Time = TimeSpan.MaxValue } }).Rows.Should().HaveCount(3);
        _host.Seconds().Should().Be(1);

        async ValueTask<IReadOnlyList<long>> LaterAsync(IRowBatch<long> batch, CancellationToken token)
        {
            await VirtualRun.Wait(1, _host.TimeProvider, token);
            return [.. batch];
        }
    }

    [Fact]
    public void A_time_out_of_months_is_kept_to_the_second()
    {
        var graph = new GraphBuilder();
        graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, TimeSpan.FromDays(30).TotalSeconds);
            await VirtualRun.Wait(context, TimeSpan.FromDays(30).TotalSeconds);
            await VirtualRun.Wait(context, TimeSpan.FromDays(30).TotalSeconds);
            return context.Row;
        }, Dropping with { Timeout = TimeSpan.FromDays(85) });
        graph.Start("kept", row => row);
        FluentActions.Invoking(() => _host.Report(graph.Build(1))).Should().Throw<NoRowsLeftException>();
        _host.Seconds().Should().Be(TimeSpan.FromDays(85).TotalSeconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_of_months_before_the_next_attempt_is_kept(bool isRejected)
    {
        var graph = new GraphBuilder();
        var wait = TimeSpan.FromDays(100);
        Column<long> x = graph.Start(
            "x",
            (CellContext context) => _host.Seconds() > 0 ? context.Row : throw (isRejected ? new RateLimitedException(wait) : new FormatException()),
            new CellOptions { Retry = new RetryOptions { MaxAttempts = 2, Delay = wait, MaxDelay = wait, HasJitter = false } });
        _host.Collect(graph.Build(1), x).Rows.Should().ContainSingle();
        _host.Seconds().Should().Be(wait.TotalSeconds);
    }

    [Fact]
    public async Task Stopping_with_all_the_time_of_the_world_stops()
    {
        var begun = new TaskCompletionSource();
        var graph = new GraphBuilder();
        graph.Start("x", async (row, token) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return row;
        });
        using var caller = new CancellationTokenSource();
        GraphRun run = graph.Build(1).Run(new RunOptions { StopGrace = TimeSpan.MaxValue }, caller.Token);
        await begun.Task.WaitAsync(Runs.Hang);
        Task<RunReport> stop = run.StopAsync(TimeSpan.MaxValue);
        await caller.CancelAsync();
        (await stop.WaitAsync(Runs.Hang)).Outcome.Should().Be(RunOutcome.Stopped);
    }

    [Fact]
    public void A_call_that_comes_back_to_be_waited_for_when_its_time_and_its_grace_are_over_is_abandoned()
    {
        var graph = new GraphBuilder();
        graph.Start("x", async (CellContext context) =>
        {
            _host.TimeProvider.Advance(TimeSpan.FromSeconds(3)); // the part before its first wait takes long
            await new TaskCompletionSource().Task;
            return context.Row;
        }, Dropping with { Timeout = TimeSpan.FromSeconds(1), TimeoutGrace = TimeSpan.FromSeconds(1) });
        NoRowsLeftException end = FluentActions.Invoking(() => _host.Report(graph.Build(1))).Should().Throw<NoRowsLeftException>().Which;
        end.Report.Abandoned.Should().ContainSingle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_comes_back_to_be_waited_for_behind_the_grace_of_a_stop_is_abandoned(bool isStream)
    {
        TaskCompletionSource begun = new(), cancelled = new();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        if (isStream)
            graph.From(x).Stream<long>("y", async (batch, token) => await HoldAsync(token) ? [.. batch] : []);
        else
            graph.From(x).Cell("y", async (v, token) => await HoldAsync(token) ? v : 0);
        await using GraphRun run = graph.Build(1).Run(new RunOptions { Workers = 1, StopGrace = TimeSpan.Zero });
        await begun.Task.WaitAsync(Runs.Hang);
        Task<RunReport> stop = run.StopAsync();
        RunReport report = await stop.WaitAsync(Runs.Hang);
        report.Abandoned.Should().ContainSingle();

        async Task<bool> HoldAsync(CancellationToken token)
        {
            using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
            begun.SetResult();
            cancelled.Task.Wait(Runs.Hang, CancellationToken.None).Should().BeTrue(); // its first part goes on until it is cancelled
            await new TaskCompletionSource().Task;
            return true;
        }
    }

    [Theory]
    [InlineData("cell")]
    [InlineData("dropped")]
    [InlineData("source")]
    [InlineData("initialize")]
    public async Task A_failure_whose_message_throws_is_a_failure(string where)
    {
        var graph = new GraphBuilder();
        if (where == "source")
            graph.Source("x", Broken());
        else
            graph.Start<long>("x", _ => throw new MuteException(), where == "dropped" ? Dropping : null);
        ExecutionGraph table = where != "initialize" ? graph.Build(where == "source" ? null : 3)
            : new ExecutionGraph([new ColumnDescriptor("x") { Generator = new BrokenGenerator(), Traits = ExecutionTraits.Start | ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable }], 3);
        Exception failure = (await table.Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<Exception>()).Which;
        failure.Message.Should().Contain("(its message threw System.NotSupportedException)");
        failure.InnerException.Should().BeOfType<MuteException>();

        static IEnumerable<long> Broken()
        {
            yield return 1;
            throw new MuteException();
        }
    }

    [Fact]
    public async Task A_foreign_limiter_whose_lease_throws_when_it_is_given_back_fails_the_runs_that_wait_and_hangs_none()
    {
        await using var inner = new BrittleLimiter();
        var limiter = new Limiter("brittle", inner) { MaxConcurrency = 2 };
        var graph = new GraphBuilder();
        graph.Start("x", async (row, _) =>
        {
            await Task.Yield();
            return row;
        }, new CellOptions { Limiter = limiter });
        ExecutionGraph table = graph.Build(50);
        Task<RunReport>[] runs = [table.RunAsync(), table.RunAsync()];
        foreach (Task<RunReport> run in runs)
            await run.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Runs.Hang);
        runs.Should().OnlyContain(run => run.IsCompleted);
        limiter.CurrentConcurrency.Should().Be(0);
    }

    [Fact]
    public async Task Calls_are_made_when_their_time_has_come_while_all_workers_are_at_long_cells()
    {
        var second = new TaskCompletionSource();
        var limiter = new Limiter("slow") { Requests = new RateLimit(1, TimeSpan.FromMilliseconds(50)) };
        var graph = new GraphBuilder();
        Column<long> call = graph.Start("call", (row, _) => new ValueTask<long>(row == 1 && second.TrySetResult() ? row : row), new CellOptions { Limiter = limiter });
        Column<bool> work = graph.Start("work", _ => second.Task.Wait(Runs.Hang));
        Column<bool> both = graph.From(call, work).Cell("both", (_, w) => w);
        (await graph.Build(2).CollectAsync(both, new RunOptions { Workers = 1 })).Should().Equal((0L, true), (1L, true));
    }

    [Fact]
    public void Rows_that_a_filter_removes_count_as_ended_where_too_many_fail()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row % 20 == 0 ? throw new FormatException() : row, Dropping);
        graph.Where(x, v => v % 10 == 1);
        RunReport report = _host.Report(graph.Build(2_000), options => options with { StopAtFailureRate = new FailureRate(0.3, 100) });
        (report.Outcome, report.DroppedRows, report.FilteredRows).Should().Be((RunOutcome.Completed, 100L, 1_700L));
    }

    [Fact]
    public void Many_rejected_rows_of_one_call_are_one_rejection()
    {
        var limiter = new Limiter("service") { MaxConcurrency = 64, TimeProvider = _host.TimeProvider };
        int calls = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Stream(
            "y",
            async (batch, token) =>
            {
                await VirtualRun.Wait(0.1, _host.TimeProvider, token);
                if (++calls == 1)
                {
                    for (int i = 0; i < batch.Count; i++)
                        batch.Fail(i, new RateLimitedException(TimeSpan.FromSeconds(i % 7)));
                }

                return (IReadOnlyList<long>)[.. batch];
            },
            new StreamOptions { Limiter = limiter, MinBatchSize = 64, MaxBatchSize = 64 });
        int before = limiter.CurrentLimit;
        (List<(long, long)> rows, RunReport report) = _host.Collect(graph.Build(64), y);
        rows.Should().HaveCount(64);
        (report.Columns[1].RateLimited, report.Columns[1].Failures).Should().Be((1L, 0L));
        limiter.CurrentLimit.Should().Be((int)(before * 0.75));
        _host.Seconds().Should().BeApproximately(6.2, 0.001, "the longest pause that was asked for, and two calls");
    }

    private sealed class MuteException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    private sealed class BrokenGenerator : CellGenerator<long>
    {
        public override bool CanGenerateFromScratch => true;

        protected internal override ValueTask InitializeAsync(CancellationToken cancellationToken = default) => throw new MuteException();

        protected internal override ValueTask<long> GenerateAsync(CellInputs inputs, CellContext context) => new(context.Row);
    }

    /// <summary>Grants everything, and its tenth lease breaks.</summary>
    private sealed class BrittleLimiter : RateLimiter
    {
        private int _leases;

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => new Lease(Interlocked.Increment(ref _leases) == 10);

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

        private sealed class Lease(bool breaks) : RateLimitLease
        {
            public override bool IsAcquired => true;

            public override IEnumerable<string> MetadataNames => [];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = null;
                return false;
            }

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (breaks && disposing)
                    throw new IOException("The connection is lost.");
            }
        }
    }
}
