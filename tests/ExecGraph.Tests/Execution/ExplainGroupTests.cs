using ExecGraph.Execution;
using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Explained;

namespace ExecGraph.Tests.Execution;

/// <summary>What a run says about cells whose row group, stage or barrier is not there yet, or is over.</summary>
public sealed class ExplainGroupTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 2 };

    [Fact]
    public void A_row_group_waits_for_others_to_be_finished()
    {
        _graph.Start("x", Taking(10));
        CellExplanation cell = _graph.Build(10).Ask(3, 9, "x", options => options with { Output = OutputOrder.None, MaxActiveRowGroups = 2 });
        cell.Standing.Should().Be(CellStanding.WaitingForRowGroup);
        cell.ToString().Should().Be(
            "Cell(9, 'x') waits for row group 4 to be admitted: 2 of 2 (MaxActiveRowGroups) are being worked on, and 2 row groups come first.");
    }

    [Fact]
    public void A_row_group_waits_for_a_reader_that_never_came()
    {
        _graph.Start("x", row => row);
        CellExplanation cell = _graph.Build(20).Ask(3, 19, "x", options => options with { MaxActiveRowGroups = 2, MaxBufferedRowGroups = 3 });
        cell.Standing.Should().Be(CellStanding.WaitingForReader);
        cell.ToString().Should().Be(
            "Cell(19, 'x') waits for row group 9 to be admitted: nobody reads the output, in which 5 finished row groups wait, and 4 row groups come first.");
    }

    [Fact]
    public void A_row_group_waits_for_a_reader_that_is_slow()
    {
        _graph.Start("x", row => row);
        var host = new VirtualTimeHost();
        host.Within(async () =>
        {
            await using GraphRun run = _graph.Build(40).Run(host.Options() with { MaxActiveRowGroups = 1, MaxBufferedRowGroups = 1 });
            await foreach (RowGroup group in run.RowGroups)
            {
                await VirtualRun.Wait(1, host.TimeProvider, CancellationToken.None);
                return run.Explain(39, "x").ToString();
            }

            return "";
        }).Should().Contain("wait to be read, or are being read");
    }

    [Fact]
    public void A_row_group_waits_for_finished_ones_that_wait_for_an_earlier_one()
    {
        _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row == 0 ? 100 : 1);
            return context.Row;
        });
        CellExplanation cell = _graph.Build(40).Ask(30, 39, "x", options => options with { MaxActiveRowGroups = 2, MaxBufferedRowGroups = 2 });
        cell.Standing.Should().Be(CellStanding.WaitingForReader);
        cell.ToString().Should().Contain("3 finished row groups wait for an earlier one, so that rows come in order");
    }

    [Fact]
    public void A_dataset_barrier_is_short_of_the_row_groups_and_cells_that_are_not_settled()
    {
        Column<long> x = _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row < 3 ? 1 : 50);
            return context.Row;
        });
        Column<long> b = _graph.From(x).Barrier("b", all => all.ToArray());
        _graph.From(b).Cell("y", v => v);
        ExecutionGraph table = _graph.Build(9);
        foreach (string column in new[] { "b", "y" })
        {
            CellExplanation cell = table.Ask(3, 0, column, options => options with { Output = OutputOrder.None, MaxActiveRowGroups = 2 });
            (cell.Standing, cell.Barrier, cell.RowGroupsShort, cell.CellsShort).Should().Be((CellStanding.WaitingForBarrier, "b", 4, 6));
            (cell.Cause!.Row, cell.Cause.Column, cell.Cause.Standing).Should().Be((3, "x", CellStanding.Running));
            cell.ToString().Should().StartWith($"Cell(0, '{column}') waits for Barrier('b'), which is short of 4 row groups (6 cells). Cell(3, 'x') has been running");
        }
    }

    [Fact]
    public void A_cell_waits_for_the_call_of_its_barrier_and_is_told_when_that_began()
    {
        Column<long> x = _graph.Start("x", Taking(2));
        Column<long> b = _graph.From(x).Barrier<long>("b", async (all, token) =>
        {
            await UntilStopped(token);
            return [.. all];
        });
        _graph.From(b).Cell("y", v => v);
        _graph.Build(6).Ask(3, run =>
        {
            run.Explain(0, "x").Standing.Should().Be(CellStanding.Done);
            CellExplanation own = run.Explain(5, "b");
            (own.Standing, own.Barrier, own.Since).Should().Be((CellStanding.Running, "b", At(2)));
            CellExplanation behind = run.Explain(5, "y");
            (behind.Standing, behind.Barrier, behind.RowGroupsShort, behind.Cause!.Column, behind.Cause.Since).Should().Be((CellStanding.WaitingForBarrier, "b", 0, "b", At(2)));
            return run.Explain().OldestCalls;
        }).Should().Equal(new RunningCall(null, "b", 1, At(2)));
    }

    [Fact]
    public void A_barrier_of_a_row_group_is_short_of_cells_of_that_group_alone()
    {
        Column<long> x = _graph.Start("x", Taking(1));
        Column<long> side = _graph.Start("side", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row == 2 ? 50 : 1);
            return context.Row;
        });
        Column<long> b = _graph.From(x).Barrier("b", all => all.ToArray(), new BarrierOptions { Scope = BarrierScope.RowGroup });
        _graph.From(b, side).Cell("y", (u, v) => u + v);
        _graph.Build(4).Ask(3, run =>
        {
            CellExplanation cell = run.Explain(3, "b");
            (cell.Standing, cell.Barrier, cell.CellsShort, cell.RowGroupsShort).Should().Be((CellStanding.WaitingForBarrier, "b", 1, null));
            (cell.Cause!.Row, cell.Cause.Column).Should().Be((2, "side"));
            cell.ToString().Should().StartWith("Cell(3, 'b') waits for Barrier('b', group 1), which is short of 1 cell. Cell(2, 'side') has been running");
            run.Explain(3, "y").WaitsFor.Should().Equal("b");
            return run.Explain(1, "b").Standing;
        }).Should().Be(CellStanding.Done);
    }

    [Fact]
    public void Code_over_many_rows_that_asks_about_itself_is_running()
    {
        GraphRun? run = null;
        var said = new List<(string, CellStanding, DateTimeOffset?)>();
        void Ask(long row, string column)
        {
            CellExplanation cell = run!.Explain(row, column);
            said.Add((cell.Column, cell.Standing, cell.Since));
        }

        Column<long> x = _graph.Start("x", Taking(2));
        Column<long> batch = _graph.From(x).Stream("batch", rows =>
        {
            Ask(rows.RowAt(rows.Count - 1), "batch");
            return rows.ToArray();
        });
        Column<long> barrier = _graph.From(batch).Barrier("barrier", rows =>
        {
            Ask(3, "barrier");
            return rows.ToArray();
        });
        _graph.From(barrier).Aggregate("total", () => 0L, (sum, v) => sum + v, (a, b) =>
        {
            Ask(3, "total");
            return a + b;
        }, sum => sum);
        var host = new VirtualTimeHost();
        host.Within(() =>
        {
            run = _graph.Build(4).Run(host.Options() with { Output = OutputOrder.None });
            return run.Completion;
        });
        said.Distinct().Should().Equal(("batch", CellStanding.Running, At(2)), ("barrier", CellStanding.Running, At(2)), ("total", CellStanding.Running, At(2)));
    }

    [Fact]
    public void The_call_of_a_row_groups_barrier_waits_for_its_next_attempt()
    {
        Column<long> x = _graph.Start("x", row => row);
        var retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.FromSeconds(9), HasJitter = false };
        _graph.From(x).Barrier<long>("b", IReadOnlyList<long> (_) => throw new FormatException(), new BarrierOptions { Scope = BarrierScope.RowGroup, Retry = retry });
        CellExplanation cell = _graph.Build(4).Ask(3, 3, "b");
        (cell.Standing, cell.Barrier, cell.Until, cell.Attempt).Should().Be((CellStanding.WaitingForRetry, "b", At(9), 2));
    }

    [Fact]
    public void Behind_a_barrier_row_groups_are_admitted_again_and_a_parked_one_waits()
    {
        Column<long> x = _graph.Start("x", row => row);
        Column<long> b = _graph.From(x).Barrier("b", all => all.ToArray());
        _graph.From(b).Cell("y", TakingOver(10));
        _graph.Build(8).Ask(3, run =>
        {
            run.Explain(7, "x").Standing.Should().Be(CellStanding.Done);
            run.Explain(0, "b").Standing.Should().Be(CellStanding.Done);
            run.Explain(0, "y").Standing.Should().Be(CellStanding.Running);
            run.Explain(7, "b").Standing.Should().Be(CellStanding.WaitingForRowGroup);
            return run.Explain(7, "y").ToString();
        }, options => options with { Output = OutputOrder.None, MaxActiveRowGroups = 1 })
            .Should().Be("Cell(7, 'y') waits for row group 3 to be admitted: 1 of 1 (MaxActiveRowGroups) are being worked on, and 2 row groups come first.");
    }

    [Fact]
    public void A_row_that_its_source_has_not_delivered_waits_for_the_source()
    {
        var host = new VirtualTimeHost();
        async IAsyncEnumerable<string> Read(long rows)
        {
            for (long row = 0; row < rows; row++)
            {
                yield return $"row {row}";
                await VirtualRun.Wait(1, host.TimeProvider, CancellationToken.None);
            }
        }

        Column<string> text = _graph.Source("text", Read(8));
        Column<long> id = _graph.Start("id", row => row);
        _graph.From(text, id).Cell("both", (t, i) => t.Length + i);
        CellExplanation[] Ask(long? rowCount) => host.Within(async () =>
        {
            double begun = host.Seconds();
            await using GraphRun run = _graph.Build(rowCount).Run(host.Options() with { Output = OutputOrder.None });
            await VirtualRun.Wait(2.5, host.TimeProvider, CancellationToken.None);
            CellExplanation[] said = [run.Explain(1, text), run.Explain(3, text), run.Explain(3, id), run.Explain(3, "both"), run.Explain(7, "both")];
            await run.Completion;
            return said;
        });

        CellExplanation[] open = Ask(rowCount: null);
        open.Select(cell => cell.Standing).Should().Equal(
            CellStanding.Done, CellStanding.WaitingForSource, CellStanding.WaitingForSource, CellStanding.WaitingForDependency, CellStanding.WaitingForSource);
        open[1].WaitsFor.Should().Equal("text");
        open[1].ToString().Should().Be("Cell(3, 'text') waits for source 'text', which has delivered 3 rows.");
        open[3].Cause!.Standing.Should().Be(CellStanding.WaitingForSource);

        Ask(rowCount: 8).Select(cell => cell.Standing).Should().Equal(
            CellStanding.Done, CellStanding.WaitingForSource, CellStanding.Done, CellStanding.WaitingForDependency, CellStanding.WaitingForDependency);
    }

    [Fact]
    public void A_row_beyond_the_end_of_the_sources_is_refused_once_that_is_known()
    {
        var host = new VirtualTimeHost();
        async IAsyncEnumerable<int> Read()
        {
            yield return 1;
            await VirtualRun.Wait(1, host.TimeProvider, CancellationToken.None);
        }

        Column<int> source = _graph.Source("source", Read());
        _graph.From(source).Cell("x", async (int v, CellContext context) =>
        {
            await VirtualRun.Wait(context, 10);
            return v;
        });
        host.Within(async () =>
        {
            await using GraphRun run = _graph.Build().Run(host.Options() with { Output = OutputOrder.None });
            await VirtualRun.Wait(0.5, host.TimeProvider, CancellationToken.None);
            run.Explain(1, "x").Standing.Should().Be(CellStanding.WaitingForDependency);
            await VirtualRun.Wait(5, host.TimeProvider, CancellationToken.None);
            run.Invoking(r => r.Explain(1, "x")).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Row 1 is outside the table: its rows are 0 to 0.*");
            return run.Explain(0, "x").Standing;
        }).Should().Be(CellStanding.Running);
    }

    [Fact]
    public void A_finished_row_group_is_done_or_at_least_settled()
    {
        Column<long> x = _graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, context.Row == 5 ? 50 : 1);
            return context.Row == 2 && context.Seed != 0 ? throw new FormatException() : context.Row;
        }, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        _graph.Build(6).Ask(0.5, 0, "x").Standing.Should().Be(CellStanding.Running);
        _graph.Build(6).Ask(3, run => (run.Explain(0, x).Standing, run.Explain(2, x).Standing, run.Explain(3, x).Standing, run.Explain(4, x).Standing))
            .Should().Be((CellStanding.Settled, CellStanding.Dropped, CellStanding.Settled, CellStanding.Done), "which rows of finished groups survived is not kept; 4 is in an admitted one");
        _graph.Build(2).Ask(3, 0, "x").Standing.Should().Be(CellStanding.Done, "no row is missing");
    }

    [Fact]
    public void Before_generators_are_initialized_nothing_is_admitted()
    {
        _graph.Add(new ColumnDescriptor("x") { Generator = new SlowToBegin() });
        _graph.Build(4).Ask(0, 3, "x").ToString().Should().Be("Cell(3, 'x') waits for the run to begin: generators are being initialized.");
    }

    private sealed class SlowToBegin : CellGenerator<int>
    {
        public override bool CanGenerateFromScratch => true;

        protected internal override async ValueTask InitializeAsync(CancellationToken cancellationToken) => await UntilStopped(cancellationToken);

        protected internal override ValueTask<int> GenerateAsync(CellInputs inputs, CellContext context) => new(1);
    }
}
