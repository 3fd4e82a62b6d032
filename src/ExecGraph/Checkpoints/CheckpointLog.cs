using Microsoft.Extensions.Logging;

namespace ExecGraph.Checkpoints;

/// <summary>What a store writes to the log of the program.</summary>
internal static partial class CheckpointLog
{
    [LoggerMessage(1, LogLevel.Information, "'{Path}' is cut off at byte {Offset}: {What}. What was written behind it had not become durable when the last run ended.")]
    internal static partial void CutOff(ILogger logger, string path, long offset, string what);
}
