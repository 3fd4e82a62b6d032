using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Tracking;

/// <summary>
/// The races that the tracker's protocol excludes, with the directory of groups, first touch and finish around them. A call takes some
/// twenty atomic steps: all their orders with few switches away from a running thread are explored, and without that bound one schedule of
/// each set that differs only in the order of steps that commute.
/// The scenario names are those of src/ExecGraph/Tracking/README.md.
/// </summary>
[Collection(Explorations.Name)]
public sealed class InterleavingTests
{
    private const int GroupSize = 64;

    [Fact]
    public void Two_producer_join_is_reported_by_exactly_one_completer() => Explore(
        Graph(Start("a"), Start("b"), Cell("d", "a", "b")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Complete("b", 0)],
        program => program.Cells("d").Should().Equal(0));

    [Fact]
    public void Three_producer_join_is_reported_by_exactly_one_completer() => Explore(
        Graph(Start("a"), Start("b"), Start("c"), Cell("d", "a", "b", "c")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Complete("b", 0), () => program.Complete("c", 0)],
        program => program.Cells("d").Should().Equal(0),
        preemptionBound: 2);

    [Fact]
    public void Duplicate_completion_counts_once_and_reports_once() => Explore(
        Graph(Start("a"), Cell("d", "a")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Complete("a", 0)],
        program =>
        {
            program.Cells("d").Should().Equal(0);
            program.Completed.Should().Be(1);
            program.Core.CompletedCount(0).Should().Be(1);
        });

    [Fact]
    public void Early_completion_is_reported_at_most_once() => Explore(
        Graph(Start("a"), Cell("d", "a")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Complete("d", 0)],
        program =>
        {
            program.Cells("d").Count.Should().BeLessThanOrEqualTo(1);
            program.Completed.Should().Be(2);
        });

    [Fact]
    public void Dataset_barrier_is_reported_once_by_the_last_of_two_rows() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: 2,
        program => [() => program.Complete("a", 0), () => program.Complete("a", 1)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Dataset_barrier_is_reported_once_by_the_last_of_two_groups() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: 65,
        program => [() => program.CompleteWord("a", 0), () => program.CompleteWord("a", 1)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Dataset_barrier_on_two_columns_is_reported_once() => Explore(
        Graph(Start("a"), Start("c"), Barrier("b", "a", "c")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Complete("c", 0)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Drop_against_completion_makes_a_barrier_ready_once() => Explore(
        Graph(Start("a"), Cell("d", "a"), Barrier("b", "d")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Drop(0)],
        program =>
        {
            program.Barriers.Should().Be(1);
            program.Core.IsDropped(0).Should().BeTrue();
            program.Core.IsComplete(0, 0).Should().Be(program.Completed == 1 && program.Core.CompletedCount(0) == 1);
            program.Core.IsComplete(1, 0).Should().BeFalse();
        });

    [Fact]
    public void Drop_against_drop_makes_a_barrier_ready_once() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: 1,
        program => [() => program.Drop(0), () => program.Drop(0)],
        program =>
        {
            program.Barriers.Should().Be(1);
            program.Dropped.Should().Be(1);
        });

    [Fact]
    public void Late_completion_of_a_dropped_row_changes_nothing() => Explore(
        Graph(Start("a"), Start("c"), Cell("d", "a", "c")), rows: 1,
        program =>
        {
            program.Drop(0);
            return [() => program.Complete("a", 0), () => program.Complete("c", 0)];
        },
        program =>
        {
            program.Cells("d").Should().BeEmpty();
            program.Completed.Should().Be(0);
        });

    [Fact]
    public void A_completion_that_begins_when_the_drop_can_be_seen_changes_nothing() => Explore(
        Graph(Start("a"), Cell("d", "a")), rows: 1,
        program => [() => program.Drop(0), () => program.CompleteIfDropped("a", 0)],
        program =>
        {
            program.Completed.Should().Be(0);
            program.Cells("d").Should().BeEmpty();
        });

    [Fact]
    public void Drop_against_a_join_reports_the_join_at_most_once_and_the_barrier_once() => Explore(
        Graph(Start("a"), Start("c"), Cell("d", "a", "c"), Barrier("b", "d")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.Complete("c", 0), () => program.Drop(0)],
        program =>
        {
            program.Cells("d").Count.Should().BeLessThanOrEqualTo(1);
            program.Barriers.Should().Be(1);
        },
        preemptionBound: 2, isExhaustive: false);

    [Fact]
    public void Group_barrier_is_reported_once_by_the_last_completer() => Explore(
        Graph(Start("a"), GroupBarrier("b", "a")), rows: 2,
        program => [() => program.Complete("a", 0), () => program.Complete("a", 1)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Group_barrier_completed_early_is_reported_at_most_once_and_its_cells_once() => Explore(
        Graph(Start("a"), GroupBarrier("b", "a")), rows: 1,
        program => [() => program.Complete("a", 0), () => program.CompleteBarrier("b", 0)],
        program =>
        {
            program.Barriers.Should().BeLessThanOrEqualTo(1);
            program.Cells("b").Should().Equal(0);
        });

    [Fact]
    public void Barrier_completed_twice_reports_its_cells_once() => Explore(
        Graph(StartBarrier("b")), rows: 2,
        program => [() => program.CompleteBarrier("b", null), () => program.CompleteBarrier("b", null)],
        program => program.Cells("b").Should().Equal(0, 1));

    [Fact]
    public void Barrier_against_first_touch_reports_every_cell_once() => Explore(
        Graph(Start("a"), StartBarrier("b")), rows: 65,
        program => [() => program.CompleteBarrier("b", null), () => program.Complete("a", 64)],
        program => program.Cells("b").Should().Equal(Enumerable.Range(0, 65).Select(row => (long)row)));

    [Fact]
    public void Barrier_against_drop_never_reports_a_row_twice() => Explore(
        Graph(Start("a"), StartBarrier("b")), rows: 2,
        program => [() => program.CompleteBarrier("b", null), () => program.Drop(0)],
        program =>
        {
            program.Cells("b").Should().OnlyHaveUniqueItems();
            program.Cells("b").Should().Contain(1);
        });

    [Fact]
    public void End_of_rows_against_first_touch_makes_the_dataset_barrier_ready_once() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: null,
        program => [() => program.EndRows(1), () => program.Complete("a", 0)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void End_of_rows_against_the_last_completion_makes_both_barriers_ready_once() => Explore(
        Graph(Start("a"), GroupBarrier("g", "a"), Barrier("b", "a")), rows: null,
        program =>
        {
            program.Complete("a", 0);
            return [() => program.EndRows(2), () => program.Complete("a", 1)];
        },
        program => program.Barriers.Should().Be(2));

    [Fact]
    public void End_of_rows_against_a_full_group_makes_the_dataset_barrier_ready_once() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: null,
        program => [() => program.EndRows(64), () => program.CompleteWord("a", 0)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void End_of_rows_against_the_first_of_two_groups_does_not_make_the_dataset_barrier_ready() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: null,
        program => [() => program.EndRows(65), () => program.CompleteWord("a", 0)],
        program => program.Barriers.Should().Be(0));

    [Fact]
    public void End_of_rows_against_a_drop_makes_the_barrier_ready_once() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: null,
        program => [() => program.EndRows(1), () => program.Drop(0)],
        program => program.Barriers.Should().Be(1));

    [Fact]
    public void Drop_against_finish_is_never_forgotten() => Explore(
        Graph(Start("a")), rows: 2,
        program =>
        {
            program.Complete("a", 0);
            return [() => program.Complete("a", 1), () => program.Drop(0)];
        },
        program =>
        {
            program.Core.IsDropped(0).Should().BeTrue();
            program.Core.IsDropped(1).Should().BeFalse();
            program.Core.IsComplete(0, 0).Should().BeTrue();
            program.Core.IsComplete(0, 1).Should().BeTrue();
            program.Core.CompletedCount(0).Should().Be(2);
            program.Dropped.Should().Be(1);
        });

    [Fact]
    public void Drop_against_finish_of_a_group_with_another_drop_keeps_both() => Explore(
        Graph(Start("a")), rows: 3,
        program =>
        {
            program.Complete("a", 0);
            program.Drop(1);
            return [() => program.Complete("a", 2), () => program.Drop(0)];
        },
        program =>
        {
            program.Core.IsDropped(0).Should().BeTrue();
            program.Core.IsDropped(1).Should().BeTrue();
            program.Core.IsDropped(2).Should().BeFalse();
            program.Core.IsComplete(0, 0).Should().BeTrue();
            program.Core.IsComplete(0, 1).Should().BeFalse();
            program.Dropped.Should().Be(2);
        });

    [Fact]
    public void Drop_against_drop_against_finish_counts_once() => Explore(
        Graph(Start("a")), rows: 2,
        program =>
        {
            program.Complete("a", 0);
            return [() => program.Complete("a", 1), () => program.Drop(0), () => program.Drop(0)];
        },
        program =>
        {
            program.Core.IsDropped(0).Should().BeTrue();
            program.Core.IsDropped(1).Should().BeFalse();
            program.Dropped.Should().Be(1);
        },
        preemptionBound: 2, isExhaustive: false);

    [Fact]
    public void A_drop_that_was_seen_stays_seen_while_the_group_finishes() => Explore(
        Graph(Start("a")), rows: 2,
        program =>
        {
            program.Complete("a", 0);
            return [() => program.Complete("a", 1), () => program.Drop(0), () => program.LookTwice(0)];
        },
        program => program.Forgotten.Should().Be(0),
        preemptionBound: 2, isExhaustive: false);

    [Fact]
    public void A_cell_that_a_drop_settles_never_looks_complete() => Explore(
        Graph(Start("a")), rows: 1,
        program => [() => program.Drop(0), () => program.LookWhetherComplete("a", 0)],
        program => program.SeenComplete.Should().Be(0));

    [Fact]
    public void Two_late_drops_of_a_finished_group_are_both_kept() => Explore(
        Graph(Start("a")), rows: 2,
        program =>
        {
            program.CompleteWord("a", 0);
            return [() => program.Drop(0), () => program.Drop(1)];
        },
        program =>
        {
            program.Core.IsDropped(0).Should().BeTrue();
            program.Core.IsDropped(1).Should().BeTrue();
            program.Dropped.Should().Be(2);
        });

    [Fact]
    public void Last_completer_against_last_dropper_finishes_the_group_once() => Explore(
        Graph(Start("a"), Barrier("b", "a")), rows: 2,
        program => [() => program.Complete("a", 0), () => program.Drop(1)],
        program =>
        {
            program.Barriers.Should().Be(1);
            program.Core.CompletedCount(0).Should().Be(1);
        });

    [Fact]
    public void First_touch_of_one_group_by_two_threads_loses_no_completion() => Explore(
        Graph(Start("a"), Cell("d", "a")), rows: 2,
        program => [() => program.Complete("a", 0), () => program.Complete("a", 1)],
        program =>
        {
            program.Cells("d").Should().BeEquivalentTo([0L, 1L]);
            program.Core.CompletedCount(0).Should().Be(2);
        });

    [Fact]
    public void Directory_growing_under_two_threads_loses_no_group() => Explore(
        Graph(Start("a")), rows: GroupSize * 20_000L,
        program => [() => program.Complete("a", GroupSize * 200L), () => program.Complete("a", GroupSize * 19_000L)],
        program =>
        {
            program.Core.IsComplete(0, GroupSize * 200L).Should().BeTrue();
            program.Core.IsComplete(0, GroupSize * 19_000L).Should().BeTrue();
            program.Core.CompletedCount(0).Should().Be(2);
        });

    private static void Explore(
        ExecutionGraph graph, long? rows, Func<ExploredProgram, Action[]> threads, Action<ExploredProgram> check,
        int preemptionBound = 3, bool isExhaustive = true)
    {
        Scenario SetUp()
        {
            var program = new ExploredProgram(graph, rows);
            Action[] actions = threads(program);
            return new Scenario(() => check(program), actions);
        }

        // With few preemptions, every order counts: also of steps that should commute, and would not if threads shared more than they know.
        Explorer.Verify(SetUp, preemptionBound).Should().BeGreaterThan(1, "a scenario with one schedule explores nothing");
        if (isExhaustive)
            Explorer.Verify(SetUp, reduce: true);
    }

    private static ExecutionGraph Graph(params ColumnDescriptor[] columns) => new(columns, rowCount: 1, GroupSize);

    private static ColumnDescriptor Start(string name) => new(name) { Traits = ExecutionTraits.Start | ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable };

    private static ColumnDescriptor Cell(string name, params string[] dependencies) =>
        new(name) { Traits = ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable, Dependencies = dependencies };

    private static ColumnDescriptor Barrier(string name, params string[] dependencies) =>
        new(name) { Traits = ExecutionTraits.Barrier, Dependencies = dependencies };

    private static ColumnDescriptor GroupBarrier(string name, params string[] dependencies) =>
        new(name) { Traits = ExecutionTraits.Barrier, Dependencies = dependencies, Scope = BarrierScope.RowGroup };

    private static ColumnDescriptor StartBarrier(string name) => new(name) { Traits = ExecutionTraits.Start | ExecutionTraits.Barrier };

    /// <summary>A tracker over explored memory, with what its threads were told.</summary>
    private sealed class ExploredProgram(ExecutionGraph graph, long? rows)
    {
        private readonly List<(int Column, long Row)> _cells = [];
        private int _completed;
        private int _dropped;
        private int _barriers;

        internal TrackerCore<ExploredMemory> Core { get; } = new(graph.Topology, GroupSize, rows);

        /// <summary>Completions that were the first of their cell.</summary>
        internal int Completed => _completed;

        internal int Dropped => _dropped;

        /// <summary>Barrier nodes that were reported.</summary>
        internal int Barriers => _barriers;

        /// <summary>Times that a row was dropped at one look and not at the next.</summary>
        internal int Forgotten { get; private set; }

        /// <summary>Looks that found a cell complete.</summary>
        internal int SeenComplete { get; private set; }

        internal List<long> Cells(string column)
        {
            lock (_cells)
                return [.. _cells.Where(cell => cell.Column == graph.OrdinalOf(column)).Select(cell => cell.Row).Order()];
        }

        internal void Complete(string column, long row) => Complete(column, row / GroupSize, 1UL << (int)(row % GroupSize));

        internal void CompleteIfDropped(string column, long row)
        {
            if (Core.IsDropped(row))
                Complete(column, row);
        }

        internal void CompleteWord(string column, long group) => Complete(column, group, ulong.MaxValue);

        internal void Drop(long row)
        {
            var ready = new ReadyBatch();
            if (Core.Drop(row / GroupSize, 0, 1UL << (int)(row % GroupSize), ready) != 0)
                _dropped++;
            Note(ready);
        }

        internal void LookTwice(long row)
        {
            bool before = Core.IsDropped(row);
            if (before && !Core.IsDropped(row))
                Forgotten++;
        }

        internal void LookWhetherComplete(string column, long row)
        {
            if (Core.IsComplete(graph.OrdinalOf(column), row))
                SeenComplete++;
        }

        internal void CompleteBarrier(string column, long? group)
        {
            var ready = new ReadyBatch();
            Core.CompleteBarrier(graph.OrdinalOf(column), group, ready);
            Note(ready);
        }

        internal void EndRows(long rowCount)
        {
            var ready = new ReadyBatch();
            Core.EndRows(rowCount, ready);
            Note(ready);
        }

        private void Complete(string column, long group, ulong cells)
        {
            var ready = new ReadyBatch();
            if (Core.Complete(graph.OrdinalOf(column), group, 0, cells, ready) != 0)
                _completed++;
            Note(ready);
        }

        private void Note(ReadyBatch ready)
        {
            // One thread runs at a time, so plain fields will do.
            _barriers += ready.Barriers.Count;
            foreach (ReadyRun run in ready.Runs)
            {
                for (int bit = 0; bit < 64; bit++)
                {
                    if ((run.Cells >> bit & 1) != 0)
                        _cells.Add((run.Column, run.RowGroup * GroupSize + bit));
                }
            }

            foreach (ReadyRange range in ready.Ranges)
            {
                for (long row = range.FirstRow; row < range.FirstRow + range.RowCount; row++)
                    _cells.Add((range.Column, row));
            }
        }
    }
}
