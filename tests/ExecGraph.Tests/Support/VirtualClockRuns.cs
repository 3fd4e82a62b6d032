using ExecGraph.Execution;

namespace ExecGraph.Tests.Support;

/// <summary>Runs graphs in virtual time, one or several side by side, and tells the time.</summary>
internal sealed class VirtualClockRuns
{
    private readonly VirtualTimeHost _host = new();

    internal TimeProvider Clock => _host.TimeProvider;

    /// <summary>Seconds since the beginning.</summary>
    internal double Now => _host.Seconds();

    /// <summary>Whether a timer is left.</summary>
    internal bool HasTimers => _host.TimeProvider.NextDue is not null;

    internal RunOptions Options(int maxConcurrentCells = 100_000) =>
        _host.Options() with { MaxConcurrentCells = maxConcurrentCells, MaxActiveRowGroups = 100 };

    internal RunReport Run(ExecutionGraph graph) => _host.Run(graph.RunAsync(Options()));

    internal RunReport[] Run(params ExecutionGraph[] graphs) => _host.Run(Task.WhenAll(graphs.Select(graph => graph.RunAsync(Options()))));

    internal T Await<T>(Task<T> task) => _host.Run(task);

    internal Task Wait(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Clock);
}
