namespace ExecGraph.Benchmarks;

/// <summary>
/// The consumer of the results. Measured, it only looks at where they are, so that nothing is added to both sides of a ratio;
/// checking, it adds all of them up.
/// </summary>
internal sealed class Receiver(bool isChecking)
{
    internal long Sum { get; private set; }

    internal void Take(ReadOnlySpan<int> conclusions)
    {
        if (!isChecking)
        {
            Sum += conclusions[0];
            return;
        }

        foreach (int conclusion in conclusions)
            Sum += conclusion;
    }
}
