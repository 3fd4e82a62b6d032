namespace ExecGraph.Tests.Support;

/// <summary>The calls that a service has seen: when each began and ended, and what it weighed.</summary>
internal sealed class CallLog(VirtualClockRuns run)
{
    private readonly List<Call> _calls = [];
    private int _underWay;

    internal IReadOnlyList<Call> Calls => _calls;

    /// <summary>The most calls at once.</summary>
    internal int Most { get; private set; }

    internal IEnumerable<double> Begins(string column) => _calls.Where(call => call.Column == column).Select(call => call.Begun);

    /// <summary>A call that takes its time.</summary>
    internal async Task<long> Call(string column, long row, double seconds, long weight = 1)
    {
        var call = new Call(column, row, run.Now, weight);
        _calls.Add(call);
        Most = Math.Max(Most, ++_underWay);
        if (seconds > 0)
            await run.Wait(seconds);
        _underWay--;
        return row;
    }

    /// <summary>The greatest weight of calls that began within any interval of this length; it is enough to look where calls begin.</summary>
    internal long MostWithin(TimeSpan window, Func<Call, long>? weightOf = null) => _calls.Count == 0 ? 0 : _calls.Max(first =>
        _calls.Where(call => call.Begun >= first.Begun && Ticks(call.Begun) < Ticks(first.Begun) + window.Ticks).Sum(weightOf ?? (_ => 1)));

    private static long Ticks(double seconds) => (long)Math.Round(seconds * TimeSpan.TicksPerSecond);
}

internal sealed record Call(string Column, long Row, double Begun, long Weight);
