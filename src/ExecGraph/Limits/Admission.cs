using System.Threading.RateLimiting;

namespace ExecGraph.Limits;

/// <summary>
/// Decides who may begin a call next, over all runs that share a limiter. A call takes its concurrency and its share of each window together
/// or neither. README.md beside this file has the rules.
/// </summary>
/// <remarks>
/// Thread-safe. As long as nobody waits and no window is set, permits are taken and returned by one atomic operation; all else happens under
/// the lock, in sections that end with <see cref="Settle_NeedsLock"/>: after each of them, nobody waits who could be admitted.
/// </remarks>
internal sealed class Admission
{
    private readonly Lock _lock = new();
    private readonly List<LimiterSeat> _waiting = [];
    private readonly List<LimiterSeat> _reserved = [];
    private readonly LeaseStock? _leases;
    private PermitCounter _permits;
    private AdaptiveLimit _adaptive = new(new AdaptiveConcurrency());
    private LimiterClock? _clock;
    private SlidingLog? _requests;
    private SlidingLog? _weight;
    private int _max = AdaptiveLimit.Unlimited;
    private long _coolUntil;
    private bool _rangMeanwhile;
    private volatile int _limit = AdaptiveLimit.Unlimited;
    private volatile bool _countsCalls;
    private volatile LimiterSeat? _passing;

    internal Admission(RateLimiter? adapted)
    {
        if (adapted is null)
            return;
        _leases = new LeaseStock(adapted, this, _lock);
        _countsCalls = true;
        _passing = LimiterSeat.Nobody;
        _permits.Close_NeedsLock();
    }

    /// <summary>Calls under way.</summary>
    internal int Taken => _permits.Taken;

    /// <summary>Calls at once, at most, by what was set and by what the service bears.</summary>
    internal int Limit => _limit;

    /// <summary>The part of it that was set.</summary>
    internal int Max => Volatile.Read(ref _max);

    /// <summary>Whether every call needs more than a place among the calls under way, so that permits are taken call by call.</summary>
    internal bool CountsCalls => _countsCalls;

    internal RateLimit? RequestLimit => Volatile.Read(ref _requests)?.Limit;

    internal RateLimit? WeightLimit => Volatile.Read(ref _weight)?.Limit;

    internal void UseClock(TimeProvider clock)
    {
        lock (_lock)
        {
            _clock ??= new LimiterClock(clock, Ring);
            _leases?.UseClock(clock);
            foreach (SlidingLog? log in (SlidingLog?[])[_requests, _weight])
                log?.Slack = _clock.Slack;
        }
    }

    internal void Configure(AdaptiveConcurrency options) => _adaptive = new AdaptiveLimit(options);

    internal void SetMax(int max) => Change(() =>
    {
        _max = max;
        _adaptive.MaxChanged(max);
    });

    internal void SetRequests(RateLimit? limit) => Change(() => SetLog(ref _requests, limit));

    internal void SetWeight(RateLimit? limit) => Change(() => SetLog(ref _weight, limit));

    /// <summary>Takes up to <paramref name="wanted"/> permits for calls that follow at once. When it takes none, the seat's user is told when some are reserved for it.</summary>
    internal int TryTake(LimiterSeat seat, int wanted) =>
        _permits.TryTake(wanted, _limit) is var taken and > 0 ? taken : TryTake(seat, wanted, wanted, weight: 0, isCall: false, out _);

    /// <summary>Takes the permit of one call, in all that is limited. When it takes none, the seat's user is told when one is reserved for it.</summary>
    /// <param name="seat">Who asks.</param>
    /// <param name="backlog">Calls of no weight that it could begin at once; so many are reserved if others wait, too.</param>
    /// <param name="weight">What the call weighs.</param>
    /// <param name="permit">What was taken of the windows; null if there are none. <see cref="CallPermit.Begun"/> has to be said soon.</param>
    internal bool TryTakeCall(LimiterSeat seat, int backlog, long weight, out CallPermit? permit) =>
        TryTake(seat, wanted: 1, weight == 0 ? backlog : 1, weight, isCall: true, out permit) > 0;

    /// <summary>Whether the permit of a call that has ended may be given to the same user's next call: not if others wait, or the limit was lowered.</summary>
    internal bool MayPassOn(LimiterSeat seat)
    {
        LimiterSeat? passing = _passing;
        return ((passing is null || passing == seat) && _permits.Taken <= _limit) || TryPassOn(seat, weight: 0, isCall: false, out _);
    }

    /// <summary>The same for one call, which is counted in the windows.</summary>
    internal bool TryPassOn(LimiterSeat seat, long weight, out CallPermit? permit) => TryPassOn(seat, weight, isCall: true, out permit);

    private bool TryPassOn(LimiterSeat seat, long weight, bool isCall, out CallPermit? permit)
    {
        permit = null;
        lock (_lock)
        {
            if (!isCall && _countsCalls)
                return false; // a window was set a moment ago: each call has to be counted
            if (_leases is not null || _waiting.Exists(other => other != seat) || _permits.Taken + ReservedCount_NeedsLock() > _limit)
                return false;
            long now = Now_NeedsLock();
            weight = WeightOf_NeedsLock(weight);
            if (now < _coolUntil
                || _requests?.Free(now) < ReservedCount_NeedsLock() + 1
                || _weight?.Free(now) < ReservedWeight_NeedsLock() + weight)
                return false;
            permit = Open_NeedsLock(seat, weight);
            return true;
        }
    }

    internal void Return(int permits)
    {
        if (_leases is not null)
        {
            lock (_lock)
                _leases.Return_NeedsLock(permits);
        }

        if (_permits.Return(permits))
            Change(null);
    }

    /// <summary>The user will not take what is reserved for it.</summary>
    internal void Decline(LimiterSeat seat) => Change(() => Release_NeedsLock(seat), revokes: false);

    /// <summary>The user neither waits any more nor takes what is reserved for it.</summary>
    internal void Leave(LimiterSeat seat) => Change(() =>
    {
        Release_NeedsLock(seat);
        _waiting.Remove(seat);
        seat.IsWaiting = false;
        foreach (CallPermit permit in seat.Open.ToArray())
            permit.Close_NeedsLock(Now_NeedsLock()); // whoever had it does not come back
    }, revokes: false);

    /// <summary>A call that was admitted has been made, or will not be: from now on it counts as long as a window.</summary>
    internal void Begun(CallPermit permit)
    {
        if (permit.IsOpen)
            Change(() => permit.Close_NeedsLock(Now_NeedsLock()), revokes: false);
    }

    /// <summary>The service rejected a call.</summary>
    internal void Rejected(TimeSpan? retryAfter) => Change(() =>
    {
        long now = _clock!.Now;
        long pause = _adaptive.Rejected(retryAfter, _permits.Taken, _max).Ticks;
        _coolUntil = Math.Max(_coolUntil, now + Math.Min(pause, long.MaxValue / 4));
    });

    /// <summary>Calls ended that were not rejected. Costs nothing unless the limit is lowered.</summary>
    internal void Ended(int succeeded, int failed)
    {
        if (_adaptive.IsTouched)
            CountEnded(succeeded, failed);
    }

    /// <summary>In a method of its own, so that only a limit that was lowered pays for the closure.</summary>
    private void CountEnded(int succeeded, int failed) => Change(() => _adaptive.Ended(succeeded, failed, _max), revokes: false);

    /// <summary>What a call really weighed: more is held against the window that begins now, less is given back to the one that it was taken from.</summary>
    internal void Correct(CallPermit permit, long actual) => Change(
        () =>
        {
            if (actual <= permit.Weight)
                permit.GiveBack_NeedsLock(permit.Weight - actual);
            else if (_weight is { } weight)
                weight.Take(Now_NeedsLock(), Math.Min(actual - permit.Weight, weight.Limit.Permits));
        },
        revokes: actual > permit.Weight);

    /// <summary>How it stands, for who is curious: nothing is changed, and nobody's turn comes by it.</summary>
    internal AdmissionStanding Look(LimiterSeat seat)
    {
        long now = _clock?.Now ?? 0; // before the lock: a clock may ring when it is asked for the time, and what it rings for is done elsewhere
        lock (_lock)
        {
            int others = ReservedCount_NeedsLock() - seat.Reserved;
            var standing = new AdmissionStanding(_permits.Taken, _limit, (long)_permits.Taken + others >= _limit ? AdmissionHold.Concurrency : AdmissionHold.None);
            void Consider(AdmissionHold hold, long? due)
            {
                if (due is not { } time || (time > now && !(standing.Wait?.Ticks >= time - now)))
                    standing = standing with { Hold = hold, Wait = due is { } known ? new TimeSpan(known - now) : null };
            }

            Consider(AdmissionHold.Pause, _coolUntil);
            if (_requests?.Free(now) < others + 1)
                Consider(AdmissionHold.Requests, _requests.WhenFree(now, others + 1));
            if (_weight is not null && ReservedWeight_NeedsLock() - (seat.Reserved > 0 ? WeightOf_NeedsLock(seat.Weight) : 0) + WeightOf_NeedsLock(seat.Weight) is var needed && _weight.Free(now) < needed)
                Consider(AdmissionHold.Weight, _weight.WhenFree(now, needed));
            return standing;
        }
    }

    internal void LeasesChanged() => Change(null);

    internal void LeasesFailed(Exception exception)
    {
        LimiterSeat[] waiting;
        lock (_lock)
            waiting = [.. _waiting];
        foreach (LimiterSeat seat in waiting)
            seat.User.LimiterFailed(exception);
    }

    private int TryTake(LimiterSeat seat, int wanted, int backlog, long weight, bool isCall, out CallPermit? permit)
    {
        List<LimiterSeat>? told = null;
        int taken;
        permit = null;
        lock (_lock)
        {
            _permits.Close_NeedsLock();
            long now = Now_NeedsLock();
            if (seat.Reserved == 0 || seat.Weight != weight)
                Wait_NeedsLock(seat, backlog, weight);
            Admit_NeedsLock(now, ref told);
            taken = Math.Min(wanted, seat.Reserved);
            if (taken > 0)
            {
                Reserve_NeedsLock(seat, seat.Reserved - taken);
                _permits.Take_NeedsLock(taken);
                _leases?.Use_NeedsLock(taken);
                if (isCall)
                    permit = Open_NeedsLock(seat, WeightOf_NeedsLock(weight));
                else
                    _requests?.Take(now, taken); // there was no window a moment ago
                told?.Remove(seat);
            }

            Settle_NeedsLock(now, ref told);
        }

        Tell(told);
        return taken;
    }

    /// <summary>A section of the lock in which something changes that admission depends on.</summary>
    /// <param name="change">What; null if it has changed already.</param>
    /// <param name="revokes">Whether reservations were made on what holds no more.</param>
    private void Change(Action? change, bool revokes = true)
    {
        List<LimiterSeat>? told = null;
        lock (_lock)
        {
            _permits.Close_NeedsLock();
            change?.Invoke();
            _limit = Math.Min(_max, _adaptive.Limit);
            if (change is not null && revokes)
                Revoke_NeedsLock();
            Settle_NeedsLock(Now_NeedsLock(), ref told);
        }

        Tell(told);
    }

    private void Ring()
    {
        // A clock may ring while it is asked for the time, or told when to ring.
        if (_lock.IsHeldByCurrentThread)
        {
            _rangMeanwhile = true;
            return;
        }

        lock (_lock)
            _clock!.HasRung();
        Change(null);
    }

    /// <summary>Tells users what is reserved for them; what one of them does not want goes to the next.</summary>
    private void Tell(List<LimiterSeat>? told)
    {
        _leases?.DisposeReturned();
        for (int i = 0; told is not null && i < told.Count; i++)
        {
            if (told[i].User.PermitsReserved())
                continue;
            lock (_lock)
            {
                _permits.Close_NeedsLock();
                Release_NeedsLock(told[i]);
                Settle_NeedsLock(Now_NeedsLock(), ref told);
            }
        }
    }

    private void Wait_NeedsLock(LimiterSeat seat, int wanted, long weight)
    {
        // Who had something reserved, though for a call of another weight, keeps its turn.
        bool isFirst = seat.Reserved > 0;
        Release_NeedsLock(seat);
        (seat.Wanted, seat.Weight) = (wanted, weight);
        if (seat.IsWaiting)
            return;
        seat.IsWaiting = true;
        _waiting.Insert(isFirst ? 0 : _waiting.Count, seat);
    }

    private void Release_NeedsLock(LimiterSeat seat) => Reserve_NeedsLock(seat, 0);

    private void Reserve_NeedsLock(LimiterSeat seat, int permits)
    {
        if (seat.Reserved == 0 && permits > 0)
            _reserved.Add(seat);
        else if (seat.Reserved > 0 && permits == 0)
            _reserved.Remove(seat);
        seat.Reserved = permits;
    }

    private void Revoke_NeedsLock()
    {
        foreach (LimiterSeat seat in Enumerable.Reverse(_reserved))
        {
            seat.Reserved = 0;
            seat.IsWaiting = true;
            _waiting.Insert(0, seat);
        }

        _reserved.Clear();
    }

    /// <summary>Reserves for those who wait, the longest first, as long as the first one fits: a heavy call is not overtaken by light ones.</summary>
    /// <returns>When it is worth looking again; null if that is not a matter of time.</returns>
    private long? Admit_NeedsLock(long now, ref List<LimiterSeat>? told)
    {
        while (_waiting.Count > 0)
        {
            LimiterSeat seat = _waiting[0];
            int reserved = ReservedCount_NeedsLock();
            Int128 free = (long)_limit - _permits.Taken - reserved;
            if (_leases is not null)
                free = Int128.Min(free, _leases.Free - reserved);
            if (free <= 0)
                return null;
            if (now < _coolUntil)
                return _coolUntil;
            if (_requests?.Free(now) - reserved is { } inWindow)
            {
                free = Int128.Min(free, inWindow);
                if (free <= 0)
                    return _requests!.WhenFree(now, reserved + 1);
            }

            if (_weight is not null && ReservedWeight_NeedsLock() + WeightOf_NeedsLock(seat.Weight) is var needed && _weight.Free(now) < needed)
                return _weight.WhenFree(now, needed);

            // Alone, one takes call by call what is counted by the call; otherwise there is a share for each, since many may be free at once.
            int wanted = _waiting.Count == 1 && _countsCalls && _leases is null ? 1 : seat.Wanted;
            _waiting.RemoveAt(0);
            seat.IsWaiting = false;
            Reserve_NeedsLock(seat, (int)Int128.Clamp(free / (_waiting.Count + 1), 1, wanted));
            (told ??= []).Add(seat);
        }

        return null;
    }

    /// <summary>Ends a section: admits who can be, sets the clock for the others, and says what may be done without the lock.</summary>
    private void Settle_NeedsLock(long now, ref List<LimiterSeat>? told)
    {
        do
        {
            if (_rangMeanwhile)
            {
                _rangMeanwhile = false;
                _clock!.HasRung();
                now = Now_NeedsLock();
            }

            if (now >= _coolUntil)
                _coolUntil = 0;
            long? due = Admit_NeedsLock(now, ref told);
            _clock?.RingAt(due, now);
            int reserved = ReservedCount_NeedsLock();
            _leases?.Want_NeedsLock(due is null && _waiting.Count > 0 ? (long)_limit - _permits.Taken - reserved : 0, _waiting, reserved);
        }
        while (_rangMeanwhile);

        bool isPlain = !_countsCalls && _coolUntil == 0 && _reserved.Count == 0;
        _passing = isPlain && _waiting.Count == 0 ? null : isPlain && _waiting.Count == 1 ? _waiting[0] : LimiterSeat.Nobody;
        _permits.Open_NeedsLock(isGuarded: !isPlain || _waiting.Count > 0, isWatched: _waiting.Count > 0 || _leases is not null);
    }

    private CallPermit? Open_NeedsLock(LimiterSeat seat, long weight) =>
        _requests is null && _weight is null ? null : new CallPermit(this, seat, _requests, weight > 0 ? _weight : null, weight);

    private int ReservedCount_NeedsLock()
    {
        int count = 0;
        foreach (LimiterSeat seat in _reserved)
            count += seat.Reserved;
        return count;
    }

    private Int128 ReservedWeight_NeedsLock()
    {
        Int128 weight = 0;
        foreach (LimiterSeat seat in _reserved)
            weight += WeightOf_NeedsLock(seat.Weight);
        return weight;
    }

    /// <summary>What a call takes: no more than there can be, so that it does not wait for ever where the limit was lowered meanwhile.</summary>
    private long WeightOf_NeedsLock(long weight) => _weight is null ? 0 : Math.Min(weight, _weight.Limit.Permits);

    private void SetLog(ref SlidingLog? log, RateLimit? limit)
    {
        if (limit is null)
            log = null;
        else if (log is null)
            log = new SlidingLog(limit) { Slack = _clock?.Slack ?? 0 };
        else
            log.Limit = limit;
        _countsCalls = _leases is not null || _requests is not null || _weight is not null;
    }

    /// <summary>The time, where it matters.</summary>
    internal long Now_NeedsLock() => _requests is null && _weight is null && _coolUntil == 0 ? 0 : _clock?.Now ?? 0;
}
