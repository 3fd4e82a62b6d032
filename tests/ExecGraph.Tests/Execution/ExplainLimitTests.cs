using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Explained;

namespace ExecGraph.Tests.Execution;

/// <summary>What a run says about cells that are ready and have no permit.</summary>
public sealed class ExplainLimitTests
{
    private readonly GraphBuilder _graph = new();

    [Fact]
    public void A_cell_waits_for_a_limiter_whose_permits_are_taken()
    {
        _graph.Start("x", Taking(10), new CellOptions { Limiter = new Limiter("model") { MaxConcurrency = 2 } });
        CellExplanation cell = _graph.Build(5).Ask(3, 4, "x");
        (cell.Standing, cell.Limiter, cell.Since, cell.Until).Should().Be((CellStanding.WaitingForPermit, "model", At(0), null));
        cell.ToString().Should().Be(
            "Cell(4, 'x') is ready and waits for limiter 'model': 2 of 2 permits are taken; the run has waited for it since 2000-01-01 00:00:00Z, for 3 s.");
    }

    [Fact]
    public void A_run_waits_for_its_limiter_since_it_last_had_enough_of_it()
    {
        Column<long> x = _graph.Start("x", Taking(3));
        _graph.From(x).Cell("y", TakingOver(10), new CellOptions { Limiter = new Limiter("model") { MaxConcurrency = 1 } });
        _graph.Build(3).Ask(15, 2, "y").Since.Should().Be(At(3));
    }

    [Fact]
    public void A_cell_without_a_limiter_waits_for_the_runs_own_permits()
    {
        _graph.Start("x", Taking(10));
        CellExplanation cell = _graph.Build(5).Ask(3, 4, "x", options => options with { Output = OutputOrder.None, MaxConcurrentCells = 3 });
        (cell.Standing, cell.Limiter).Should().Be((CellStanding.WaitingForPermit, null));
        cell.ToString().Should().Be("Cell(4, 'x') is ready and waits for a permit: all 3 of MaxConcurrentCells are taken.");
    }

    [Fact]
    public void A_limiter_that_was_told_to_slow_down_pauses_until_the_time_that_the_service_named()
    {
        var limiter = new Limiter("service") { MaxConcurrency = 4 };
        _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context.TimeProvider.GetUtcNow() < At(5) ? throw new RateLimitedException(TimeSpan.FromSeconds(30)) : context.Row;
        }, new CellOptions { Limiter = limiter });
        CellExplanation cell = _graph.Build(1).Ask(11, 0, "x");
        (cell.Standing, cell.Limiter, cell.Until).Should().Be((CellStanding.WaitingForPermit, "service", At(31)));
        cell.ToString().Should().Contain("limiter 'service': it pauses until 2000-01-01 00:00:31Z, in 20 s, because a call came too often");
    }

    [Fact]
    public void A_full_window_of_requests_is_full_until_its_oldest_call_is_out_of_it()
    {
        var limiter = new Limiter("service") { Requests = new RateLimit(2, TimeSpan.FromSeconds(10)) };
        _graph.Start("x", Taking(1), new CellOptions { Limiter = limiter });
        CellExplanation cell = _graph.Build(5).Ask(4, 4, "x");
        (cell.Standing, cell.Limiter, cell.Until).Should().Be((CellStanding.WaitingForPermit, "service", At(10)));
        cell.ToString().Should().Contain("its 2 permits in any 10 s for requests are used up until 2000-01-01 00:00:10Z, in 6 s");
    }

    [Fact]
    public void A_full_window_of_weights_is_full_until_the_next_call_fits()
    {
        var limiter = new Limiter("service") { Weight = new RateLimit(100, TimeSpan.FromSeconds(10)) };
        _graph.From(_graph.Start("x", row => row)).Cell("y", TakingOver(1), new CellOptions { Limiter = limiter, Weight = _ => 60 });
        CellExplanation cell = _graph.Build(3).Ask(4, 2, "y");
        (cell.Standing, cell.Limiter, cell.Until).Should().Be((CellStanding.WaitingForPermit, "service", At(10)));
        cell.ToString().Should().Contain("the call does not fit into its 100 permits in any 10 s for weights until");
    }

    [Fact]
    public void Asking_a_limiter_takes_nothing_and_nobodys_turn()
    {
        double Seconds(bool asks)
        {
            var host = new ExecGraph.Execution.VirtualTimeHost();
            var limiter = new Limiter("service") { MaxConcurrency = 2, Requests = new RateLimit(3, TimeSpan.FromSeconds(10)), Weight = new RateLimit(9, TimeSpan.FromSeconds(7)) };
            var graph = new GraphBuilder();
            graph.Start("x", Taking(1), new CellOptions { Limiter = limiter, Weight = _ => 4 });
            return host.Within(async () =>
            {
                GraphRun run = graph.Build(20).Run(host.Options() with { Output = OutputOrder.None });
                while (!run.Completion.IsCompleted)
                {
                    await VirtualRun.Wait(0.5, host.TimeProvider, CancellationToken.None);
                    for (long row = 0; row < 20 && asks; row++)
                        run.Explain(row, "x").Standing.Should().NotBe(CellStanding.WaitingForRowGroup);
                }

                return (await run.Completion).Elapsed.TotalSeconds;
            });
        }

        Seconds(asks: true).Should().Be(Seconds(asks: false));
    }

    [Fact]
    public void A_barriers_call_waits_for_its_limiter_too()
    {
        var limiter = new Limiter("judge") { MaxConcurrency = 1 };
        var host = new ExecGraph.Execution.VirtualTimeHost();
        Column<long> x = _graph.Start("x", row => row);
        Column<long> b = _graph.From(x).Barrier<long>("b", async (rows, token) =>
        {
            await UntilStopped(token);
            return [.. rows];
        }, new BarrierOptions { Limiter = limiter });
        var other = new GraphBuilder();
        other.Start("o", Taking(100), new CellOptions { Limiter = limiter });
        ExecutionGraph table = _graph.Build(3);
        host.Within(async () =>
        {
            await using GraphRun before = other.Build(1).Run(host.Options() with { Output = OutputOrder.None });
            await VirtualRun.Wait(1, host.TimeProvider, CancellationToken.None);
            await using GraphRun run = table.Run(host.Options() with { Output = OutputOrder.None });
            await VirtualRun.Wait(1, host.TimeProvider, CancellationToken.None);
            return run.Explain(2, b);
        }).Should().BeEquivalentTo(new { Standing = CellStanding.WaitingForPermit, Barrier = "b", Limiter = "judge", Since = At(1) });
    }
}
