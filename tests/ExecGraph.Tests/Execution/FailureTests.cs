using System.Collections.Concurrent;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ExecGraph.Tests.Execution;

public sealed class FailureTests
{
    [Fact]
    public async Task The_first_exception_ends_the_run_after_the_groups_that_were_finished()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", r => r);
        graph.From(x).Cell("y", async (v, _) =>
        {
            await Task.Yield();
            return v != 35 ? v : throw new FormatException("thirty-five");
        });
        var rows = new List<long>();
        await using GraphRun run = graph.Build(100).Run(new RunOptions { MaxActiveRowGroups = 1 });
        Func<Task> reading = async () =>
        {
            await foreach (Row row in run.Rows)
                rows.Add(row.Index);
        };
        CellFailedException failure = (await reading.Should().ThrowAsync<CellFailedException>()).Which;
        rows.Should().Equal(Enumerable.Range(0, 30).Select(r => (long)r));
        (failure.Row, failure.Column, failure.Attempts).Should().Be((35L, "y", 1));
        failure.InnerException.Should().BeOfType<FormatException>();
        failure.Message.Should().Be("Row 35, column 'y' failed: thirty-five");
        (await run.Awaiting(r => r.Completion).Should().ThrowAsync<CellFailedException>()).Which.Should().BeSameAs(failure);
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("stream")]
    [InlineData("barrier")]
    [InlineData("async barrier")]
    [InlineData("accumulate")]
    [InlineData("merge")]
    [InlineData("select")]
    public async Task Whatever_throws_is_named(string kind)
    {
        static int Throw(int value) => value < 0 ? value : throw new FormatException("thrown");
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<int> x = graph.Start("x", r => (int)r);
        _ = kind switch
        {
            "sync" => graph.From(x).Cell("y", Throw),
            "async" => graph.From(x).Cell("y", (v, _) => Task.FromException<int>(new FormatException("thrown"))),
            "stream" => graph.From(x).Stream("y", batch => batch.Select(Throw).ToArray()),
            "barrier" => graph.From(x).Barrier("y", batch => batch.Select(Throw).ToArray()),
            "async barrier" => graph.From(x).Barrier<int>("y", async (batch, _) =>
            {
                await Task.Yield();
                return batch.Select(Throw).ToArray();
            }),
            "accumulate" => graph.From(x).Aggregate("y", () => 0, (_, v) => Throw(v), (a, b) => a + b, s => s),
            "merge" => graph.From(x).Aggregate("y", () => 0, (s, v) => s + v, (a, _) => Throw(a), s => s),
            _ => graph.From(x).Aggregate("y", () => 0, (s, v) => s + v, (a, b) => a + b, (s, _) => Throw(s)),
        };
        CellFailedException failure = (await graph.Build(10).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        failure.Column.Should().Be("y");
        failure.InnerException!.Message.Should().Be("thrown");
        (failure.Row is null).Should().Be(kind is not ("sync" or "async" or "stream"));
    }

    [Fact]
    public async Task A_merge_that_throws_is_not_tried_again_on_states_that_it_has_changed()
    {
        int merges = 0;
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Aggregate(
            "all",
            () => new List<long>(),
            (list, v) => [.. list, v],
            (a, b) =>
            {
                if (++merges == 2)
                    throw new FormatException("once");
                a.AddRange(b);
                return a;
            },
            list => list.Count,
            new BarrierOptions { Retry = new RetryOptions { MaxAttempts = 5, Delay = TimeSpan.Zero } });
        CellFailedException failure = (await graph.Build(40).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        (failure.Column, failure.Attempts, failure.InnerException!.Message, merges).Should().Be(("all", 1, "once", 2));
    }

    [Fact]
    public async Task A_cancellation_that_the_engine_did_not_ask_for_is_an_ordinary_failure()
    {
        var graph = new GraphBuilder();
        graph.Start<int>("x", (_, _) => throw new TaskCanceledException("a time-out of the user's own"));
        CellFailedException failure = (await graph.Build(1).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        failure.InnerException.Should().BeOfType<TaskCanceledException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_callers_cancellation_comes_out_with_the_callers_token(bool before)
    {
        using var cancellation = new CancellationTokenSource();
        if (before)
            await cancellation.CancelAsync();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (r, token) =>
        {
            if (r == 20)
                await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return r;
        });
        await using GraphRun run = graph.Build(100).Run(cancellationToken: cancellation.Token);
        OperationCanceledException cancelled = (await run.Awaiting(r => r.Completion.WaitAsync(Runs.Hang)).Should().ThrowAsync<OperationCanceledException>()).Which;
        cancelled.CancellationToken.Should().Be(cancellation.Token);
        Func<Task> reading = async () =>
        {
            await foreach (Row _ in run.Rows)
            {
            }
        };
        await reading.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Attempts_are_made_until_they_run_out()
    {
        var attempts = new ConcurrentQueue<(long, int)>();
        var graph = new GraphBuilder();
        var retry = new CellOptions { Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.Zero } };
        Column<long> x = graph.Start("x", async context =>
        {
            attempts.Enqueue((context.Row, context.Attempt));
            await Task.Yield();
            return context.Attempt > context.Row ? context.Row : throw new FormatException();
        }, retry);
        (await graph.Build(3).CollectAsync(x)).Select(row => row.Value).Should().Equal(0, 1, 2);
        attempts.Should().BeEquivalentTo([(0L, 1), (1L, 1), (1L, 2), (2L, 1), (2L, 2), (2L, 3)]);
        CellFailedException failure = (await graph.Build(4).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        (failure.Row, failure.Attempts).Should().Be((3L, 3));
        failure.Message.Should().Contain("after 3 attempts");
    }

    [Fact]
    public void Attempts_are_apart_by_delays_that_double()
    {
        var host = new VirtualTimeHost();
        var times = new List<TimeSpan>();
        var graph = new GraphBuilder();
        long start = host.TimeProvider.GetTimestamp();
        graph.Start("x", (CellContext context) =>
        {
            times.Add(context.TimeProvider.GetElapsedTime(start));
            return context.Attempt < 5 ? throw new FormatException() : 1;
        }, new CellOptions { Retry = new RetryOptions { MaxAttempts = 5, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(3), HasJitter = false } });
        host.Run(graph.Build(1).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider }));
        times.Select(time => time.TotalSeconds).Should().Equal(0, 1, 3, 6, 9);
    }

    [Fact]
    public void A_run_that_stops_does_not_wait_for_delays()
    {
        var host = new VirtualTimeHost();
        var graph = new GraphBuilder();
        graph.Start("x", (CellContext context) => context.Row == 0
            ? throw new FormatException()
            : context.TimeProvider.GetTimestamp() > TimeSpan.TicksPerSecond ? throw new InvalidOperationException("late") : 1L,
            new CellOptions { Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.FromHours(1) } });
        Column<long> other = graph.Start("other", async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), context.TimeProvider, context.CancellationToken);
            throw new NotSupportedException("the end");
#pragma warning disable CS0162 // A lambda needs a result to have a type.
            return 1L;
#pragma warning restore CS0162
        });
        FluentActions.Invoking(() => host.Run(graph.Build(1).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider })))
            .Should().Throw<CellFailedException>().WithMessage("*the end*");
        host.TimeProvider.GetElapsedTime(0).TotalSeconds.Should().Be(2);
    }

    [Fact]
    public async Task A_run_that_stops_calls_no_further_barrier()
    {
        int calls = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", r => r);
        long[] Fail(IRowBatch<long> rows) => throw new FormatException($"call {Interlocked.Increment(ref calls)} over {rows.Count}");
        graph.From(x).Barrier("one", Fail);
        graph.From(x).Barrier("two", Fail);
        await graph.Build(10).Awaiting(g => g.ToEndAsync(new RunOptions { Workers = 1 })).Should().ThrowAsync<CellFailedException>();
        calls.Should().Be(1);
    }

    [Fact]
    public async Task Leaving_the_loop_stops_the_run_and_no_cell_runs_afterwards()
    {
        int after = 0;
        bool over = false;
        var graph = new GraphBuilder { RowGroupSize = 10 };
        graph.Start("x", async (r, _) =>
        {
            if (Volatile.Read(ref over))
                Interlocked.Increment(ref after);
            await Task.Yield();
            return r;
        });
        GraphRun run = graph.Build(1_000_000).Run();
        await foreach (RowGroup group in run.RowGroups)
        {
            if (group.Index == 3)
                break;
        }

        RunReport report = await run.Completion.WaitAsync(Runs.Hang);
        Volatile.Write(ref over, true);
        report.Outcome.Should().Be(RunOutcome.Stopped);
        report.Rows.Should().BeGreaterThanOrEqualTo(40);
        await run.DisposeAsync();
        after.Should().Be(0);
    }

    [Fact]
    public async Task Disposing_waits_for_cells_that_have_begun()
    {
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        bool ended = false;
        var graph = new GraphBuilder();
        graph.Start("x", async (r, _) =>
        {
            begun.TrySetResult();
            await end.Task;
            ended = true;
            return r;
        });
        GraphRun run = graph.Build(1).Run();
        await begun.Task.WaitAsync(Runs.Hang);
        ValueTask disposing = run.DisposeAsync();
        disposing.IsCompleted.Should().BeFalse();
        end.SetResult();
        await disposing.AsTask().WaitAsync(Runs.Hang);
        ended.Should().BeTrue();
    }

    [Fact]
    public async Task Rows_are_one_stream_that_is_read_once()
    {
        var graph = new GraphBuilder();
        graph.Start("x", r => r);
        await using GraphRun run = graph.Build(3).Run();
        await foreach (Row _ in run.Rows)
        {
        }

        Func<Task> again = async () =>
        {
            await foreach (RowGroup _ in run.RowGroups)
            {
            }
        };
        await again.Should().ThrowAsync<InvalidOperationException>().WithMessage("*read once*");
        await using GraphRun none = graph.Build(3).Run(new RunOptions { Output = OutputOrder.None });
        Func<Task> nothing = async () =>
        {
            await foreach (RowGroup _ in none.RowGroups)
            {
            }
        };
        await nothing.Should().ThrowAsync<InvalidOperationException>().WithMessage("*no rows*");
    }

    [Fact]
    public async Task A_run_that_nobody_reads_says_so_once_and_goes_on_when_it_is_read()
    {
        var log = new RecordedLog();
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", r => r);
        await using GraphRun run = graph.Build(500).Run(new RunOptions { LoggerFactory = log, MaxActiveRowGroups = 2, MaxBufferedRowGroups = 2 });
        (await log.First.Task.WaitAsync(Runs.Hang)).Should().Contain("nobody reads");
        long sum = 0;
        await foreach (Row row in run.Rows)
            sum += x[row];
        sum.Should().Be(500 * 499 / 2);
        await run.Completion;
        log.Count.Should().Be(1);
    }

    [Fact]
    public async Task A_run_that_cannot_go_on_names_cells_instead_of_hanging()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<long>();
        var graph = new GraphBuilder();
        graph.Start("y", (_, _) =>
        {
            begun.TrySetResult();
            return end.Task;
        });
        GraphRun run = graph.Build(2).Run(new RunOptions { MaxConcurrentCells = 1 });
        await begun.Task.WaitAsync(Runs.Hang);

        // A ready cell is taken away behind the engine's back: nothing that it knows of can bring it back.
        object engine = Field(run, "_engine");
        var plan = (RunPlan)Field(engine, "_plan");
        plan.Columns.Single(column => column.Name == "y").Queue.TryTake_NeedsLock(64, out WorkItem lost).Should().BeTrue();
        lost.Cells.Should().Be(2);
        end.SetResult(0);
        (await run.Awaiting(r => r.Completion.WaitAsync(Runs.Hang)).Should().ThrowAsync<RunStalledException>()).WithMessage(
            "The run cannot go on: nothing is under way and nothing is waited for, but rows are left. Not settled, among others: Cell(1, 'y') is ready: a worker is about to begin it.");

        static object Field(object of, string name) =>
            of.GetType().GetField(name, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(of)!;
    }

    [Fact]
    public async Task Generators_are_disposed_when_initialising_one_fails()
    {
        var generator = new Failing();
        var graph = new GraphBuilder();
        graph.Add(new ColumnDescriptor("x") { Generator = generator });
        CellFailedException failure = (await graph.Build(1).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        failure.InnerException!.Message.Should().Be("no model");
        generator.Disposed.Should().Be(1);
        generator.Calls.Should().Be(0);
    }

    [Fact]
    public void A_cell_that_ends_outside_virtual_time_is_reported()
    {
        var host = new VirtualTimeHost();
        using var ended = new ManualResetEventSlim();
        var graph = new GraphBuilder();
        graph.Start("x", async (r, _) =>
        {
            await Task.Run(ended.Wait, CancellationToken.None).ConfigureAwait(false);
            return r;
        });
        Task<RunReport> run = graph.Build(1).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider });
        Func<RunReport> running = () =>
        {
            while (true)
            {
                try
                {
                    return host.Run(run);
                }
                catch (InvalidOperationException idle) when (idle.Message.Contains("Nothing can run", StringComparison.Ordinal))
                {
                    ended.Set(); // the cell is awaited by now
                    Thread.Yield();
                }
            }
        };
        running.Should().Throw<InvalidOperationException>().WithMessage("*'x'*foreign thread*");
    }

    private sealed class Failing : CellGenerator<int>
    {
        internal int Disposed { get; private set; }

        internal int Calls { get; private set; }

        public override bool CanGenerateFromScratch => true;

        protected internal override ValueTask InitializeAsync(CancellationToken cancellationToken = default) => throw new FormatException("no model");

        protected internal override ValueTask DisposeAsync()
        {
            Disposed++;
            return default;
        }

        protected internal override ValueTask<int> GenerateAsync(CellInputs inputs, CellContext context)
        {
            Calls++;
            return new(1);
        }
    }

    private sealed class RecordedLog : ILoggerFactory, ILogger
    {
        private int _count;

        internal TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Count => _count;

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _count);
            First.TrySetResult(formatter(state, exception));
        }
    }
}
