namespace ExecGraph.Benchmarks;

/// <summary>
/// The consumer of the results. The first of them, those of a run that is not measured, it adds up and so checks; from then on it only
/// looks at where they are, so that nothing is added to both sides of a ratio.
/// </summary>
/// <param name="toCheck">How many values are checked: those of one run, or none.</param>
internal sealed class Receiver(long toCheck)
{
    private long _left = toCheck;
    private long _sum;
    private long _seen;

    internal void Take(ReadOnlySpan<int> conclusions)
    {
        if (_left == 0)
        {
            _seen += conclusions[0];
            return;
        }

        _left -= conclusions.Length;
        foreach (int conclusion in conclusions)
            _sum += conclusion;
    }

    /// <exception cref="InvalidOperationException">The values of the checked run are not what they must be.</exception>
    internal void Verify(string name, long sum)
    {
        if (_left != 0 || _sum != sum)
            throw new InvalidOperationException($"{name}: the conclusions add up to {_sum} and {_left} are missing; they must add up to {sum}.");
    }
}
