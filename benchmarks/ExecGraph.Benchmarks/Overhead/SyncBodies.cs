namespace ExecGraph.Benchmarks;

/// <summary>The overhead graph's cells as synchronous functions. The engine and its peers call the same delegates.</summary>
internal sealed record SyncBodies(Func<long, int> Topic, Func<int, int> Step, Func<int, int, int> Join)
{
    internal static SyncBodies Instance { get; } = new(row => (int)row * 31 + 7, x => x * 31 + 7, (a, b) => a ^ b);

    /// <summary>What the conclusion column must add up to, in whichever way it was computed.</summary>
    internal long SumOfConclusions(int rows)
    {
        long sum = 0;
        for (int row = 0; row < rows; row++)
        {
            int topic = Topic(row);
            sum += Join(Step(Step(topic)), Step(topic));
        }

        return sum;
    }
}
