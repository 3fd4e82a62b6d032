using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Definition;

/// <summary>Streams, barriers and aggregates in each form.</summary>
public class BatchFormTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 3 };
    private readonly Column<int> _n;

    public BatchFormTests() => _n = _graph.Start("n", row => (int)row);

    [Fact]
    public Task A_stream_is_a_lambda() => Doubles(_graph.From(_n).Stream("x", batch => batch.Select(n => 2 * n).ToArray()));

    [Fact]
    public Task A_stream_is_a_method_group() => Doubles(_graph.From(_n).Stream("x", Double));

    [Fact]
    public Task A_stream_comes_from_a_value_task() => Doubles(_graph.From(_n).Stream("x", (batch, token) => DoubleSoon(batch, token)));

    [Fact]
    public Task A_stream_comes_from_a_method_group_of_value_tasks() => Doubles(_graph.From(_n).Stream("x", DoubleSoon));

    [Fact]
    public Task A_stream_comes_from_a_task() => Doubles(_graph.From(_n).Stream("x", (batch, token) => DoubleTask(batch, token)));

    [Fact]
    public Task A_stream_comes_from_a_method_group_of_tasks() => Doubles(_graph.From(_n).Stream("x", DoubleTask));

    [Fact]
    public Task A_barrier_is_a_lambda() => Doubles(_graph.From(_n).Barrier("x", batch => batch.Select(n => 2 * n).ToArray()));

    [Fact]
    public Task A_barrier_is_a_method_group() => Doubles(_graph.From(_n).Barrier("x", Double));

    [Fact]
    public Task A_barrier_comes_from_a_value_task() => Doubles(_graph.From(_n).Barrier("x", (batch, token) => DoubleSoon(batch, token)));

    [Fact]
    public Task A_barrier_comes_from_a_method_group_of_value_tasks() => Doubles(_graph.From(_n).Barrier("x", DoubleSoon));

    [Fact]
    public Task A_barrier_comes_from_a_task() => Doubles(_graph.From(_n).Barrier("x", (batch, token) => DoubleTask(batch, token)));

    [Fact]
    public Task A_barrier_comes_from_a_method_group_of_tasks() => Doubles(_graph.From(_n).Barrier("x", DoubleTask));

    [Fact]
    public async Task No_batch_of_a_stream_is_larger_than_it_may_be()
    {
        Column<int> size = _graph.From(_n).Stream("size", batch => Enumerable.Repeat(batch.Count, batch.Count).ToArray(), new StreamOptions { MaxBatchSize = 2 });

        (await _graph.Build(10).ReadAsync(size)).Should().HaveCount(10).And.OnlyContain(count => count == 1 || count == 2);
    }

    [Fact]
    public async Task A_batch_knows_its_rows()
    {
        Column<long> streamed = _graph.From(_n).Stream("streamed", Rows);
        Column<long> atOnce = _graph.From(_n).Barrier("at once", Rows);

        List<Row> rows = await _graph.Build(10).ReadAsync();

        rows.Should().OnlyContain(row => streamed[row] == row.Index && atOnce[row] == row.Index);
    }

    [Fact]
    public async Task A_position_outside_of_a_batch_is_refused()
    {
        Column<bool> refused = _graph.From(_n).Barrier("refused", batch =>
        {
            batch.Invoking(b => b[b.Count]).Should().Throw<ArgumentOutOfRangeException>();
            batch.Invoking(b => b.RowAt(-1)).Should().Throw<ArgumentOutOfRangeException>();
            return batch.Select(_ => true).ToArray();
        });

        (await _graph.Build(4).ReadAsync(refused)).Should().Equal(true, true, true, true);
    }

    [Fact]
    public async Task A_barrier_sees_all_rows_or_those_of_its_group()
    {
        Column<int> all = _graph.From(_n).Barrier("all", batch => Enumerable.Repeat(batch.Sum(), batch.Count).ToArray());
        Column<int> group = _graph.From(_n).Barrier(
            "group", batch => Enumerable.Repeat(batch.Sum(), batch.Count).ToArray(), new BarrierOptions { Scope = BarrierScope.RowGroup });

        List<Row> rows = await _graph.Build(7).ReadAsync();

        rows.Select(row => all[row]).Should().Equal(Enumerable.Repeat(21, 7));
        rows.Select(row => group[row]).Should().Equal(3, 3, 3, 12, 12, 12, 6);
    }

    [Fact]
    public async Task A_call_that_gives_too_few_values_fails_the_run_and_says_how_many()
    {
        _graph.From(_n).Barrier("short", batch => new[] { 1, 2 });

        (await _graph.Build(4).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>())
            .WithMessage("Column 'short' failed: Column 'short' returned 2 values for 4 rows; it must return one for each, in the same order.")
            .Which.Row.Should().BeNull();
    }

    [Fact]
    public async Task A_call_that_gives_no_list_fails_the_run()
    {
        _graph.From(_n).Barrier("short", batch => (int[])null!);

        (await _graph.Build(4).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>())
            .WithMessage("*returned no list of values for 4 rows*");
    }

    [Fact]
    public async Task An_aggregate_gives_each_row_its_own_value()
    {
        Column<string> share = _graph.From(_n).Aggregate("share", () => 0, (sum, n) => sum + n, (a, b) => a + b, (sum, n) => $"{n}/{sum}");

        (await _graph.Build(7).ReadAsync(share)).Should().Equal("0/21", "1/21", "2/21", "3/21", "4/21", "5/21", "6/21");
    }

    [Fact]
    public async Task An_aggregate_gives_all_rows_one_value()
    {
        Column<double> mean = _graph.From(_n).Aggregate("mean", () => (Sum: 0, Count: 0), (s, n) => (s.Sum + n, s.Count + 1),
            (a, b) => (a.Sum + b.Sum, a.Count + b.Count), s => (double)s.Sum / s.Count);

        (await _graph.Build(7).ReadAsync(mean)).Should().Equal(Enumerable.Repeat(3.0, 7));
    }

    [Fact]
    public async Task An_aggregate_folds_rows_and_merges_groups_in_ascending_order()
    {
        Column<string> text = _graph.From(_n).Aggregate("text", () => "", (s, n) => $"{s}{n}", (a, b) => $"{a}|{b}", s => s);

        (await _graph.Build(7).ReadAsync(text)).Should().Equal(Enumerable.Repeat("012|345|6", 7));
    }

    [Fact]
    public async Task An_aggregate_may_cover_each_group_alone()
    {
        Column<int> sum = _graph.From(_n).Aggregate(
            "sum", () => 0, (s, n) => s + n, (a, b) => a + b, s => s, new BarrierOptions { Scope = BarrierScope.RowGroup });

        (await _graph.Build(7).ReadAsync(sum)).Should().Equal(3, 3, 3, 12, 12, 12, 6);
    }

    [Fact]
    public async Task Barriers_and_aggregates_see_surviving_rows_only()
    {
        _graph.Where(_n, n => n % 3 == 1);
        Column<int> count = _graph.From(_n).Barrier("count", batch => Enumerable.Repeat(batch.Count, batch.Count).ToArray());
        Column<int> sum = _graph.From(_n).Aggregate("sum", () => 0, (s, n) => s + n, (a, b) => a + b, s => s);

        List<Row> rows = await _graph.Build(9).ReadAsync();

        rows.Select(row => (row.Index, count[row], sum[row])).Should().Equal((1L, 3, 12), (4L, 3, 12), (7L, 3, 12));
    }

    private static int[] Double(IRowBatch<int> batch) => [.. batch.Select(n => 2 * n)];

    private static async ValueTask<IReadOnlyList<int>> DoubleSoon(IRowBatch<int> batch, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Double(batch);
    }

    private static Task<IReadOnlyList<int>> DoubleTask(IRowBatch<int> batch, CancellationToken cancellationToken) =>
        DoubleSoon(batch, cancellationToken).AsTask();

    private static long[] Rows(IRowBatch<int> batch) => [.. Enumerable.Range(0, batch.Count).Select(batch.RowAt)];

    private async Task Doubles(Column<int> column) =>
        (await _graph.Build(7).ReadAsync(column)).Should().Equal(0, 2, 4, 6, 8, 10, 12);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_of_a_call_go_to_their_rows_also_where_rows_between_them_are_gone(bool isList)
    {
        var graph = new GraphBuilder { RowGroupSize = 100 };
        Column<long> x = graph.Start("x", row => row);
        graph.Where(x, value => value % 5 != 1 && value is not (>= 60 and < 130));
        Column<object> name = graph.From(x).Barrier<object>("name", all =>
        {
            string[] names = [.. Enumerable.Range(0, all.Count).Select(i => $"{all[i]} at {all.RowAt(i)}")];
            return isList ? new List<object>(names) : names; // an array of strings is a list of objects
        });
        Column<object> again = graph.From(name).Stream<object>("again", batch => isList ? batch.ToList() : batch.ToArray(), new StreamOptions { MaxBatchSize = 7 });
        (await graph.Build(rowCount: 250).CollectAsync(again)).Should().HaveCount(250 - 50 - 56).And.OnlyContain(row => $"{row.Row} at {row.Row}" == (string)row.Value);
    }

    [Fact]
    public async Task Rows_read_their_values_of_an_aggregate_and_one_that_throws_ends_the_run()
    {
        (await Sums(failing: -1)).Should().HaveCount(245).And.OnlyContain(row => row.Value == Enumerable.Range(0, 250).Where(r => r % 50 != 20).Sum() - row.Row);
        Func<Task> run = () => Sums(failing: 140);
        (await run.Should().ThrowAsync<CellFailedException>()).WithInnerException<FormatException>();

        static Task<List<(long Row, long Value)>> Sums(long failing)
        {
            var graph = new GraphBuilder { RowGroupSize = 100 };
            Column<long> x = graph.Start("x", row => row);
            graph.Where(x, value => value % 50 != 20);
            Column<long> y = graph.From(x).Aggregate(
                "y", () => 0L, (sum, value) => sum + value, (a, b) => a + b, (sum, value) => value == failing ? throw new FormatException("no") : sum - value);
            return graph.Build(rowCount: 250).CollectAsync(y);
        }
    }
}
