namespace ExecGraph;

/// <summary>A run had work left, nothing under way and nothing to wait for. The message says of some cells what they wait for, in the words of <c>GraphRun.Explain</c>.</summary>
/// <remarks>With the generators of this library this is a bug of the engine's: it is reported rather than waited for.</remarks>
public sealed class RunStalledException : Exception
{
    internal RunStalledException(string message)
        : base(message)
    {
    }
}
