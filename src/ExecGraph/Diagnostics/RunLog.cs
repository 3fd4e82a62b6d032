using Microsoft.Extensions.Logging;

namespace ExecGraph.Diagnostics;

/// <summary>What a run writes to the log.</summary>
internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Warning, "The run waits: finished row groups fill the buffer and nobody reads GraphRun.RowGroups or Rows. Read them, or use RunAsync or OutputOrder.None.")]
    internal static partial void WaitsForReader(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "Column '{Column}' reads a channel: what is read is gone, so this run is kept but cannot be continued before its end.")]
    internal static partial void CannotBeContinued(ILogger logger, string column);

    [LoggerMessage(4, LogLevel.Warning, "The code of columns {Columns} was compiled anew since the run was stored, and their versions are the same: rows of before stay as they are. Raise CellOptions.Version where results differ.")]
    internal static partial void CodeHasChanged(ILogger logger, string columns);

    [LoggerMessage(3, LogLevel.Error, "A callback on the run's cancellation token threw.")]
    internal static partial void CancellationCallbackFailed(ILogger logger, Exception exception);
}
