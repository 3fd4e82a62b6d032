using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>
/// The frontier's own protocol on one row group, through every interleaving of its atomic steps, without a bound: one schedule of each set
/// that differs only in the order of steps that commute.
/// </summary>
[Collection(Explorations.Name)]
public sealed class FrontierInterleavingTests
{
    [Fact]
    public void Two_producer_join_is_reported_by_exactly_one_completer() => Explore(
        [Start("a"), Start("b"), Cell("d", "a", "b")], rows: 2,
        program => [() => program.Complete("a", 1), () => program.Complete("b", 1)],
        program => program.Cells("d").Should().Be(1));

    [Fact]
    public void Two_producer_join_over_different_cells_of_a_word_loses_none() => Explore(
        [Start("a"), Start("b"), Cell("d", "a", "b")], rows: 3,
        program =>
        {
            program.Complete("a", 1);
            return [() => program.Complete("a", 2), () => program.Complete("b", 3)];
        },
        program => program.Cells("d").Should().Be(3));

    [Fact]
    public void Duplicate_completion_counts_once() => Explore(
        [Start("a"), Cell("d", "a")], rows: 2,
        program => [() => program.Complete("a", 1), () => program.Complete("a", 1)],
        program =>
        {
            program.Cells("d").Should().Be(1);
            program.Completed.Should().Be(1);
        });

    [Fact]
    public void Drop_against_completion_counts_every_cell_down_once() => Explore(
        [Start("a"), GroupBarrier("b", "a")], rows: 1,
        program => [() => program.Complete("a", 1), () => program.Drop(1)],
        program =>
        {
            program.Barriers.Should().Be(1);
            program.Cells("b").Should().Be(0);
        });

    [Fact]
    public void Drop_against_drop_counts_every_cell_down_once() => Explore(
        [Start("a"), Barrier("b", "a")], rows: 2,
        program => [() => program.Drop(1), () => program.Drop(3)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Drop_against_the_completion_of_another_row_fills_the_word_once() => Explore(
        [Start("a"), Barrier("b", "a")], rows: 2,
        program => [() => program.Complete("a", 1), () => program.Drop(2)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Drop_against_completion_does_not_count_for_another_word() => Explore(
        [Start("a"), Barrier("b", "a")], rows: 65,
        program =>
        {
            program.Complete("a", ulong.MaxValue - 1);
            return [() => program.Complete("a", 1), () => program.Drop(1)];
        },
        program => program.Barriers.Should().Be(0, "row 64 is still open"));

    [Fact]
    public void Group_barrier_on_two_columns_is_reported_once() => Explore(
        [Start("a"), Start("c"), GroupBarrier("b", "a", "c")], rows: 1,
        program => [() => program.Complete("a", 1), () => program.Complete("c", 1)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Group_barrier_completed_beside_its_last_input_reports_its_cells_once() => Explore(
        [Start("a"), GroupBarrier("b", "a")], rows: 1,
        program => [() => program.Complete("a", 1), () => program.CompleteGroupBarrier("b")],
        program =>
        {
            program.Cells("b").Should().Be(1);
            program.Barriers.Should().BeLessThanOrEqualTo(1);
        });

    [Fact]
    public void Group_barrier_completed_before_its_last_input_is_not_reported() => Explore(
        [Start("a"), Start("c"), GroupBarrier("b", "a", "c")], rows: 1,
        program =>
        [
            () => program.Complete("a", 1),
            () =>
            {
                program.CompleteGroupBarrier("b");
                program.Complete("c", 1);
            },
        ],
        program => program.Barriers.Should().Be(0));

    [Fact]
    public void Dataset_barrier_completed_before_its_last_input_is_not_reported() => Explore(
        [Start("a"), Start("c"), Barrier("b", "a", "c")], rows: 1,
        program =>
        [
            () => program.Complete("a", 1),
            () =>
            {
                program.CompleteDatasetBarrier("b");
                program.Complete("c", 1);
            },
        ],
        program => program.Barriers.Should().Be(0));

    [Fact]
    public void Group_barrier_completed_twice_reports_its_cells_once() => Explore(
        [Start("a"), GroupBarrier("b", "a")], rows: 1,
        program =>
        {
            program.Complete("a", 1);
            return [() => program.CompleteGroupBarrier("b"), () => program.CompleteGroupBarrier("b")];
        },
        program => program.Reports("b").Should().Be(1));

    [Fact]
    public void Group_barrier_completed_beside_a_drop_settles_the_group_once() => Explore(
        [Start("a"), GroupBarrier("b", "a")], rows: 1,
        program =>
        {
            program.Complete("a", 1);
            return [() => program.CompleteGroupBarrier("b"), () => program.Drop(1)];
        },
        program => program.SettledGroups.Should().Be(1));

    [Fact]
    public void Dataset_barrier_is_ready_once_when_the_end_becomes_known_beside_the_last_group() => Explore(
        [Start("a"), Barrier("b", "a")], rows: 1, expectsGroups: false,
        program => [() => program.Complete("a", 1), () => program.ExpectGroups("b", 1)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Dataset_barrier_is_not_ready_while_a_group_that_the_end_makes_known_is_open() => Explore(
        [Start("a"), Barrier("b", "a")], rows: 1, expectsGroups: false,
        program => [() => program.Complete("a", 1), () => program.ExpectGroups("b", 2)],
        program => program.Barriers.Should().Be(0));

    [Fact]
    public void Rows_cut_off_beside_the_last_completion_settle_the_group_once() => Explore(
        [Start("a"), GroupBarrier("b", "a")], rows: 64,
        program => [() => program.Complete("a", 1), () => program.CutOff(1)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Rows_cut_off_twice_settle_the_group_once() => Explore(
        [Start("a"), GroupBarrier("b", "a")], rows: 64,
        program =>
        {
            program.Complete("a", 1);
            return [() => program.CutOff(1), () => program.CutOff(1)];
        },
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Group_is_settled_once_by_its_last_two_completers() => Explore(
        [Start("a"), Start("b")], rows: 1,
        program => [() => program.Complete("a", 1), () => program.Complete("b", 1)],
        program => program.SettledGroups.Should().Be(1));

    [Fact]
    public void Group_is_settled_when_the_barriers_that_wait_for_it_have_been_reported() => Explore(
        [Start("a"), Start("c"), Barrier("b", "a", "c")], rows: 1,
        program =>
        {
            program.Complete("b", 1);
            return [() => program.Complete("a", 1), () => program.Complete("c", 1)];
        },
        program =>
        {
            program.SettledGroups.Should().Be(1);
            program.Barriers.Should().Be(1);
            program.BarriersOfSettledGroups.Should().Be(0);
        });

    private static void Explore(
        ColumnDescriptor[] columns, int rows, Func<FrontierProgram, Action[]> threads, Action<FrontierProgram> check) =>
        Explore(columns, rows, expectsGroups: true, threads, check);

    private static void Explore(
        ColumnDescriptor[] columns, int rows, bool expectsGroups, Func<FrontierProgram, Action[]> threads, Action<FrontierProgram> check)
    {
        var graph = new ExecutionGraph(columns, rowCount: 1, rowGroupSize: 64);
        Explorer.Verify(
            () =>
            {
                var program = new FrontierProgram(graph, rows, expectsGroups);
                Action[] actions = threads(program);
                return new Scenario(() => check(program), actions);
            },
            reduce: true).Should().BeGreaterThan(1, "a scenario with one schedule explores nothing");
    }

    private static ColumnDescriptor Start(string name) => new(name) { Traits = ExecutionTraits.Start };

    private static ColumnDescriptor Cell(string name, params string[] dependencies) => new(name) { Traits = ExecutionTraits.CellByCell, Dependencies = dependencies };

    private static ColumnDescriptor Barrier(string name, params string[] dependencies) => new(name) { Traits = ExecutionTraits.Barrier, Dependencies = dependencies };

    private static ColumnDescriptor GroupBarrier(string name, params string[] dependencies) => Barrier(name, dependencies) with { Scope = BarrierScope.RowGroup };

    /// <summary>A frontier and one group, with what was reported.</summary>
    private sealed class FrontierProgram
    {
        private readonly ExecutionGraph _graph;
        private readonly Frontier<ExploredMemory> _frontier;
        private readonly RowGroupBitmaps _group;
        private readonly Log _log = new();

        internal FrontierProgram(ExecutionGraph graph, int rows, bool expectsGroups)
        {
            _graph = graph;
            FrontierPlan plan = FrontierPlan.ForTracker(graph.Topology, rowGroupSize: 64);
            _frontier = new Frontier<ExploredMemory>(plan);
            _group = new RowGroupBitmaps(plan, index: 0, rows);
            if (!expectsGroups)
                return;
            foreach (int barrier in plan.DatasetBarriers)
                ExpectGroups(graph.ColumnNames[barrier], 1);
        }

        internal int Completed { get; private set; }

        internal int Barriers => _log.Barriers;

        internal int SettledGroups => _log.Settled;

        /// <summary>Barriers that were reported after the group: too late for who let go of it.</summary>
        internal int BarriersOfSettledGroups => _log.LateBarriers;

        /// <summary>The cells reported of a column, summed: a cell that is reported twice makes the sum wrong.</summary>
        internal ulong Cells(string column) => _log.Cells.Where(cells => cells.Column == _graph.OrdinalOf(column)).Aggregate(0UL, (sum, cells) => sum + cells.Bits);

        internal int Reports(string column) => _log.Cells.Count(cells => cells.Column == _graph.OrdinalOf(column));

        internal void Complete(string column, ulong cells)
        {
            var sink = new Sink(_log);
            if (_frontier.Complete(_group, _graph.OrdinalOf(column), 0, cells, ref sink) != 0)
                Completed++;
        }

        internal void Drop(ulong rows)
        {
            var sink = new Sink(_log);
            _frontier.Drop(_group, 0, rows, ref sink);
        }

        internal void CutOff(int rows)
        {
            var sink = new Sink(_log);
            _frontier.CutOff(_group, rows, ref sink);
        }

        internal void CompleteGroupBarrier(string column)
        {
            var sink = new Sink(_log);
            _frontier.CompleteGroupBarrier(_group, _graph.OrdinalOf(column), ref sink);
        }

        internal void CompleteDatasetBarrier(string column) => _frontier.CompleteDatasetBarrier(_graph.OrdinalOf(column));

        internal void ExpectGroups(string barrier, long groups)
        {
            var sink = new Sink(_log);
            _frontier.ExpectGroups(_graph.OrdinalOf(barrier), groups, ref sink);
        }
    }

    private sealed class Log
    {
        internal List<(int Column, ulong Bits)> Cells { get; } = [];

        internal int Barriers { get; private set; }

        internal int LateBarriers { get; private set; }

        internal int Settled { get; set; }

        internal void AddBarrier()
        {
            Barriers++;
            if (Settled > 0)
                LateBarriers++;
        }
    }

    private readonly struct Sink(Log log) : IReadySink
    {
        public void Cells(RowGroupBitmaps group, int column, int word, ulong cells) => log.Cells.Add((column, cells));

        public void GroupBarrier(RowGroupBitmaps group, int column) => log.AddBarrier();

        public void DatasetBarrier(int column) => log.AddBarrier();

        public void Settled(RowGroupBitmaps group) => log.Settled++;
    }
}
