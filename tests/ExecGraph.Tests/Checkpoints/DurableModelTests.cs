using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>
/// Runs that are interrupted at any moment, again and again, against one loop after another: the table is the same, for every kind of column, and what is stored does
/// not run again.
/// </summary>
public sealed class DurableModelTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public void Any_graph_that_is_interrupted_and_continued_gives_the_table_that_loops_give() =>
        Gen.Select(SkipTable.Any, Gen.Int[1, 3], Gen.Select(Gen.Enum<Ending>(), Gen.Int[0, 9]).Array[0, 5], Gen.Bool)
            .Sample((table, workers, interruptions, isAsync) => ContinuesLikeLoopsAsync(table, workers, interruptions, isAsync).WaitAsync(Hang).GetAwaiter().GetResult(), iter: Soak.Times(300), threads: 2);

    private static async Task ContinuesLikeLoopsAsync(SkipTable table, int workers, (Ending Ending, int After)[] interruptions, bool isAsync)
    {
        ExecutionGraph graph = table.Build();
        List<(long Row, (long Value, bool IsSkipped)[] Cells)> expected = table.Evaluate(graph);
        var stored = new StoredEntries();
        var options = new RunOptions { Workers = workers, MaxActiveRowGroups = 3, MaxBufferedRowGroups = 1 };
        foreach ((Ending ending, int after) in interruptions)
            await InterruptAsync(graph, options, stored, ending, after, isAsync);

        (List<(long Row, (long Value, bool IsSkipped)[] Cells)> Rows, RunReport Report) last = await ReadAsync(table, graph, options with { CheckpointStore = new InterruptedStore(stored, isAsync: isAsync) });
        Check(last.Rows, expected);
        last.Report.Rows.Should().Be(expected.Count);

        // And once more, of a run that is finished: nothing is computed, and all of it can be read.
        int asked = table.Asked.Values.Sum();
        int appended = stored.Appended.Count;
        (List<(long Row, (long Value, bool IsSkipped)[] Cells)> Rows, RunReport Report) again = await ReadAsync(table, graph, options with { CheckpointStore = new InterruptedStore(stored, isAsync: isAsync) });
        Check(again.Rows, expected);
        again.Report.Cells.Should().Be(0);
        (again.Report.Rows, again.Report.RestoredRows, again.Report.FilteredRows).Should().Be((expected.Count, expected.Count, last.Report.FilteredRows));
        (table.Asked.Values.Sum(), stored.Appended.Count).Should().Be((asked, appended));
        RunReport unread = await graph.RunAsync(options with { CheckpointStore = new InterruptedStore(stored, isAsync: isAsync) });
        (unread.Rows, unread.FilteredRows, unread.Cells).Should().Be((expected.Count, last.Report.FilteredRows, 0));
    }

    /// <summary>Begins a run, or goes on with it, and ends it at some append.</summary>
    private static async Task InterruptAsync(ExecutionGraph graph, RunOptions options, StoredEntries stored, Ending ending, int after, bool isAsync)
    {
        using var caller = new CancellationTokenSource();
        GraphRun? run = null;
        Task stopping = Task.CompletedTask;
        var store = new InterruptedStore(stored, ending == Ending.Kill ? after : int.MaxValue, isAsync)
        {
            Appended = appends =>
            {
                if (appends == after && ending == Ending.Cancel)
                    caller.Cancel();
                else if (appends == after && ending == Ending.Stop && Volatile.Read(ref run) is { } begun)
                    stopping = begun.StopAsync();
            },
        };
        try
        {
            await using GraphRun begun = graph.Run(options with { CheckpointStore = store }, caller.Token);
            Volatile.Write(ref run, begun);
            int rows = 0;
            await foreach (Row row in begun.Rows)
            {
                if (ending == Ending.Leave && rows++ == after)
                    break;
            }

            await begun.Completion;
        }
        catch (CheckpointException) when (ending == Ending.Kill)
        {
        }
        catch (OperationCanceledException) when (ending == Ending.Cancel)
        {
        }

        await stopping;
    }

    private enum Ending
    {
        Kill,
        Stop,
        Cancel,
        Leave,
    }

    private static void Check(List<(long Row, (long Value, bool IsSkipped)[] Cells)> actual, List<(long Row, (long Value, bool IsSkipped)[] Cells)> expected)
    {
        actual.Select(row => row.Row).Should().Equal(expected.Select(row => row.Row));
        for (int i = 0; i < actual.Count; i++)
            actual[i].Cells.Should().Equal(expected[i].Cells, "row {0} has these cells", actual[i].Row);
    }

    private static async Task<(List<(long, (long, bool)[])> Rows, RunReport Report)> ReadAsync(SkipTable table, ExecutionGraph graph, RunOptions options)
    {
        var rows = new List<(long, (long, bool)[])>();
        await using GraphRun run = graph.Run(options);
        await foreach (Row row in run.Rows)
            rows.Add((row.Index, [.. table.Columns.Select(column => (column[row], row.IsSkipped(column)))]));
        return (rows, await run.Completion);
    }
}
