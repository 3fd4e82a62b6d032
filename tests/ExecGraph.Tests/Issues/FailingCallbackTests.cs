using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Issues;

// What was to take the results failed, the error was logged beside the way, and the run reported success: somebody noticed weeks later that
// the file was short.
public sealed class FailingCallbackTests
{
    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void A_run_whose_callback_threw_does_not_end_well()
    {
        var graph = new GraphBuilder { RowGroupSize = 2 };
        graph.Start("x", row => row == 17 ? throw new FormatException() : row, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        ExecutionGraph table = graph.Build(20);
        RunOptions options = _host.Options() with { OnRowDropped = _ => throw new IOException("disk full") };
        async Task<(Exception Reader, Exception Run)> Read()
        {
            await using GraphRun run = table.Run(options);
            async Task ReadRows()
            {
                await foreach (RowGroup _ in run.RowGroups)
                {
                }
            }

            return (await Caught(ReadRows()), await Caught(run.Completion));
        }

        (Exception reader, Exception completion) = _host.Within(Read);
        completion.Should().BeOfType<InvalidOperationException>().Which.InnerException.Should().BeOfType<IOException>();
        reader.Should().BeSameAs(completion);
    }

    [Fact]
    public void A_reader_that_throws_hears_its_own_exception_and_the_run_counts_as_stopped()
    {
        var graph = new GraphBuilder { RowGroupSize = 2 };
        graph.Start("x", row => row);
        GraphRun? run = null;
        async Task<(Exception, RunReport)> Read()
        {
            async Task Write()
            {
                await using (run = graph.Build(2000).Run(_host.Options()))
                {
                    await foreach (Row row in run.Rows)
                    {
                        if (row.Index == 5)
                            throw new IOException("disk full");
                    }
                }
            }

            return (await Caught(Write()), await run!.Completion);
        }

        (Exception thrown, RunReport report) = _host.Within(Read);
        thrown.Should().BeOfType<IOException>();
        report.Outcome.Should().Be(RunOutcome.Stopped);
        report.StopReason.Should().NotBeNullOrEmpty();
    }

    private static async Task<Exception> Caught(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception)
        {
            return exception;
        }

        return new InvalidOperationException("Nothing was thrown.");
    }
}
