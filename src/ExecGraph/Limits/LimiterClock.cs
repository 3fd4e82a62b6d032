namespace ExecGraph.Limits;

/// <summary>A limiter's time, in ticks of 100 ns since it was first used, and the one timer that it may have.</summary>
/// <remarks>Used under the limiter's lock. The timer is there only while somebody waits for it.</remarks>
internal sealed class LimiterClock(TimeProvider provider, Action ring)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly long _origin = provider.GetTimestamp();
    private ITimer? _timer;
    private long _due;
    private long _last;
    private bool _hasRung;

    internal TimeProvider Provider => provider;

    /// <summary>What a window has to be longer by, because <see cref="Now"/> is cut off to ticks, and after months rounded to one.</summary>
    internal long Slack => provider.TimestampFrequency > TimeSpan.TicksPerSecond ? 2 : 0;

    /// <summary>Never earlier than it has been: a clock that is set back makes windows longer, not shorter.</summary>
    internal long Now => _last = Math.Max(_last, provider.GetElapsedTime(_origin, provider.GetTimestamp()).Ticks);

    /// <summary>Rings at a time, or never. A timer that is too early, because its clock is coarse, rings once more.</summary>
    internal void RingAt(long? time, long now)
    {
        if (time is not { } due)
        {
            _timer?.Dispose();
            _timer = null;
            _hasRung = false;
            return;
        }

        if (_timer is not null && due == _due && !_hasRung)
            return;
        bool wasEarly = _hasRung && due == _due;
        var wait = TimeSpan.FromTicks(Math.Max(due - now, wasEarly ? Shortest.Ticks : 1));
        _due = due;
        _hasRung = false;
        _timer ??= Create();
        _timer.Change(wait < Longest ? wait : Longest, Timeout.InfiniteTimeSpan);
    }

    internal void HasRung() => _hasRung = true;

    /// <summary>What the timer wakes is many runs' business: it carries nothing of the one that happened to be there when it was made.</summary>
    private ITimer Create()
    {
        bool isSuppressed = ExecutionContext.IsFlowSuppressed();
        if (!isSuppressed)
            ExecutionContext.SuppressFlow();
        try
        {
            return provider.CreateTimer(static ring => ((Action)ring!)(), ring, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (!isSuppressed)
                ExecutionContext.RestoreFlow();
        }
    }
}
