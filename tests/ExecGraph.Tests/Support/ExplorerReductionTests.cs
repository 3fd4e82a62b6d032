using System.Text;

namespace ExecGraph.Tests.Support;

/// <summary>
/// Reduction must lose nothing and repeat nothing. Both are held against the full exploration of random programs: schedules that agree
/// in the order of all steps that do not commute are one trace, and the reduced exploration is to run exactly one schedule of each.
/// </summary>
[Collection(Explorations.Name)]
public sealed class ExplorerReductionTests
{
    [Fact]
    public void Threads_on_different_locations_have_one_schedule()
    {
        static Action Touch(int steps) => () =>
        {
            long location = 0;
            for (int i = 0; i < steps; i++)
                ExploredMemory.Add(ref location, 1);
        };

        Explorer.Verify(() => new Scenario(() => { }, Touch(9), Touch(9), Touch(9)), reduce: true).Should().Be(1);
    }

    [Fact]
    public void Threads_that_only_read_have_one_schedule()
    {
        long location = 0;
        void Read() => ExploredMemory.Read(ref location);
        Explorer.Verify(() => new Scenario(() => { }, Read, Read, Read), reduce: true).Should().Be(1);
    }

    [Fact]
    public void Threads_on_one_location_keep_all_their_schedules()
    {
        long location = 0;
        void Touch()
        {
            for (int i = 0; i < 4; i++)
                ExploredMemory.Add(ref location, 1);
        }

        Explorer.Verify(() => new Scenario(() => { }, Touch, Touch), reduce: true).Should().Be(70);
    }

    [Theory]
    [InlineData(2, 5, 3)]
    [InlineData(2, 6, 2)]
    [InlineData(3, 3, 3)]
    [InlineData(3, 2, 2)]
    public void Every_trace_of_a_random_program_is_run_exactly_once(int threads, int steps, int locations)
    {
        for (int seed = 0; seed < 25; seed++)
        {
            var full = new List<string>();
            var reduced = new List<string>();
            int schedules = Explorer.Verify(() => RandomProgram(seed, threads, steps, locations, full));
            Explorer.Verify(() => RandomProgram(seed, threads, steps, locations, reduced), reduce: true).Should().Be(reduced.Count);
            full.Should().HaveCount(schedules);
            reduced.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(full.Distinct(), "seed {0}", seed);
        }
    }

    [Fact]
    public void Garbage_collections_change_neither_what_is_found_nor_how_often()
    {
        var calm = new List<string>();
        var disturbed = new List<string>();
        Explorer.Verify(() => RandomProgram(seed: 1, threads: 3, steps: 3, locations: 3, calm), reduce: true);
        int steps = 0;
        Explorer.Verify(
            () => RandomProgram(seed: 1, threads: 3, steps: 3, locations: 3, disturbed, beforeStep: () =>
            {
                if (steps++ % 50 == 0)
                    MoveMemory();
            }),
            reduce: true);
        disturbed.Should().Equal(calm);
    }

    [Fact]
    public void A_program_that_collects_garbage_at_every_step_is_explored_nonetheless()
    {
        var full = new List<string>();
        var reduced = new List<string>();
        Explorer.Verify(() => RandomProgram(seed: 3, threads: 2, steps: 2, locations: 2, full));
        Explorer.Verify(
            () => RandomProgram(seed: 3, threads: 2, steps: 2, locations: 2, reduced, beforeStep: MoveMemory),
            reduce: true);
        reduced.Distinct().Should().BeEquivalentTo(full.Distinct());
    }

    [Fact]
    public void Reduction_finds_the_join_without_its_claim()
    {
        static Scenario Join(bool claims)
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

        Exploration found = Explorer.Explore(() => Join(claims: false), reduce: true);
        found.Failure.Should().NotBeNull();
        Explorer.Replay(() => Join(claims: false), found.Schedule).Failure.Should().NotBeNull();
        Explorer.Explore(() => Join(claims: true), reduce: true).Failure.Should().BeNull();
    }

    [Fact]
    public void Reduction_and_a_bound_are_refused_together()
    {
        Action explore = () => Explorer.Explore(() => new Scenario(() => { }, () => { }), preemptionBound: 2, reduce: true);
        explore.Should().Throw<ArgumentException>().WithMessage("*would lose schedules*");
    }

    private static void MoveMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);

    /// <summary>Threads of random steps; where a step goes depends on what the thread has read, as in real programs.</summary>
    private static Scenario RandomProgram(int seed, int threads, int steps, int locations, List<string> traces, Action? beforeStep = null)
    {
        _ = new byte[10_000]; // a gap that a collection closes by moving what follows
        var memory = new long[locations];
        var history = new StringBuilder[locations];
        for (int i = 0; i < locations; i++)
            history[i] = new StringBuilder();
        var readers = new SortedSet<string>[locations];
        for (int i = 0; i < locations; i++)
            readers[i] = [];

        void Run(int thread)
        {
            var random = new Random((seed * 31) + thread);
            long seen = 0;
            for (int step = 0; step < steps; step++)
            {
                bool reads = random.Next(2) == 0;
                int location = (int)((random.Next(locations) + seen) % locations);
                beforeStep?.Invoke();
                seen = reads ? ExploredMemory.Read(ref memory[location]) : ExploredMemory.Add(ref memory[location], 1);
                Note(location, reads, FormattableString.Invariant($"{thread}.{step} "));
            }
        }

        // Reads between two writes commute: they are noted in an order of their own.
        void Note(int location, bool reads, string step)
        {
            if (reads)
            {
                readers[location].Add(step);
                return;
            }

            history[location].AppendJoin("", readers[location]).Append('!').Append(step);
            readers[location].Clear();
        }

        string Trace() => string.Join(" | ", history.Select((writes, i) => writes.ToString() + string.Concat(readers[i])));
        return new Scenario(() => traces.Add(Trace()), [.. Enumerable.Range(0, threads).Select(thread => (Action)(() => Run(thread)))]);
    }
}
