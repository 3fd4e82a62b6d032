namespace ExecGraph.Tests.Support;

/// <summary>Counts what is under way at once. Thread-safe.</summary>
internal sealed class Gauge
{
    private int _now;
    private int _most;
    private int _total;

    /// <summary>The most at any time.</summary>
    internal int Most => Volatile.Read(ref _most);

    internal int Total => Volatile.Read(ref _total);

    internal void Enter()
    {
        int now = Interlocked.Increment(ref _now);
        Interlocked.Increment(ref _total);
        for (int most = Most; now > most;)
        {
            int seen = Interlocked.CompareExchange(ref _most, now, most);
            if (seen == most)
                break;
            most = seen;
        }
    }

    internal void Leave() => Interlocked.Decrement(ref _now);
}
