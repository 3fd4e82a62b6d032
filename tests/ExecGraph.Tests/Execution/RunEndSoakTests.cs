using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>How runs end while their reader keeps making room: the last thread to look must not take a finished run for a stuck one.</summary>
public sealed class RunEndSoakTests
{
    [Fact]
    public async Task A_run_that_finishes_behind_the_back_of_who_looks_is_not_stuck()
    {
        var graph = new GraphBuilder { RowGroupSize = 1 };
        Column<long> id = graph.Start("id", row => row);
        ExecutionGraph table = graph.Build(rowCount: 20);
        var options = new RunOptions { Workers = 2, MaxActiveRowGroups = 1, MaxBufferedRowGroups = 1 };

        // Many at once, so that threads are taken off a processor in the middle of what they look at.
        async Task RunManyAsync()
        {
            for (int i = 0; i < Soak.Times(300); i++)
                (await table.CollectAsync(id, options)).Should().HaveCount(20);
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(RunManyAsync)));
    }

    [Fact]
    public async Task A_run_that_was_read_to_its_end_is_kept_alive_by_no_thread()
    {
        WeakReference[] runs = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(RunOnceAsync)))];
        for (int i = 0; i < 200 && runs.Any(run => run.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        runs.Count(run => run.IsAlive).Should().Be(0);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunOnceAsync()
    {
        object captured = new();
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<long> x = graph.Start("x", async (row, _) =>
        {
            await Task.Yield();
            GC.KeepAlive(captured);
            return row;
        });
        Column<long> y = graph.From(x).Cell("y", v => v + 1);
        (await graph.Build(40).CollectAsync(y)).Should().HaveCount(40);
        return new WeakReference(captured);
    }
}
