using Microsoft.Extensions.Logging;

namespace ExecGraph.Diagnostics;

/// <summary>What a run writes to the log.</summary>
internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Warning, "The run waits: finished row groups fill the buffer and nobody reads GraphRun.RowGroups or Rows. Read them, or use RunAsync or OutputOrder.None.")]
    internal static partial void WaitsForReader(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "Nothing is written to checkpoint directory '{Directory}': this version cannot continue runs yet.")]
    internal static partial void CheckpointsNotWritten(ILogger logger, string directory);

    [LoggerMessage(3, LogLevel.Error, "A callback on the run's cancellation token threw.")]
    internal static partial void CancellationCallbackFailed(ILogger logger, Exception exception);
}
