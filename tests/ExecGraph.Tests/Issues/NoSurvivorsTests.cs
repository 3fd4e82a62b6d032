using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// A wrong password failed every row, each row was dropped as it was allowed to be, and the run ended well with an empty file. The password
// was in line one of a log of a million.
public sealed class NoSurvivorsTests
{
    private readonly VirtualTimeHost _host = new();

    [Theory]
    [InlineData(OutputOrder.InOrder)]
    [InlineData(OutputOrder.AsCompleted)]
    [InlineData(OutputOrder.None)]
    public void A_run_without_a_surviving_row_throws_the_root_cause_wherever_one_looks(OutputOrder order)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        graph.Where(x, row => row % 2 == 0);
        Column<long> y = graph.From(x).Cell("y", async Task<long> (v, context) =>
        {
            await VirtualRun.Wait(context, 1);
            throw new UnauthorizedAccessException("wrong password");
        }, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        graph.From(y).Aggregate("sum", () => 0L, (sum, v) => sum + v, (a, b) => a + b, sum => sum);
        async Task<(Exception?, Exception?)> Run()
        {
            await using GraphRun run = graph.Build(100).Run(_host.Options() with { Output = order });
            Exception? read = null;
            if (order != OutputOrder.None)
            {
                try
                {
                    await foreach (Row _ in run.Rows)
                    {
                    }
                }
                catch (Exception exception)
                {
                    read = exception;
                }
            }

            await ((Task)run.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return (read, run.Completion.Exception?.InnerException);
        }

        (Exception? reader, Exception? completion) = _host.Within(Run);
        NoRowsLeftException nothing = completion.Should().BeOfType<NoRowsLeftException>().Which;
        nothing.InnerException.Should().BeOfType<UnauthorizedAccessException>();
        nothing.Message.Should().Contain("column 'y'").And.Contain("wrong password");
        (nothing.DroppedRows, nothing.Report.FilteredRows).Should().Be((50, 50));
        if (order != OutputOrder.None)
            reader.Should().BeSameAs(completion);
    }

    [Fact]
    public void A_run_whose_rows_were_all_filtered_ends_well()
    {
        var graph = new GraphBuilder();
        graph.Where(graph.Start("x", row => row), _ => false);
        _host.Report(graph.Build(100)).Outcome.Should().Be(RunOutcome.Completed);
    }
}
