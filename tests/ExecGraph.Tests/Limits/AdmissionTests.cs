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
        admission.TryTakeCall(user.Seat, 1, 0, out _).Should().BeTrue();
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
                    if (isCorrection && taken.Count > 0)
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

    private bool Take(User user, long weight = -1) => weight < 0
        ? _admission.TryTake(user.Seat, 1) == 1
        : _admission.TryTakeCall(user.Seat, 1, weight, out _);

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
