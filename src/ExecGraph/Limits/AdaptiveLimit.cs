namespace ExecGraph.Limits;

/// <summary>The concurrency that a service has been seen to bear, and for how long it wants to be left alone.</summary>
/// <remarks>Used under its owner's lock, but for <see cref="IsTouched"/>.</remarks>
internal sealed class AdaptiveLimit(AdaptiveConcurrency options)
{
    internal const int Unlimited = int.MaxValue;

    private int _successes;
    private int _sameBurst;
    private int _bursts;
    private volatile bool _isTouched;

    /// <summary>Whether the end of a call is of interest; else nobody need take the lock for it.</summary>
    internal bool IsTouched => _isTouched;

    /// <summary>At most so many calls at once.</summary>
    internal int Limit { get; private set; } = Unlimited;

    /// <summary>A call was rejected.</summary>
    /// <param name="retryAfter">What the service said.</param>
    /// <param name="underWay">Calls under way, this one included or not.</param>
    /// <param name="max">The limit without this one.</param>
    /// <returns>How long to begin no call.</returns>
    internal TimeSpan Rejected(TimeSpan? retryAfter, int underWay, int max)
    {
        // As many calls as were under way at a burst's first rejection have to end before there is another burst: they were begun at the
        // old limit, and say nothing about the new one.
        bool isNew = _sameBurst == 0;
        TimeSpan coolDown = retryAfter is { Ticks: > 0 } named ? named : options.CoolDownAfter(isNew ? _bursts : _bursts - 1);
        if (!isNew)
        {
            _sameBurst--;
            return coolDown;
        }

        _isTouched = true;
        _sameBurst = Math.Max(0, underWay - 1);
        _bursts++;
        _successes = 0;
        if (options.DecreaseFactor < 1)
        {
            int before = Math.Min(Limit, max);
            if (before == Unlimited)
                before = Math.Max(1, underWay); // of no limit, no part can be taken
            Limit = Math.Max(Math.Min(options.Floor, max), (int)(before * options.DecreaseFactor));
        }

        return coolDown;
    }

    /// <summary>Calls ended without being rejected.</summary>
    /// <param name="succeeded">Those that succeeded.</param>
    /// <param name="failed">Those that failed in another way.</param>
    /// <param name="max">The limit without this one.</param>
    internal void Ended(int succeeded, int failed, int max)
    {
        int before = Math.Min(_sameBurst, succeeded + failed);
        _sameBurst -= before;
        succeeded -= Math.Min(before, succeeded);
        if (succeeded == 0)
            return;
        _bursts = 0;
        if (Limit != Unlimited)
        {
            _successes += succeeded;
            Limit += Math.DivRem(_successes, options.SuccessesPerIncrease, out _successes);
        }

        if (Limit < max || (max == Unlimited && Limit != Unlimited))
            return;
        Limit = Unlimited;
        _isTouched = _sameBurst > 0;
    }

    /// <summary>The limit without this one was changed.</summary>
    internal void MaxChanged(int max)
    {
        if (Limit >= max)
            Limit = Unlimited;
    }
}
