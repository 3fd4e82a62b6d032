namespace Enrichment;

/// <summary>
/// Lets requests in: so many in any second, so many a day, and for a second none at all when the service is overloaded, which it is after so many
/// requests. Thread-safe.
/// </summary>
internal sealed class FrontDoor(ServiceOptions options, TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _opened = time.GetTimestamp();
    private readonly Queue<TimeSpan> _lastSecond = new();
    private TimeSpan _overloadEnd;
    private long _letIn;
    private long _day;
    private int _usedToday;

    /// <param name="retryAfter">When to come again, from now; only for those that are not let in.</param>
    /// <returns>Why a request is not let in; null if it is.</returns>
    public Answer? Refuse(out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            TimeSpan now = time.GetElapsedTime(_opened);
            if (now.Ticks / options.Day.Ticks is var today && today != _day)
                (_day, _usedToday) = (today, 0);
            while (_lastSecond.TryPeek(out TimeSpan first) && first + Second <= now)
                _lastSecond.Dequeue();

            if (_usedToday >= options.Quota)
                return Refusal(Answer.QuotaUsedUp, ((_day + 1) * options.Day) - now, out retryAfter);
            if (now < _overloadEnd)
                return Refusal(Answer.Overloaded, _overloadEnd - now, out retryAfter);
            if (_lastSecond.Count >= options.Rate)
                return Refusal(Answer.TooFast, _lastSecond.Peek() + Second - now, out retryAfter);

            _usedToday++;
            _lastSecond.Enqueue(now);
            if (++_letIn % options.OverloadEvery == 0)
                _overloadEnd = now + Second;
            retryAfter = TimeSpan.Zero;
            return null;
        }
    }

    private static Answer Refusal(Answer why, TimeSpan wait, out TimeSpan retryAfter)
    {
        retryAfter = wait;
        return why;
    }
}
