using ExecGraph.Execution;
using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Explained;

namespace ExecGraph.Tests.Execution;

/// <summary>What a run says about itself as a whole, and about its end.</summary>
public sealed class ExplainRunTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 4 };

    [Fact]
    public void A_run_counts_what_its_columns_and_limits_are_at()
    {
        var limiter = new Limiter("model") { MaxConcurrency = 3 };
        var retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.FromSeconds(60), HasJitter = false };
        Column<long> x = _graph.Start("x", row => row);
        Column<long> y = _graph.From(x).Cell("y", async (long v, CellContext context) =>
        {
            await VirtualRun.Wait(context, v == 0 ? 1 : 30);
            return v == 0 ? throw new FormatException() : v;
        }, new CellOptions { Limiter = limiter, Retry = retry });
        _graph.From(y).Cell("z", v => v);
        RunExplanation run = _graph.Build(20).Ask(5, run => run.Explain(), options => options with { Output = OutputOrder.None, MaxActiveRowGroups = 2, Workers = 2 });
        run.At.Should().Be(At(5));
        run.Elapsed.Should().Be(TimeSpan.FromSeconds(5));
        run.RowGroups.Should().Be(new RowGroupLoad(0, 1, Admitted: 2, Limit: 2, Parked: 0, Finished: 0, Unread: 0, Early: 0, Total: 5));
        run.Columns.Should().Equal(new ColumnLoad("x", 0, 0, 0, 0), new ColumnLoad("y", 0, Ready: 4, Running: 3, WaitingForRetry: 1), new ColumnLoad("z", Waiting: 8, 0, 0, 0));
        run.Lanes.Should().Equal(
            new LaneLoad("Workers", IsLimiter: false, 0, 2),
            new LaneLoad("model", IsLimiter: true, 3, 3) { WaitingSince = At(0) });
        run.OldestCalls.Should().Equal(new RunningCall(1, "y", 1, At(0)), new RunningCall(2, "y", 1, At(0)), new RunningCall(3, "y", 1, At(1)));
        run.ToString().Should().Be(
            """
            After 5 s, in stage 0 of 1: 2 of at most 2 row groups are being worked on, 0 are parked, 0 of 5 are finished.
            'y': 3 running, 4 ready, 1 waiting for another attempt, 0 waiting for other cells.
            'z': 0 running, 0 ready, 0 waiting for another attempt, 8 waiting for other cells.
            Workers: 0 of 2 permits are taken.
            Limiter 'model': 3 of 3 permits are taken; the run has waited for it for 5 s.
            Under way longest: Cell(1, 'y') for 5 s, Cell(2, 'y') for 5 s, Cell(3, 'y') for 4 s.
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_run_that_is_held_back_says_that_nobody_reads()
    {
        _graph.Start("x", row => row);
        RunExplanation run = _graph.Build(400).Ask(1, run => run.Explain(), options => options);
        (run.IsHeldBack, run.HasReader, run.RowGroups.Unread, run.RowGroups.Admitted).Should().Be((true, false, 16, 0));
        run.ToString().Should().Contain("No row group is admitted: nobody reads the output, in which 16 finished row groups wait.");
    }

    [Fact]
    public void A_run_names_the_barriers_that_come_next_and_what_its_sources_have_delivered()
    {
        var host = new VirtualTimeHost();
        async IAsyncEnumerable<int> Read()
        {
            for (int i = 0; i < 6; i++)
            {
                yield return i;
                await VirtualRun.Wait(1, host.TimeProvider, CancellationToken.None);
            }
        }

        Column<int> source = _graph.Source("source", Read());
        Column<int> sum = _graph.From(source).Barrier("rank", all => all.ToArray());
        host.Within(async () =>
        {
            await using GraphRun run = _graph.Build().Run(host.Options() with { Output = OutputOrder.None });
            await VirtualRun.Wait(2.5, host.TimeProvider, CancellationToken.None);
            RunExplanation said = run.Explain();
            said.Barriers.Should().Equal("rank");
            (said.RowsDelivered, said.RowGroups.Total, said.RowGroups.StageCount).Should().Be((3, null, 2));
            said.Columns.Should().Equal(new ColumnLoad("source", Waiting: 1, 0, 0, 0));
            await run.Completion;
            return said.ToString();
        }).Should().Contain("'rank', are short of the end of the sources.").And.Contain("The sources have delivered 3 rows.");
    }

    [Fact]
    public void A_limiter_that_pauses_says_until_when()
    {
        var limiter = new Limiter("service") { Adaptive = AdaptiveConcurrency.Off };
        _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context.TimeProvider.GetUtcNow() < At(2) ? throw new RateLimitedException(TimeSpan.FromSeconds(30)) : context.Row;
        }, new CellOptions { Limiter = limiter });
        RunExplanation run = _graph.Build(1).Ask(11, run => run.Explain());
        run.Lanes[^1].Until.Should().Be(At(31));
        run.ToString().Should().Contain("Limiter 'service': 0 of any number of permits are taken; the run has waited for it for 10 s; it admits nothing for another 20 s.");
    }

    [Fact]
    public void After_the_end_cells_are_settled_or_say_how_the_run_has_ended()
    {
        _graph.Start("x", Taking(1));
        var host = new VirtualTimeHost();
        GraphRun completed = _graph.Build(4).Run(host.Options() with { Output = OutputOrder.None });
        host.Run(completed.Completion);
        completed.Explain(3, "x").Standing.Should().Be(CellStanding.Done);
        completed.Explain().Ending.Should().Be("the run has ended (Completed)");
        completed.Explain().OldestCalls.Should().BeEmpty();

        GraphRun stopped = _graph.Build(400).Run(host.Options() with { Output = OutputOrder.None });
        host.Run(stopped.StopAsync());
        stopped.Explain(399, "x").Standing.Should().Be(CellStanding.RunEnded);
        stopped.Explain(399, "x").ToString().Should().Be("Cell(399, 'x') will not run: the run has ended (Stopped: StopAsync was called.).");

        using var caller = new CancellationTokenSource();
        GraphRun cancelled = _graph.Build(4).Run(host.Options() with { Output = OutputOrder.None }, caller.Token);
        caller.Cancel();
        host.Invoking(h => h.Run(cancelled.Completion)).Should().Throw<OperationCanceledException>();
        cancelled.Explain(3, "x").ToString().Should().Be("Cell(3, 'x') will not run: the run was cancelled.");
    }

    [Fact]
    public void A_run_that_failed_says_of_what()
    {
        _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1 + context.Row);
            return context.Row == 1 ? throw new FormatException("no number") : context.Row;
        });
        var host = new VirtualTimeHost();
        GraphRun run = _graph.Build(4).Run(host.Options() with { Output = OutputOrder.None });
        host.Invoking(h => h.Run(run.Completion)).Should().Throw<CellFailedException>();
        run.Explain(0, "x").Standing.Should().Be(CellStanding.Done);
        run.Explain(3, "x").ToString().Should().Be("Cell(3, 'x') will not run: the run has failed (CellFailedException: Row 1, column 'x' failed: no number).");
    }

    [Fact]
    public void While_a_run_stops_what_is_under_way_still_runs_and_the_rest_will_not()
    {
        var limiter = new Limiter("one") { MaxConcurrency = 1 };
        _graph.Start("x", Taking(10), new CellOptions { Limiter = limiter });
        _graph.Build(4).Ask(5, run =>
        {
            _ = run.StopAsync();
            run.Explain().Ending.Should().Be("the run is stopping (StopAsync was called.)");
            run.Explain(3, "x").ToString().Should().Be("Cell(3, 'x') will not run: the run is stopping (StopAsync was called.).");
            return run.Explain(0, "x").Standing;
        }).Should().Be(CellStanding.Running);
    }
}
