using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// An engine filled its active row groups with cells that waited for another attempt, found nothing ready in them, and stood still until the first
// wait was over, or called it a deadlock, though columns and row groups beside them had work.
public sealed class DeferredCellsTests
{
    private const double Hour = 3600;

    private static readonly CellOptions TriedAgainInAnHour = new() { Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1), HasJitter = false } };

    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void Other_columns_go_on_while_every_active_row_group_waits_for_another_attempt()
    {
        var ends = new List<double>();
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<long> flaky = graph.Start("flaky", context => context.Attempt == 1 ? throw new FormatException() : context.Row, TriedAgainInAnHour);
        Column<long> steady = graph.Start("steady", row => row);
        Column<long> later = graph.From(steady).Cell("later", async (row, context) =>
        {
            await VirtualRun.Wait(context, 1);
            ends.Add(_host.Seconds());
            return row;
        });
        Column<long> both = graph.From(flaky, later).Cell("both", (a, b) => a + b);
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(8), both, options => options with { MaxActiveRowGroups = 2 });

        ends.Should().HaveCount(8).And.OnlyContain(end => end == 1);
        rows.Should().Equal(Enumerable.Range(0, 8).Select(row => ((long)row, 2L * row)));
        (report.Columns[0].Retries, _host.Seconds()).Should().Be((8, Hour));
    }

    [Fact]
    public void Other_row_groups_are_admitted_and_finished_beside_those_that_wait()
    {
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<long> flaky = graph.Start("flaky", context => context is { Attempt: 1, Row: < 8 } ? throw new FormatException() : context.Row, TriedAgainInAnHour);
        var came = new List<(long Group, double Seconds)>();
        async Task<RunReport> Read()
        {
            await using GraphRun run = graph.Build(40).Run(_host.Options() with { MaxActiveRowGroups = 3, MaxBufferedRowGroups = 2, Output = OutputOrder.AsCompleted });
            await foreach (RowGroup group in run.RowGroups)
                came.Add((group.FirstRow / 4, _host.Seconds()));
            return await run.Completion;
        }

        _host.Within(Read).Rows.Should().Be(40);
        came.Where(group => group.Seconds == 0).Select(group => group.Group).Should().Equal(2, 3, 4, 5, 6, 7, 8, 9);
        came.Where(group => group.Seconds > 0).Should().BeEquivalentTo([(0L, Hour), (1L, Hour)]);
    }
}
