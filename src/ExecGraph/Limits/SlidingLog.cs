namespace ExecGraph.Limits;

/// <summary>
/// What was taken when, as long as it counts: what was taken at t counts until t + window, so that no interval of the window's length,
/// closed at its beginning and open at its end, holds more than the permits. What is open counts until it is closed, and then from that time.
/// </summary>
/// <remarks>
/// Not thread-safe. Times are ticks of 100 ns and never go back. Equal times are one entry, so memory is at most an entry for each call
/// of the last window.
/// </remarks>
internal sealed class SlidingLog(RateLimit limit)
{
    private (long Time, long Amount)[] _entries = new (long, long)[16];
    private int _first;
    private int _count;
    private Int128 _total;

    /// <summary>May be changed: what was taken stays taken, if it was not too old already.</summary>
    internal RateLimit Limit { get; set; } = limit;

    /// <summary>Added to the window where the clock's ticks are finer than ours, which are cut off.</summary>
    internal long Slack { get; set; }

    /// <summary>Permits that are free; less than none after corrections, or when the limit was lowered.</summary>
    internal Int128 Free(long now)
    {
        for (; _count > 0 && _entries[_first].Time + Span <= now; _count--)
        {
            _total -= _entries[_first].Amount;
            _first = (_first + 1) % _entries.Length;
        }

        return Limit.Permits - _total;
    }

    /// <summary>When so many will be free if nothing else is taken, at the earliest; null if time alone does not help.</summary>
    /// <param name="now">The time.</param>
    /// <param name="needed">Permits.</param>
    internal long? WhenFree(long now, Int128 needed)
    {
        Int128 free = Free(now);
        long time = now;
        for (int i = 0; free < needed && i < _count; i++)
        {
            free += this[i].Amount;
            time = this[i].Time + Span;
        }

        return free >= needed ? time : null;
    }

    /// <summary>Takes some that count until they are closed, and for a window from then on.</summary>
    internal void Open(long amount) => _total += amount;

    /// <summary>What was opened has been used now.</summary>
    internal void Close(long now, long amount) => Enter(now, amount);

    internal void Take(long now, long amount)
    {
        _total += amount;
        Enter(now, amount);
    }

    private void Enter(long now, long amount)
    {
        if (_count > 0 && this[_count - 1] is var (time, before) && time == now && before <= long.MaxValue - amount)
        {
            this[_count - 1].Amount += amount;
            return;
        }

        if (_count == _entries.Length)
            Grow();
        _count++;
        this[_count - 1] = (now, amount);
    }

    /// <summary>Gives back some of what was taken at a time, unless it counts no more.</summary>
    internal void GiveBack(long time, long amount)
    {
        int low = 0;
        int high = _count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Time < time)
                low = middle + 1;
            else
                high = middle;
        }

        if (_count == 0 || this[low].Time != time)
            return;
        this[low].Amount -= amount;
        _total -= amount;
    }

    private long Span => Limit.Window.Ticks > long.MaxValue / 4 ? long.MaxValue / 4 : Limit.Window.Ticks + Slack;

    private ref (long Time, long Amount) this[int index] => ref _entries[(_first + index) % _entries.Length];

    private void Grow()
    {
        var entries = new (long, long)[_entries.Length * 2];
        for (int i = 0; i < _count; i++)
            entries[i] = this[i];
        (_entries, _first) = (entries, 0);
    }
}
