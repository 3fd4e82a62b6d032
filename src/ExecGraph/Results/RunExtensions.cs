using ExecGraph.Execution;

namespace ExecGraph;

/// <summary>Starts runs.</summary>
public static class RunExtensions
{
    extension(ExecutionGraph graph)
    {
        /// <summary>Starts a run. A graph may be run many times, also side by side.</summary>
        /// <param name="options">How; null for the defaults.</param>
        /// <param name="cancellationToken">Cancels the run.</param>
        /// <exception cref="InvalidOperationException">A column has no generator that can be run, the row count is missing, or a limiter has another clock than the run.</exception>
        public GraphRun Run(RunOptions? options = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new GraphRun(new Engine(graph, options ?? new RunOptions(), cancellationToken));
        }

        /// <summary>Runs the graph to its end without handing out rows: for results that are wanted for their effects or are stored.</summary>
        /// <inheritdoc cref="Run(ExecutionGraph, RunOptions?, CancellationToken)" path="/*[not(self::summary)]"/>
        /// <exception cref="CellFailedException">A cell failed and ended the run.</exception>
        /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
        public Task<RunReport> RunAsync(RunOptions? options = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new Engine(graph, (options ?? new RunOptions()) with { Output = OutputOrder.None }, cancellationToken).Completion;
        }
    }
}
