namespace ExecGraph;

/// <summary>A run had work left, nothing under way and nothing to wait for. The message names cells that cannot become ready.</summary>
/// <remarks>With the generators of this library this is a bug of the engine's: it is reported rather than waited for.</remarks>
public sealed class RunStalledException : Exception
{
    internal RunStalledException(string message)
        : base(message)
    {
    }
}
