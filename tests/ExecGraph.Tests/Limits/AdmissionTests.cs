using CsCheck;
using ExecGraph.Execution;
using ExecGraph.Limits;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>Who is admitted, by hand: seats instead of runs.</summary>
public sealed class AdmissionTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly Admission _admission = new(adapted: null);

    public AdmissionTests() => _admission.UseClock(_clock);

    [Fact]
    public void A_permit_that_comes_back_is_reserved_for_who_has_waited_longest()
    {
        _admission.SetMax(1);
        User first = new(), second = new(), third = new();
        Take(first).Should().BeTrue();
        Take(second).Should().BeFalse();
        Take(third).Should().BeFalse();
        Take(first).Should().BeFalse();

        _admission.Return(1);
        (first.Told, second.Told, third.Told).Should().Be((0, 1, 0));
        Take(first).Should().BeFalse("it is reserved for the second");
        Take(third).Should().BeFalse();
        Take(second).Should().BeTrue();
        _admission.Return(1);
        third.Told.Should().Be(1);
    }

    [Fact]
    public void What_is_declined_goes_to_the_next_at_once_or_later()
    {
        _admission.SetMax(1);
        User holder = new(), unwilling = new() { Wants = false }, hesitant = new(), last = new();
        Take(holder);
        foreach (User user in (User[])[unwilling, hesitant, last])
            Take(user);
        _admission.Return(1);
        (unwilling.Told, hesitant.Told, last.Told).Should().Be((1, 1, 0));
        _admission.Decline(hesitant.Seat);
        last.Told.Should().Be(1);
        Take(last).Should().BeTrue();
    }

    [Fact]
    public void Who_leaves_gives_back_what_was_reserved_for_it()
    {
        _admission.SetMax(1);
        User holder = new(), leaver = new(), last = new();
        Take(holder);
        Take(leaver);
        Take(last);
        _admission.Return(1);
        _admission.Leave(leaver.Seat);
        last.Told.Should().Be(1);
    }

    [Fact]
    public void A_permit_is_not_passed_on_while_somebody_else_waits()
    {
        _admission.SetMax(1);
        User busy = new(), other = new();
        Take(busy);
        _admission.MayPassOn(busy.Seat).Should().BeTrue();
        Take(busy);
        _admission.MayPassOn(busy.Seat).Should().BeTrue("it waits itself, and nobody else does");
        Take(other);
        _admission.MayPassOn(busy.Seat).Should().BeFalse();
        _admission.Leave(other.Seat);
        _admission.MayPassOn(busy.Seat).Should().BeTrue();
    }

    [Fact]
    public void What_is_reserved_is_taken_back_when_the_limit_is_lowered_and_keeps_its_turn()
    {
        _admission.SetMax(2);
        User holder = new(), first = new(), second = new();
        Take(holder);
        Take(holder);
        Take(first);
        Take(second);
        _admission.Return(2);
        (first.Seat.Reserved, second.Seat.Reserved).Should().Be((1, 1));
        _admission.SetMax(1);
        (first.Seat.Reserved, second.Seat.Reserved).Should().Be((1, 0));
        Take(first).Should().BeTrue();
        Take(second).Should().BeFalse();
        _admission.Return(1);
        second.Seat.Reserved.Should().Be(1);
    }

    [Fact]
    public void Concurrency_and_windows_are_taken_together_or_neither()
    {
        _admission.SetMax(2);
        _admission.SetRequests(new RateLimit(3, TimeSpan.FromSeconds(10)));
        _admission.SetWeight(new RateLimit(10, TimeSpan.FromSeconds(10)));
        User user = new(), heavy = new();
        Take(user, weight: 8).Should().BeTrue();
        Take(heavy, weight: 5).Should().BeFalse("there are two weighted permits");
        _admission.Taken.Should().Be(1);
        _admission.Leave(heavy.Seat);
        Take(user, weight: 2).Should().BeTrue();
        Take(user, weight: 0).Should().BeFalse("two are under way");
        _admission.Return(2);
        Take(user, weight: 0).Should().BeTrue("the refused ones took no request");
        Take(user, weight: 0).Should().BeFalse("three were made");
        _admission.Taken.Should().Be(1);
    }

    [Fact]
    public void A_heavy_call_is_not_overtaken_by_light_ones()
    {
        _admission.SetWeight(new RateLimit(10, TimeSpan.FromSeconds(10)));
        User user = new(), heavy = new(), light = new();
        Take(user, weight: 4);
        Take(heavy, weight: 8).Should().BeFalse();
        Take(light, weight: 1).Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(10));
        (heavy.Told, light.Told).Should().Be((1, 1));
        Take(light, weight: 1).Should().BeTrue();
        Take(heavy, weight: 8).Should().BeTrue();
    }

    [Fact]
    public void The_timer_is_there_only_while_somebody_waits_for_time()
    {
        _admission.SetMax(1);
        _admission.SetRequests(new RateLimit(1, TimeSpan.FromSeconds(10)));
        User user = new();
        Take(user);
        _clock.NextDue.Should().BeNull();
        Take(user).Should().BeFalse();
        _clock.NextDue.Should().BeNull("it is the call under way that it waits for");
        _clock.Advance(TimeSpan.FromSeconds(3));
        _admission.Return(1);
        _clock.NextDue.Should().Be(TimeSpan.FromSeconds(7));
        _admission.Leave(user.Seat);
        _clock.NextDue.Should().BeNull();
    }

    [Fact]
    public void A_clock_that_rings_too_early_or_while_it_is_asked_loses_nobody()
    {
        var clock = new CoarseClock(_clock);
        var admission = new Admission(adapted: null);
        admission.UseClock(clock);
        admission.SetRequests(new RateLimit(1, TimeSpan.FromTicks(123_456)));
        User user = new();
        admission.TryTakeCall(user.Seat, 1, 0, out CallPermit? permit).Should().BeTrue();
        permit!.Begun();
        admission.TryTakeCall(user.Seat, 1, 0, out _).Should().BeFalse();
        int rings = 0;
        while (user.Told == 0 && rings++ < 10)
            _clock.TryAdvanceToNextTimer().Should().BeTrue();
        rings.Should().BeInRange(1, 3);
        admission.TryTakeCall(user.Seat, 1, 0, out _).Should().BeTrue();
    }

    [Fact]
    public void A_log_holds_an_entry_for_each_instant_and_forgets_what_is_too_old() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 6], Gen.Bool).Array[0, 60])
            .Sample((permits, window, steps) =>
            {
                var log = new SlidingLog(new RateLimit(permits, TimeSpan.FromTicks(window)));
                var taken = new List<(long Time, long Amount)>();
                long now = 0;
                foreach ((int wait, int amount, bool isCorrection) in steps)
                {
                    now += wait;
                    long Free(long at) => permits - taken.Where(entry => entry.Time + window > at).Sum(entry => entry.Amount);
                    ((long)log.Free(now)).Should().Be(Free(now));
                    if (isCorrection && amount == 5)
                    {
                        log.Open(1);
                        ((long)log.Free(now)).Should().Be(Free(now) - 1);
                        log.WhenFree(now, permits).Should().BeNull("what is open is not freed by time");
                        log.Close(now, 1);
                        taken.Add((now, 1));
                    }
                    else if (isCorrection && taken.Count > 0)
                    {
                        int chosen = amount % taken.Count;
                        log.GiveBack(taken[chosen].Time, taken[chosen].Amount);
                        taken[chosen] = taken[chosen] with { Amount = 0 };
                    }
                    else
                    {
                        log.Take(now, amount);
                        taken.Add((now, amount));
                    }

                    long needed = 1 + amount % permits;
                    long? when = log.WhenFree(now, needed);
                    long first = now;
                    while (Free(first) < needed)
                        first++;
                    when.Should().Be(first);
                }
            }, iter: Soak.Times(500));

    [Fact]
    public void A_call_that_is_admitted_counts_until_a_window_after_it_was_made()
    {
        _admission.SetRequests(new RateLimit(1, TimeSpan.FromSeconds(10)));
        User slow = new(), next = new();
        _admission.TryTakeCall(slow.Seat, 1, 0, out CallPermit? permit).Should().BeTrue();
        Take(next, weight: 0).Should().BeFalse();
        _clock.NextDue.Should().BeNull("nobody knows when the call will be made");
        _clock.Advance(TimeSpan.FromSeconds(60));
        next.Told.Should().Be(0);
        permit!.Begun();
        _clock.Advance(TimeSpan.FromSeconds(5));
        permit.Begun();
        next.Told.Should().Be(0);
        _clock.NextDue.Should().Be(TimeSpan.FromSeconds(5), "only the first time counts");
        _clock.Advance(TimeSpan.FromSeconds(5));
        next.Told.Should().Be(1);
    }

    [Fact]
    public void What_is_open_when_its_user_leaves_counts_from_then_on()
    {
        _admission.SetRequests(new RateLimit(1, TimeSpan.FromSeconds(10)));
        User leaver = new(), next = new();
        _admission.TryTakeCall(leaver.Seat, 1, 0, out _).Should().BeTrue();
        Take(next, weight: 0).Should().BeFalse();
        _admission.Leave(leaver.Seat);
        _clock.NextDue.Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_call_that_weighed_more_than_was_thought_takes_back_what_was_reserved_meanwhile()
    {
        _admission.SetMax(2);
        _admission.SetWeight(new RateLimit(100, TimeSpan.FromSeconds(10)));
        User first = new(), second = new(), third = new();
        _admission.TryTakeCall(first.Seat, 1, 40, out CallPermit? permit).Should().BeTrue();
        permit!.Begun();
        Take(second, weight: 0).Should().BeTrue();
        Take(third, weight: 60).Should().BeFalse("two calls are under way");
        _admission.Return(1);
        third.Told.Should().Be(1);
        _admission.Correct(permit, actual: 41);
        Take(third, weight: 60).Should().BeFalse("what was reserved for it would exceed the window");
        _clock.NextDue.Should().Be(TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Take(third, weight: 60).Should().BeTrue();
    }

    [Fact]
    public void A_call_that_weighed_less_gives_back_before_it_was_said_to_have_begun()
    {
        _admission.SetWeight(new RateLimit(100, TimeSpan.FromSeconds(10)));
        User first = new(), second = new();
        _admission.TryTakeCall(first.Seat, 1, 100, out CallPermit? permit).Should().BeTrue();
        Take(second, weight: 30).Should().BeFalse();
        _admission.Correct(permit!, actual: 70);
        permit!.Begun();
        Take(second, weight: 30).Should().BeTrue();
        Take(second, weight: 1).Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Take(second, weight: 100).Should().BeTrue("all of it has come back");
    }

    private bool Take(User user, long weight = -1)
    {
        if (weight < 0)
            return _admission.TryTake(user.Seat, 1) == 1;
        bool isTaken = _admission.TryTakeCall(user.Seat, 1, weight, out CallPermit? permit);
        permit?.Begun();
        return isTaken;
    }

    private sealed class User : ILimiterUser
    {
        internal User() => Seat = new LimiterSeat(this);

        internal LimiterSeat Seat { get; }

        internal int Told { get; private set; }

        internal bool Wants { get; init; } = true;

        public bool PermitsReserved()
        {
            Told++;
            return Wants;
        }

        public void LimiterFailed(Exception exception) => throw exception;
    }

    /// <summary>Fires on whole milliseconds, rounded down, and a due time of zero at once, on the thread that sets it.</summary>
    private sealed class CoarseClock(VirtualTimeProvider inner) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Coarse(inner.CreateTimer(callback, state, dueTime, period), callback, state);

        private sealed class Coarse(ITimer timer, TimerCallback callback, object? state) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime >= TimeSpan.FromMilliseconds(1) || dueTime < TimeSpan.Zero)
                    return timer.Change(dueTime < TimeSpan.Zero ? dueTime : TimeSpan.FromMilliseconds(Math.Floor(dueTime.TotalMilliseconds)), period);
                callback(state);
                return true;
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
