namespace ExecGraph;

/// <summary>What a run keeps cannot be written, or what it kept cannot be read or is of another graph. The message names the file and says what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <param name="message">What is wrong, where, and what to do about it.</param>
    /// <param name="innerException">What led to it.</param>
    public CheckpointException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The file; null if it is not about one.</summary>
    public string? Path { get; init; }

    /// <summary>Where in the file, in bytes; null if that is not known.</summary>
    public long? Offset { get; init; }
}
