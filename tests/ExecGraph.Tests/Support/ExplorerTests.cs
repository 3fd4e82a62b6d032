namespace ExecGraph.Tests.Support;

[Collection(Explorations.Name)]
public sealed class ExplorerTests
{
    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(2, 2, 6)]
    [InlineData(3, 3, 20)]
    [InlineData(4, 2, 15)]
    [InlineData(6, 6, 924)]
    public void Two_threads_have_as_many_schedules_as_their_steps_can_be_shuffled(int stepsOfOne, int stepsOfOther, int schedules) =>
        Explorer.Verify(() => new Scenario(() => { }, () => Touch(stepsOfOne), () => Touch(stepsOfOther))).Should().Be(schedules);

    [Fact]
    public void Three_threads_have_as_many_schedules_as_their_steps_can_be_shuffled() =>
        Explorer.Verify(() => new Scenario(() => { }, () => Touch(3), () => Touch(2), () => Touch(3))).Should().Be(560);

    [Fact]
    public void Every_schedule_is_run_once()
    {
        var seen = new List<string>();
        Explorer.Verify(() =>
        {
            string order = "";
            long location = 0;
            Action Thread(char name) => () =>
            {
                for (int i = 0; i < 3; i++)
                {
                    ExploredMemory.Add(ref location, 1);
                    order += name;
                }
            };
            return new Scenario(() => seen.Add(order), Thread('A'), Thread('B'), Thread('C'));
        }).Should().Be(seen.Count);
        seen.Should().OnlyHaveUniqueItems().And.HaveCount(1680);
    }

    [Fact]
    public void The_same_program_is_explored_in_the_same_order_each_time()
    {
        static List<string> Orders()
        {
            var orders = new List<string>();
            Explorer.Verify(() =>
            {
                string order = "";
                long location = 0;
                Action Thread(char name) => () =>
                {
                    ExploredMemory.Add(ref location, 1);
                    order += name;
                    ExploredMemory.Add(ref location, 1);
                    order += name;
                };
                return new Scenario(() => orders.Add(order), Thread('A'), Thread('B'));
            });
            return orders;
        }

        Orders().Should().Equal("AABB", "ABBA", "ABAB", "BBAA", "BAAB", "BABA").And.Equal(Orders());
    }

    [Fact]
    public void A_lost_update_is_found()
    {
        Exploration exploration = Explorer.Explore(LostUpdate);
        exploration.Failure.Should().NotBeNull();
        exploration.Schedules.Should().Be(2);
        exploration.Schedule.Should().Be("ABBA");
        exploration.Trace.Should().Be("A Read #1, B Read #1, B CompareExchange #1, A CompareExchange #1");
    }

    [Fact]
    public void A_loop_that_tries_again_loses_no_update()
    {
        Explorer.Verify(() =>
        {
            long counter = 0;
            void Increment()
            {
                long seen = ExploredMemory.Read(ref counter);
                while (true)
                {
                    long before = ExploredMemory.CompareExchange(ref counter, seen + 1, seen);
                    if (before == seen)
                        return;
                    seen = before;
                }
            }

            return new Scenario(() => counter.Should().Be(3), Increment, Increment, Increment);
        }).Should().BeGreaterThan(90);
    }

    [Fact]
    public void A_join_without_a_claim_is_found_to_be_run_twice()
    {
        Explorer.Explore(() => Join(claims: false)).Failure.Should().NotBeNull();
        Explorer.Explore(() => Join(claims: true)).Failure.Should().BeNull();
    }

    [Fact]
    public void A_failing_schedule_can_be_replayed()
    {
        string schedule = Explorer.Explore(() => Join(claims: false)).Schedule;

        Exploration replayed = Explorer.Replay(() => Join(claims: false), schedule);
        replayed.Failure.Should().NotBeNull();
        replayed.Schedule.Should().Be(schedule);
        replayed.Schedules.Should().Be(1);

        Explorer.Replay(() => Join(claims: true), schedule).Failure.Should().BeNull();
    }

    [Fact]
    public void Replay_refuses_a_schedule_of_another_program() =>
        Explorer.Replay(LostUpdate, "AAAB").Failure!.Message.Should().Be("Step 2 of the schedule \"AAAB\" is of a thread that has ended.");

    [Fact]
    public void Verify_names_the_failing_schedule()
    {
        Action verify = () => Explorer.Verify(LostUpdate);
        verify.Should().Throw<InvalidOperationException>().WithMessage("Schedule 2 fails: A Read #1, * (replay \"ABBA\"): Expected * to be 2L, but found 1L*");
    }

    [Fact]
    public void A_bound_on_preemptions_leaves_fewer_schedules()
    {
        static Scenario Program() => new(() => { }, () => Touch(4), () => Touch(4), () => Touch(4));
        Explorer.Verify(Program, preemptionBound: 0).Should().Be(6, "whole threads can still be put in any order");
        int one = Explorer.Verify(Program, preemptionBound: 1);
        int two = Explorer.Verify(Program, preemptionBound: 2);
        int all = Explorer.Verify(Program);
        one.Should().BeGreaterThan(6);
        two.Should().BeGreaterThan(one).And.BeLessThan(all / 10);
        all.Should().Be(34_650);
    }

    [Fact]
    public void A_bound_on_preemptions_still_finds_what_few_preemptions_show()
    {
        Explorer.Explore(LostUpdate, preemptionBound: 0).Failure.Should().BeNull();
        Explorer.Explore(LostUpdate, preemptionBound: 1).Failure.Should().NotBeNull();
    }

    [Fact]
    public void A_thread_that_throws_fails_its_schedule() =>
        Explorer.Explore(() => new Scenario(() => { }, () => throw new InvalidOperationException("thrown"), () => Touch(1)))
            .Failure!.Message.Should().Be("thrown");

    [Fact]
    public void A_loop_that_waits_for_another_thread_fails_its_schedule() =>
        Explorer.Explore(() =>
        {
            long flag = 0;
            void Wait()
            {
                while (ExploredMemory.Read(ref flag) == 0)
                {
                }
            }

            return new Scenario(() => { }, Wait, () => ExploredMemory.Add(ref flag, 1));
        }).Failure!.Message.Should().Contain("a loop waits for another thread");

    [Fact]
    public void An_exception_while_setting_up_is_the_callers()
    {
        int setUps = 0;
        Action explore = () => Explorer.Explore(() =>
            setUps++ == 1 ? throw new FormatException("no set-up") : new Scenario(() => { }, () => Touch(1), () => Touch(1)));
        explore.Should().Throw<FormatException>().WithMessage("no set-up");
    }

    [Fact]
    public void A_thread_without_a_step_is_run_too()
    {
        foreach (bool reduce in new[] { false, true })
        {
            Explorer.Verify(
                () =>
                {
                    bool ran = false;
                    return new Scenario(() => ran.Should().BeTrue(), () => ran = true, () => Touch(2));
                },
                reduce: reduce);
        }
    }

    [Fact]
    public void Memory_outside_an_explored_thread_is_ordinary()
    {
        long counter = 0;
        ExploredMemory.Add(ref counter, 1);
        Explorer.Verify(() =>
        {
            counter = 0;
            ExploredMemory.Add(ref counter, 1);
            return new Scenario(() => ExploredMemory.Read(ref counter).Should().Be(3), () => ExploredMemory.Add(ref counter, 1), () => ExploredMemory.Add(ref counter, 1));
        }).Should().Be(2);
    }

    private static void Touch(int steps)
    {
        long location = 0;
        for (int i = 0; i < steps; i++)
            ExploredMemory.Add(ref location, 1);
    }

    private static Scenario LostUpdate()
    {
        long counter = 0;
        void Increment()
        {
            long seen = ExploredMemory.Read(ref counter);
            ExploredMemory.CompareExchange(ref counter, seen + 1, seen);
        }

        return new Scenario(() => counter.Should().Be(2), Increment, Increment);
    }

    /// <summary>Two producers of one cell: each sets its bit, then reads the other's; both may see both.</summary>
    private static Scenario Join(bool claims)
    {
        ulong first = 0, second = 0, claim = 0;
        int runs = 0;
        void Complete(ref ulong own, ref ulong other)
        {
            ExploredMemory.Or(ref own, 1);
            if (ExploredMemory.Read(ref other) == 1 && (!claims || ExploredMemory.Or(ref claim, 1) == 0))
                runs++;
        }

        return new Scenario(() => runs.Should().Be(1), () => Complete(ref first, ref second), () => Complete(ref second, ref first));
    }
}

/// <summary>Explorations and soaks have the machine to themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Explorations
{
    public const string Name = "Exploration";
}
