using ExecGraph.Execution;

namespace ExecGraph.Tests.Execution;

public sealed class VirtualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly VirtualTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Clock_stands_still_until_it_is_moved()
    {
        DateTimeOffset before = _time.GetUtcNow();
        long stamp = _time.GetTimestamp();
        _time.GetUtcNow().Should().Be(before);

        _time.Advance(1.5 * Second);
        _time.GetUtcNow().Should().Be(before + (1.5 * Second));
        _time.GetElapsedTime(stamp).Should().Be(1.5 * Second);
        _time.TimestampFrequency.Should().Be(10_000_000);
        _time.GetLocalNow().Offset.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Clock_is_not_moved_back()
    {
        Action back = () => _time.Advance(-Second);
        back.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Nothing_is_due_when_no_timer_is_armed()
    {
        _time.NextDue.Should().BeNull();
        _time.TryAdvanceToNextTimer().Should().BeFalse();
        using ITimer idle = Timer("idle", Timeout.InfiniteTimeSpan);
        _time.NextDue.Should().BeNull();
        _time.TryAdvanceToNextTimer().Should().BeFalse();
        Now.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Clock_moves_to_the_earliest_timer_and_no_further()
    {
        using ITimer late = Timer("late", 5 * Second);
        using ITimer early = Timer("early", 2 * Second);
        _time.NextDue.Should().Be(2 * Second);

        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("early at 2");
        _time.NextDue.Should().Be(3 * Second);

        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("early at 2", "late at 5");
        _time.TryAdvanceToNextTimer().Should().BeFalse();
    }

    [Fact]
    public void Timers_of_one_instant_fire_together_in_the_order_they_were_created()
    {
        ITimer first = Timer("first", 9 * Second);
        ITimer second = Timer("second", Second);
        ITimer third = Timer("third", Second);
        first.Change(Second, Timeout.InfiniteTimeSpan);

        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("first at 1", "second at 1", "third at 1");
        _time.TryAdvanceToNextTimer().Should().BeFalse();
    }

    [Fact]
    public void Advance_fires_each_timer_at_its_own_instant()
    {
        Timer("two", 2 * Second);
        Timer("one", Second);
        Timer("three", 3 * Second);

        _time.Advance(2.5 * Second);
        _fired.Should().Equal("one at 1", "two at 2");
        Now.Should().Be(2.5 * Second);
        _time.NextDue.Should().Be(0.5 * Second);
    }

    [Fact]
    public void Advance_fires_what_callbacks_arm_on_the_way()
    {
        _time.CreateTimer(_ => Timer("second", Second), null, Second, Timeout.InfiniteTimeSpan);
        _time.Advance(2 * Second);
        _fired.Should().Equal("second at 2");
    }

    [Fact]
    public void Timer_that_is_due_at_once_waits_for_the_clock_to_be_moved()
    {
        Timer("now", TimeSpan.Zero);
        _fired.Should().BeEmpty();
        _time.NextDue.Should().Be(TimeSpan.Zero);
        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("now at 0");
    }

    [Fact]
    public void Timer_armed_by_a_callback_for_the_same_instant_is_left_to_the_next_call()
    {
        _time.CreateTimer(_ => Timer("inner", TimeSpan.Zero), null, Second, Timeout.InfiniteTimeSpan);
        Timer("outer", Second);

        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("outer at 1");
        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("outer at 1", "inner at 1");
    }

    [Fact]
    public void Periodic_timer_keeps_its_period()
    {
        ITimer timer = Timer("tick", Second, period: 2 * Second);
        _time.Advance(6 * Second);
        _fired.Should().Equal("tick at 1", "tick at 3", "tick at 5");

        timer.Change(Second, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _time.Advance(9 * Second);
        _fired.Should().HaveCount(4).And.EndWith("tick at 7");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Period_of_zero_or_infinity_is_once(int periodMilliseconds)
    {
        Timer("once", Second, TimeSpan.FromMilliseconds(periodMilliseconds));
        _time.Advance(9 * Second);
        _fired.Should().Equal("once at 1");
    }

    [Fact]
    public void Changed_timer_fires_at_its_new_time_only()
    {
        ITimer timer = Timer("changed", Second);
        timer.Change(3 * Second, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _time.Advance(2 * Second);
        timer.Change(2 * Second, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _time.Advance(9 * Second);
        _fired.Should().Equal("changed at 4");
        timer.Change(Second, Timeout.InfiniteTimeSpan).Should().BeTrue("a timer that has fired can be armed again");
        _time.NextDue.Should().Be(Second);
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _time.NextDue.Should().BeNull();
    }

    [Fact]
    public async Task Disposed_timer_never_fires_and_cannot_be_changed()
    {
        ITimer one = Timer("one", Second);
        ITimer other = Timer("other", Second, Second);
        one.Dispose();
        one.Dispose();
        await other.DisposeAsync();
        _time.NextDue.Should().BeNull();
        one.Change(Second, Second).Should().BeFalse();
        _time.Advance(9 * Second);
        _fired.Should().BeEmpty();
    }

    [Fact]
    public void Callback_disposes_a_timer_of_the_same_instant_before_it_fires()
    {
        ITimer? victim = null;
        _time.CreateTimer(_ => victim!.Dispose(), null, Second, Timeout.InfiniteTimeSpan);
        victim = Timer("victim", Second);
        _time.Advance(9 * Second);
        _fired.Should().BeEmpty();
    }

    [Fact]
    public void Callback_postpones_a_timer_of_the_same_instant_before_it_fires()
    {
        ITimer? other = null;
        _time.CreateTimer(_ => other!.Change(Second, Timeout.InfiniteTimeSpan), null, Second, Timeout.InfiniteTimeSpan);
        other = Timer("other", Second);
        _time.Advance(9 * Second);
        _fired.Should().Equal("other at 2");
    }

    [Fact]
    public void Periodic_timer_disposes_itself_in_its_callback()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                _fired.Add("fired");
                timer!.Dispose();
            },
            null, Second, Second);
        _time.Advance(9 * Second);
        _fired.Should().Equal("fired");
    }

    [Fact]
    public void Timers_of_the_instant_at_which_a_callback_throws_still_fire()
    {
        _time.CreateTimer(_ => throw new FormatException("callback"), null, Second, Timeout.InfiniteTimeSpan);
        Timer("other", Second);
        Action move = () => _time.TryAdvanceToNextTimer();
        move.Should().Throw<FormatException>();
        _fired.Should().BeEmpty();
        _time.NextDue.Should().Be(TimeSpan.Zero);
        _time.TryAdvanceToNextTimer().Should().BeTrue();
        _fired.Should().Equal("other at 1");
    }

    [Fact]
    public void Callback_cannot_move_the_clock()
    {
        _time.CreateTimer(_ => _time.Advance(Second), null, Second, Timeout.InfiniteTimeSpan);
        Action move = () => _time.TryAdvanceToNextTimer();
        move.Should().Throw<InvalidOperationException>().WithMessage("*is being moved*");
        Now.Should().Be(Second);
        _time.Advance(Second);
        Now.Should().Be(2 * Second);
    }

    [Fact]
    public void Times_that_the_systems_timers_refuse_are_refused()
    {
        using ITimer timer = Timer("timer", Timeout.InfiniteTimeSpan);
        foreach (TimeSpan wrong in new[] { -Second, TimeSpan.FromDays(60), TimeSpan.MaxValue })
        {
            ((Action)(() => Timer("wrong", wrong))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("dueTime");
            ((Action)(() => timer.Change(Second, wrong))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("period");
        }

        _time.NextDue.Should().BeNull();
    }

    [Fact]
    public void Callbacks_run_on_the_thread_that_moves_the_clock()
    {
        int thread = 0;
        _time.CreateTimer(_ => thread = Environment.CurrentManagedThreadId, null, Second, Timeout.InfiniteTimeSpan);
        _time.Advance(Second);
        thread.Should().Be(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void Callback_runs_in_the_context_in_which_its_timer_was_created_and_leaks_nothing()
    {
        var local = new AsyncLocal<string> { Value = "created" };
        var seen = new List<string?>();
        void Callback(object? state)
        {
            seen.Add(local.Value);
            local.Value = "leaked";
        }

        _time.CreateTimer(Callback, null, Second, Second);
        local.Value = "moved";
        _time.Advance(2 * Second);
        seen.Should().Equal("created", "created");
        local.Value.Should().Be("moved");
    }

    [Fact]
    public void Callback_of_a_timer_without_a_context_runs_in_that_of_the_clock()
    {
        var local = new AsyncLocal<string> { Value = "created" };
        string? seen = null;
        using (ExecutionContext.SuppressFlow())
            _time.CreateTimer(_ => seen = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        local.Value = "moved";
        _time.Advance(Second);
        seen.Should().Be("moved");
    }

    [Fact]
    public void Delay_ends_when_the_clock_gets_there()
    {
        Task delay = Task.Delay(2 * Second, _time);
        _time.Advance(1.9 * Second);
        delay.IsCompleted.Should().BeFalse();
        _time.TryAdvanceToNextTimer().Should().BeTrue();
        delay.IsCompletedSuccessfully.Should().BeTrue();
        Now.Should().Be(2 * Second);
    }

    [Fact]
    public void Cancelled_delay_leaves_no_timer()
    {
        using var cancellation = new CancellationTokenSource();
        Task delay = Task.Delay(2 * Second, _time, cancellation.Token);
        cancellation.Cancel();
        delay.IsCanceled.Should().BeTrue();
        _time.NextDue.Should().BeNull();
    }

    [Fact]
    public void Delays_end_in_the_order_of_their_times()
    {
        async Task Wait(string name, params int[] seconds)
        {
            foreach (int wait in seconds)
            {
                await Task.Delay(wait * Second, _time).ConfigureAwait(false);
                Note(name);
            }
        }

        Task all = Task.WhenAll(Wait("a", 1, 3), Wait("b", 2, 1, 2));
        while (_time.TryAdvanceToNextTimer())
        {
        }

        all.IsCompletedSuccessfully.Should().BeTrue();
        _fired.Should().Equal("a at 1", "b at 2", "b at 3", "a at 4", "b at 5");
    }

    [Fact]
    public void What_waited_goes_on_at_once_whatever_the_context_of_who_moves_the_clock()
    {
        async Task Wait()
        {
            await Task.Delay(Second, _time).ConfigureAwait(false);
            Note("waited");
        }

        SynchronizationContext? before = SynchronizationContext.Current;
        var foreign = new ForeignContext();
        SynchronizationContext.SetSynchronizationContext(foreign);
        try
        {
            _ = Wait();
            _time.Advance(Second);
            SynchronizationContext.Current.Should().BeSameAs(foreign);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        _fired.Should().Equal("waited at 1");
    }

    [Fact]
    public void Cancellation_after_a_time_follows_the_clock()
    {
        using var cancellation = new CancellationTokenSource(2 * Second, _time);
        _time.Advance(Second);
        cancellation.IsCancellationRequested.Should().BeFalse();
        cancellation.CancelAfter(3 * Second);
        _time.Advance(2 * Second);
        cancellation.IsCancellationRequested.Should().BeFalse();
        _time.Advance(Second);
        cancellation.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void Disposed_cancellation_leaves_no_timer()
    {
        new CancellationTokenSource(2 * Second, _time).Dispose();
        _time.NextDue.Should().BeNull();
    }

    [Fact]
    public async Task Periodic_wait_follows_the_clock()
    {
        using var periodic = new PeriodicTimer(Second, _time);
        for (int tick = 1; tick <= 3; tick++)
        {
            ValueTask<bool> wait = periodic.WaitForNextTickAsync();
            wait.IsCompleted.Should().BeFalse();
            _time.TryAdvanceToNextTimer().Should().BeTrue();
            wait.IsCompleted.Should().BeTrue();
            (await wait).Should().BeTrue();
            Now.Should().Be(tick * Second);
        }

        periodic.Dispose();
        _time.NextDue.Should().BeNull();
    }

    [Fact]
    public void A_hundred_thousand_timers_fire_in_order()
    {
        const int Count = 100_000;
        var random = new Random(1);
        var expected = new List<(int Due, int Created)>();
        var fired = new List<(int Due, int Created)>();
        for (int i = 0; i < Count; i++)
        {
            (int Due, int Created) id = (random.Next(Count / 3), i);
            ITimer timer = _time.CreateTimer(_ => fired.Add(id), null, TimeSpan.FromMilliseconds(id.Due), Timeout.InfiniteTimeSpan);
            if (i % 4 == 0)
                timer.Dispose();
            else
                expected.Add(id);
        }

        while (_time.TryAdvanceToNextTimer())
        {
        }

        expected.Sort();
        fired.Should().HaveCount(expected.Count);
        fired.SequenceEqual(expected).Should().BeTrue();
    }

    [Fact]
    public void Threads_arm_and_dispose_while_the_clock_moves()
    {
        const int PerThread = 20_000;
        int kept = 0;
        int fired = 0;
        int running = 3;
        var threads = new List<Thread>();
        for (int i = 0; i < 3; i++)
        {
            var random = new Random(i);
            threads.Add(new Thread(() =>
            {
                for (int n = 0; n < PerThread; n++)
                {
                    TimeSpan due = TimeSpan.FromTicks(random.Next(1000));
                    switch (random.Next(3))
                    {
                        case 0:
                            Interlocked.Increment(ref kept);
                            _time.CreateTimer(_ => fired++, null, due, Timeout.InfiniteTimeSpan);
                            break;
                        case 1:
                            Interlocked.Increment(ref kept);
                            ITimer changed = _time.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                            changed.Change(due, Timeout.InfiniteTimeSpan);
                            break;
                        default:
                            _time.CreateTimer(_ => { }, null, due, TimeSpan.FromTicks(7)).Dispose();
                            break;
                    }
                }

                Interlocked.Decrement(ref running);
            }));
        }

        threads.ForEach(thread => thread.Start());
        while (Volatile.Read(ref running) > 0)
            _time.TryAdvanceToNextTimer();
        threads.ForEach(thread => thread.Join());
        while (_time.TryAdvanceToNextTimer())
        {
        }

        fired.Should().Be(kept);
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    private ITimer Timer(string name, TimeSpan dueTime, TimeSpan? period = null) =>
        _time.CreateTimer(_ => Note(name), null, dueTime, period ?? Timeout.InfiniteTimeSpan);

    /// <summary>Sends what is posted to it nowhere.</summary>
    private sealed class ForeignContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    private void Note(string name) => _fired.Add(FormattableString.Invariant($"{name} at {Now.TotalSeconds}"));
}
