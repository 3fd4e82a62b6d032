namespace ExecGraph.Tests.Support;

[Collection(Explorations.Name)]
public sealed class ExplorerTests
{
    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(2, 2, 6)]
    [InlineData(3, 3, 20)]
    [InlineData(4, 2, 15)]
    public void Two_threads_have_as_many_schedules_as_their_steps_can_be_shuffled(int stepsOfOne, int stepsOfOther, int schedules) =>
        Explorer.Verify(() => new Scenario(() => { }, () => Touch(stepsOfOne), () => Touch(stepsOfOther))).Should().Be(schedules);

    [Fact]
    public void A_lost_update_is_found()
    {
        Exploration exploration = Explorer.Explore(() =>
        {
            long counter = 0;
            void Increment()
            {
                long seen = ExploredMemory.Read(ref counter);
                ExploredMemory.CompareExchange(ref counter, seen + 1, seen);
            }

            return new Scenario(() => counter.Should().Be(2), Increment, Increment);
        });
        exploration.Failure.Should().NotBeNull();
        exploration.Trace.Should().StartWith("choices ");
    }

    [Fact]
    public void A_join_without_a_claim_is_found_to_be_run_twice()
    {
        Explorer.Explore(() => Join(claims: false)).Failure.Should().NotBeNull();
        Explorer.Explore(() => Join(claims: true)).Failure.Should().BeNull();
    }

    [Fact]
    public void A_bound_on_preemptions_leaves_fewer_schedules()
    {
        static Scenario Program() => new(() => { }, () => Touch(4), () => Touch(4), () => Touch(4));
        int all = Explorer.Verify(Program);
        all.Should().Be(34_650);
        Explorer.Verify(Program, preemptionBound: 2).Should().BeLessThan(all / 10).And.BeGreaterThan(6);
    }

    [Fact]
    public void A_program_that_throws_fails_its_schedule() =>
        Explorer.Explore(() => new Scenario(() => { }, () => throw new InvalidOperationException("thrown"), () => Touch(1)))
            .Failure!.Message.Should().Be("thrown");

    private static void Touch(int steps)
    {
        long location = 0;
        for (int i = 0; i < steps; i++)
            ExploredMemory.Add(ref location, 1);
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
