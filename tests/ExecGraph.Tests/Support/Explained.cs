using ExecGraph.Execution;

namespace ExecGraph.Tests.Support;

/// <summary>Asks a run in virtual time about itself.</summary>
internal static class Explained
{
    /// <summary>The beginning of virtual time.</summary>
    internal static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    /// <summary>Starts a run whose rows nobody reads, asks it at a time, and stops it.</summary>
    internal static T Ask<T>(this ExecutionGraph graph, double seconds, Func<GraphRun, T> ask, Func<RunOptions, RunOptions>? with = null)
    {
        var host = new VirtualTimeHost();
        return host.Within(async () =>
        {
            await using GraphRun run = graph.Run((with ?? (options => options with { Output = OutputOrder.None }))(host.Options()));
            await VirtualRun.Wait(seconds, host.TimeProvider, CancellationToken.None);
            return ask(run);
        });
    }

    internal static CellExplanation Ask(this ExecutionGraph graph, double seconds, long row, string column, Func<RunOptions, RunOptions>? with = null) =>
        graph.Ask(seconds, run => run.Explain(row, column), with);

    /// <summary>A cell that takes its time.</summary>
    internal static Func<CellContext, ValueTask<long>> Taking(double seconds) => async context =>
    {
        await VirtualRun.Wait(context, seconds);
        return context.Row;
    };

    /// <summary>A cell over another one that takes its time.</summary>
    internal static Func<long, CellContext, ValueTask<long>> TakingOver(double seconds) => async (value, context) =>
    {
        await VirtualRun.Wait(context, seconds);
        return value;
    };

    /// <summary>Ends when the run stops, on the thread that stops it.</summary>
    internal static async Task UntilStopped(CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource();
        await using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(_ => end.TrySetCanceled(cancellationToken), null);
        await end.Task;
    }
}
