using System.Numerics;
using CsCheck;
using ExecGraph.Definition;
using ExecGraph.Execution;
using ExecGraph.Table;

namespace ExecGraph.Tests.Definition;

/// <summary>The loop over synchronous cells: which of the cells of some words it calls, in which order, and where it stops.</summary>
public sealed class SyncCellRunnerTests
{
    private const int Offset = 128; // the buffer index of the first word

    private static readonly Gen<ulong[]> Words = Gen.OneOf(Gen.Const(ulong.MaxValue), Gen.Const(0UL), Gen.ULong, Gen.Int[0, 63].Select(bit => ulong.MaxValue << bit), Gen.Int[0, 63].Select(bit => ulong.MaxValue >> bit)).Array[1, 5];

    [Fact]
    public void Every_cell_is_called_once_and_in_order() =>
        Words.Sample(words =>
        {
            (List<long> called, int end, Exception? exception, _) = Run(words, failing: -1, stopping: -1);
            called.Should().Equal(Rows(words));
            end.Should().Be(Offset + words.Length * 64);
            exception.Should().BeNull();
        });

    [Fact]
    public void The_cell_that_throws_is_the_last_one() =>
        Gen.Select(Words.Where(words => words.Any(cells => cells != 0)), Gen.Int[0, 10_000]).Sample((words, choice) =>
        {
            long[] rows = [.. Rows(words)];
            long failing = rows[choice % rows.Length];
            (List<long> called, int end, Exception? exception, _) = Run(words, failing, stopping: -1);
            called.Should().Equal(rows.TakeWhile(row => row <= failing));
            end.Should().Be((int)failing);
            exception.Should().BeOfType<FormatException>();
        });

    [Fact]
    public void A_run_that_stops_ends_with_the_cells_of_the_word_that_lie_together() =>
        Gen.Select(Words.Where(words => words.Any(cells => cells != 0)), Gen.Int[0, 10_000]).Sample((words, choice) =>
        {
            long[] rows = [.. Rows(words)];
            long stopping = rows[choice % rows.Length];
            (List<long> called, int end, Exception? exception, bool isStopping) = Run(words, failing: -1, stopping);
            isStopping.Should().BeTrue();
            exception.Should().BeNull();
            called.Should().Equal(rows.Take(called.Count)).And.Contain(stopping);
            rows.Take(called.Count).All(row => row < end).Should().BeTrue();
            rows.Skip(called.Count).All(row => row >= end).Should().BeTrue();
            for (int i = called.IndexOf(stopping) + 1; i < called.Count; i++)
                (called[i] == called[i - 1] + 1 && called[i] % 64 != 0).Should().BeTrue("row {0} lies together with the one at which the run stops", called[i]);
        });

    private static IEnumerable<long> Rows(ulong[] words)
    {
        for (int word = 0; word < words.Length; word++)
        {
            for (ulong cells = words[word]; cells != 0; cells &= cells - 1)
                yield return Offset + word * 64 + BitOperations.TrailingZeroCount(cells);
        }
    }

    private static (List<long> Called, int End, Exception? Exception, bool IsStopping) Run(ulong[] words, long failing, long stopping)
    {
        var services = new RunServices(TimeProvider.System, seed: 0, CancellationToken.None, CancellationToken.None);
        var called = new List<long>();
        var graph = new GraphBuilder();
        graph.Start("a", row =>
        {
            called.Add(row);
            if (row == stopping)
                services.Stopping = true;
            return row == failing ? throw new FormatException() : row;
        });
        ExecutionGraph table = graph.Build(rowCount: 1_024);
        ColumnPlan column = new RunPlan(table, services, (TableDefinition)table.Extras!, CellFailurePolicy.FailRun).Columns[0];
        var buffers = new ColumnBuffer?[1];
        column.AddBuffers(buffers, rows: 1_024);
        int end = column.Words!.RunWords(new CellRun(buffers, FirstRow: Offset, Offset, words[0], Attempt: 1, Tag: column), words, out Exception? exception);
        long[] values = ((ColumnBuffer<long>)buffers[0]!).Values;
        foreach (long row in called.Where(row => row != failing))
            values[row].Should().Be(row);
        return (called, end, exception, services.Stopping);
    }
}
