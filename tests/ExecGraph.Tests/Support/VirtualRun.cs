using ExecGraph.Execution;

namespace ExecGraph.Tests.Support;

/// <summary>Runs graphs in virtual time.</summary>
internal static class VirtualRun
{
    internal static RunOptions Options(this VirtualTimeHost host) => new() { Host = host, TimeProvider = host.TimeProvider };

    internal static double Seconds(this VirtualTimeHost host) => host.TimeProvider.GetElapsedTime(0).TotalSeconds;

    /// <summary>Runs to the end without reading rows.</summary>
    internal static RunReport Report(this VirtualTimeHost host, ExecutionGraph graph, Func<RunOptions, RunOptions>? with = null) =>
        host.Run(graph.RunAsync((with ?? (options => options))(host.Options())));

    /// <summary>The rows that survived, in the order in which they came, and the report.</summary>
    internal static (List<(long Row, T Value)> Rows, RunReport Report) Collect<T>(
        this VirtualTimeHost host, ExecutionGraph graph, Column<T> column, Func<RunOptions, RunOptions>? with = null)
    {
        async Task<(List<(long, T)>, RunReport)> Read()
        {
            var rows = new List<(long, T)>();
            await using GraphRun run = graph.Run((with ?? (options => options))(host.Options()));
            await foreach (Row row in run.Rows)
                rows.Add((row.Index, column[row]));
            return (rows, await run.Completion);
        }

        return host.Within(Read);
    }

    /// <summary>Runs a method whose awaits go on in virtual time, too, and not in the context of the test.</summary>
    internal static T Within<T>(this VirtualTimeHost host, Func<Task<T>> start)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return host.Run(start());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    internal static Task Wait(CellContext context, double seconds) => Wait(seconds, context.TimeProvider, context.CancellationToken);

    /// <summary>Ends at its time, or when it is cancelled, on the thread that does that: a cancelled <see cref="Task.Delay(TimeSpan, TimeProvider, CancellationToken)"/> ends on the thread pool.</summary>
    internal static async Task Wait(double seconds, TimeProvider time, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource();
        await using ITimer timer = time.CreateTimer(_ => end.TrySetResult(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        await using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(_ => end.TrySetCanceled(cancellationToken), null);
        await end.Task;
    }
}
