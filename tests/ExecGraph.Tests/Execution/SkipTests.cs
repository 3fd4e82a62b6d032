using System.Collections.Concurrent;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class SkipTests
{
    private static readonly int[] GroupSizes = [1, 7, 64, 100, 1024];

    public static TheoryData<int> Sizes => [.. GroupSizes];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_skipped_cell_is_not_called_has_its_value_and_lets_the_row_live(int groupSize)
    {
        var ran = new ConcurrentBag<int>();
        var graph = new GraphBuilder { RowGroupSize = groupSize };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v =>
        {
            ran.Add(v);
            return v * 10;
        });
        graph.SkipWhen(y, x, v => v % 3 == 0, value: -1);
        List<Row> rows = await graph.Build(200).ReadAsync();
        rows.Select(row => y[row]).Should().Equal(Enumerable.Range(0, 200).Select(v => v % 3 == 0 ? -1 : v * 10));
        rows.Select(row => row.IsSkipped(y)).Should().Equal(Enumerable.Range(0, 200).Select(v => v % 3 == 0));
        rows.Should().OnlyContain(row => !row.IsSkipped(x));
        ran.Order().Should().Equal(Enumerable.Range(0, 200).Where(v => v % 3 != 0));
    }

    [Fact]
    public async Task Dependents_are_skipped_too_with_their_own_value_else_the_default()
    {
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<string> text = graph.From(x).Cell("text", v => $"{v}");
        Column<int> length = graph.From(text).Cell("length", t => t.Length);
        Column<string> both = graph.From(text, length).Cell("both", async (t, l, _) =>
        {
            await Task.Yield();
            return $"{t}:{l}";
        });
        graph.SkipWhen(text, x, v => v >= 10);
        graph.SkippedValue(length, -7);
        List<Row> rows = await graph.Build(40).ReadAsync();
        rows.Select(row => (text[row], length[row], both[row])).Should().Equal(
            Enumerable.Range(0, 40).Select(v => v < 10 ? ($"{v}", 1, $"{v}:1") : (null!, -7, null!)));
        rows.Should().OnlyContain(row => row.IsSkipped(text) == row.Index >= 10 && row.IsSkipped(length) == row.Index >= 10 && row.IsSkipped(both) == row.Index >= 10);
    }

    [Fact]
    public async Task A_predicate_without_a_value_gives_the_skipped_value_of_its_column()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        graph.SkippedValue(y, 1);
        graph.SkipWhen(y, x, v => v == 3);
        graph.SkipWhen(y, x, v => v == 4, value: 44);
        graph.SkippedValue(y, 33);
        (await graph.Build(6).ReadAsync(y)).Should().Equal(0, 1, 2, 33, 44, 5);
    }

    [Fact]
    public async Task A_column_that_runs_on_skipped_inputs_runs_on_their_values_and_passes_nothing_on()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        var options = new CellOptions { RunsOnSkippedInputs = true };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> opted = graph.From(x, y).Cell("opted", (a, b) => a + b, options);
        Column<int> stream = graph.From(y).Stream("stream", batch => batch.Select(v => v + 1).ToArray(), new StreamOptions { RunsOnSkippedInputs = true });
        Column<int> after = graph.From(opted, stream).Cell("after", (a, b) => a + b);
        graph.SkipWhen(y, x, v => v % 2 == 0, value: 1000);
        List<Row> rows = await graph.Build(30).ReadAsync();
        rows.Should().OnlyContain(row => !row.IsSkipped(opted) && !row.IsSkipped(stream) && !row.IsSkipped(after));
        rows.Select(row => (opted[row], stream[row])).Should().Equal(
            Enumerable.Range(0, 30).Select(v => v % 2 == 0 ? (v + 1000, 1001) : (v + v, v + 1)));
    }

    [Fact]
    public async Task A_column_that_runs_on_skipped_inputs_may_be_skipped_for_its_own_reason()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> z = graph.From(y).Cell("z", v => v, new CellOptions { RunsOnSkippedInputs = true });
        graph.SkipWhen(y, x, v => v < 4, value: -1);
        graph.SkipWhen(z, x, y, (a, b) => a < 2 && b == -1, value: -2);
        List<Row> rows = await graph.Build(6).ReadAsync();
        rows.Select(row => z[row]).Should().Equal(-2, -2, -1, -1, 4, 5);
        rows.Select(row => row.IsSkipped(z)).Should().Equal(true, true, false, false, false, false);
    }

    [Fact]
    public async Task Of_several_predicates_the_first_that_says_yes_gives_the_value()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.Start("y", r => (int)r * 2);
        Column<int> z = graph.Start("z", r => (int)r * 3);
        Column<string> text = graph.From(x).Cell("text", v => $"{v}");
        graph.SkipWhen(text, x, v => v == 0, "zero");
        graph.SkipWhen(text, x, y, (a, b) => a + b < 6, "two");
        graph.SkipWhen(text, x, y, z, (a, b, c) => a + b + c < 18, "three");
        (await graph.Build(5).ReadAsync(text)).Should().Equal("zero", "two", "three", "3", "4");
    }

    [Fact]
    public async Task What_a_predicate_alone_reads_is_a_dependency_whose_skips_do_not_pass_on()
    {
        var graph = new GraphBuilder { RowGroupSize = 4 };
        var seen = new ConcurrentBag<int>();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> gate = graph.From(x).Cell("gate", async (v, _) =>
        {
            await Task.Yield();
            return v;
        });
        Column<int> y = graph.From(x).Cell("y", v => v);
        graph.SkipWhen(gate, x, v => v % 2 == 0, value: -1);
        graph.SkipWhen(y, gate, v =>
        {
            seen.Add(v);
            return v == 5;
        });
        ExecutionGraph table = graph.Build(10);
        List<Row> rows = await table.ReadAsync();
        rows.Where(row => row.IsSkipped(y)).Select(row => row.Index).Should().Equal(5);
        rows.Where(row => row.IsSkipped(gate)).Select(row => row.Index).Should().Equal(0, 2, 4, 6, 8);
        seen.Order().Should().Equal(-1, -1, -1, -1, -1, 1, 3, 5, 7, 9);
        table.GetDependencies(NodeId.Cell(3, "y")).Should().Equal(NodeId.Cell(3, "x"), NodeId.Cell(3, "gate"));
        table.GetColumn("y").Dependencies.Should().Equal("x");
        table.GetColumn("y").SkipDependencies.Should().Equal("gate");
    }

    [Fact]
    public async Task A_predicate_is_asked_once_for_each_cell_and_never_where_an_input_is_skipped()
    {
        var asked = new ConcurrentBag<(string, long)>();
        var graph = new GraphBuilder { RowGroupSize = 32 };
        Column<long> x = graph.Start("x", r => r);
        Column<long> y = graph.From(x).Cell("y", async (v, _) =>
        {
            await Task.Yield();
            return v;
        });
        Column<long> z = graph.From(x, y).Cell(
            "z",
            (v, _, context) => context.Attempt > 1 || v % 5 != 0 ? v : throw new FormatException("once"),
            new CellOptions { Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.Zero } });
        graph.SkipWhen(y, x, v =>
        {
            asked.Add(("y", v));
            return v % 3 == 0;
        });
        graph.SkipWhen(z, x, y, (v, _) =>
        {
            asked.Add(("z", v));
            return v % 7 == 0;
        });
        RunReport report = await graph.Build(1000).ToEndAsync(new RunOptions { Workers = 3 });
        asked.Should().OnlyHaveUniqueItems();
        asked.Where(a => a.Item1 == "y").Should().HaveCount(1000);
        asked.Where(a => a.Item1 == "z").Select(a => a.Item2).Order().Should().Equal(Enumerable.Range(0, 1000).Where(v => v % 3 != 0).Select(v => (long)v));
        report.Columns.Single(column => column.Name == "z").Retries.Should().Be(Enumerable.Range(0, 1000).Count(v => v % 3 != 0 && v % 7 != 0 && v % 5 == 0));
    }

    [Fact]
    public async Task Skips_are_counted_apart_from_cells_and_failures()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> z = graph.From(y).Barrier("z", batch => batch.ToArray());
        graph.SkipWhen(y, x, v => v < 30);
        await using GraphRun run = graph.Build(100).Run(new RunOptions { Output = OutputOrder.None });
        RunReport report = await run.Completion.WaitAsync(Runs.Hang);
        report.Columns.Select(column => (column.Name, column.Cells, column.Skipped, column.Failures, column.Retries)).Should().Equal(
            ("x", 100, 0, 0, 0), ("y", 70, 30, 0, 0), ("z", 70, 30, 0, 0));
        (report.Cells, report.SkippedCells, report.Rows, report.FilteredRows).Should().Be((240, 60, 100, 0));
        RunProgress end = run.Snapshot();
        (end.CellsCompleted, end.CellsSkipped, end.CellCount).Should().Be((240, 60, 300));
    }

    [Fact]
    public async Task A_predicate_that_throws_fails_its_cell_without_another_attempt()
    {
        int asked = 0;
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v, new CellOptions { Retry = new RetryOptions { MaxAttempts = 5, Delay = TimeSpan.Zero } });
        graph.SkipWhen(y, x, v => v != 70 ? false : Interlocked.Increment(ref asked) > 0 ? throw new FormatException("seventy") : true);
        CellFailedException failure = (await graph.Build(100).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        (failure.Row, failure.Column, failure.Attempts, asked).Should().Be((70L, "y", 1, 1));
        failure.InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public async Task What_a_predicate_does_to_the_execution_context_reaches_nothing_else()
    {
        var local = new AsyncLocal<int> { Value = 1 };
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", _ => local.Value);
        graph.SkipWhen(y, x, v =>
        {
            local.Value.Should().Be(1);
            local.Value = 2 + v;
            return v % 2 == 0;
        });
        (await graph.Build(200).ReadAsync(y)).Should().OnlyContain(v => v == 1 || v == 0);
    }

    [Fact]
    public async Task A_skipped_cells_value_is_filtered_like_any_other()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        graph.SkipWhen(y, x, v => v % 2 == 0, value: -1);
        graph.SkipWhen(y, x, v => v % 3 == 0, value: 1);
        graph.Where(y, v => v > 0);
        RunReport report = await graph.Build(60).ToEndAsync();
        (report.Rows, report.FilteredRows, report.SkippedCells).Should().Be((30, 30, 10));
    }

    [Fact]
    public async Task Skipping_a_call_skips_every_output_and_a_side_output_passes_on_like_its_producer()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<int> x = graph.Start("x", r => (int)r);
        (Column<int> a, Column<string> b, Column<double> c) = graph.From(x).Cell("a", "b", "c", v => (v, $"{v}", v / 2.0));
        Column<string> after = graph.From(b).Cell("after", t => t + "!");
        graph.SkipWhen(b, x, v => v == 1, "one");
        graph.SkipWhen(a, x, v => v == 2, 22);
        graph.SkippedValue(c, double.NaN);
        List<Row> rows = await graph.Build(4).ReadAsync();
        rows.Select(row => (a[row], b[row], c[row], after[row])).Should().Equal(
            (0, "0", 0.0, "0!"), (0, "one", double.NaN, null!), (22, null!, double.NaN, null!), (3, "3", 1.5, "3!"));
        rows.Should().OnlyContain(row => new IColumn[] { a, b, c, after }.All(column => row.IsSkipped(column) == (row.Index == 1 || row.Index == 2)));
    }

    [Fact]
    public async Task Skips_are_told_of_the_rows_that_are_left_after_drops()
    {
        var graph = new GraphBuilder { RowGroupSize = 100 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> hidden = graph.From(y).Cell("hidden", v => v);
        Column<int> z = graph.From(hidden).Cell("z", v => v);
        graph.Where(x, v => v % 3 != 1);
        graph.SkipWhen(y, x, v => v % 5 == 0);
        graph.Output(y, z);
        List<Row> rows = await graph.Build(330).ReadAsync();
        rows.Should().HaveCount(220).And.OnlyContain(row => row.IsSkipped(y) == (row.Index % 5 == 0) && row.IsSkipped(z) == (row.Index % 5 == 0));
        rows[0].Invoking(row => row.IsSkipped(hidden)).Should().Throw<KeyNotFoundException>().WithMessage("*not kept*");
        Column<int> foreign = new GraphBuilder().Start("foreign", _ => 0);
        rows[0].Invoking(row => row.IsSkipped(foreign)).Should().Throw<KeyNotFoundException>().WithMessage("*no column 'foreign'*");
    }

    [Fact]
    public async Task A_long_chain_of_skipped_columns_is_settled_without_nesting()
    {
        var graph = new GraphBuilder { RowGroupSize = 64 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> last = x;
        var columns = new List<Column<int>>();
        for (int i = 0; i < 1000; i++)
        {
            last = i % 3 == 0
                ? graph.From(last).Cell($"c{i}", (v, _) => new ValueTask<int>(v + 1))
                : graph.From(last).Cell($"c{i}", v => v + 1);
            columns.Add(last);
        }

        graph.SkipWhen(columns[0], x, v => v % 2 == 0);
        List<Row> rows = await graph.Build(128).ReadAsync();
        rows.Select(row => last[row]).Should().Equal(Enumerable.Range(0, 128).Select(v => v % 2 == 0 ? 0 : v + 1000));
        rows.Should().OnlyContain(row => columns.TrueForAll(column => row.IsSkipped(column) == (row.Index % 2 == 0)));
    }

    [Fact]
    public void A_skipped_cell_takes_neither_permit_nor_time()
    {
        var host = new VirtualTimeHost();
        var limiter = new Limiter("one") { MaxConcurrency = 1 };
        int most = 0;
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<long> x = graph.Start("x", r => r);
        Column<long> y = graph.From(x).Cell(
            "y",
            async (v, context) =>
            {
                most = Math.Max(most, limiter.CurrentConcurrency);
                await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, context.CancellationToken);
                return v;
            },
            new CellOptions { Limiter = limiter });
        Column<long> z = graph.From(y).Cell("z", (v, context) => new ValueTask<long>(v), new CellOptions { Limiter = limiter });
        graph.SkipWhen(y, x, v =>
        {
            limiter.CurrentConcurrency.Should().BeLessThanOrEqualTo(1);
            return v % 10 != 0;
        });
        RunReport report = host.Run(graph.Build(200).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider }));
        report.Elapsed.Should().Be(TimeSpan.FromSeconds(20));
        report.SkippedCells.Should().Be(360);
        most.Should().Be(1);
    }

    [Fact]
    public void Cells_are_skipped_while_every_permit_is_taken()
    {
        var host = new VirtualTimeHost();
        var limiter = new Limiter("one") { MaxConcurrency = 1 };
        var skipped = new List<TimeSpan>();
        DateTimeOffset begun = host.TimeProvider.GetUtcNow();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", r => r);
        Column<long> y = graph.From(x).Cell(
            "y",
            async (v, context) =>
            {
                await Task.Delay(TimeSpan.FromHours(1), context.TimeProvider, context.CancellationToken);
                return v;
            },
            new CellOptions { Limiter = limiter });
        Column<long> z = graph.From(y).Cell(
            "z",
            v =>
            {
                if (v < 0)
                    skipped.Add(host.TimeProvider.GetUtcNow() - begun);
                return v;
            },
            new CellOptions { RunsOnSkippedInputs = true });
        graph.SkipWhen(y, x, v => v != 0, value: -1);
        host.Run(graph.Build(50).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider }));
        skipped.Should().HaveCount(49).And.OnlyContain(at => at == TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Rows_behind_skipped_ones_of_an_order_dependent_column_go_on(int groupSize)
    {
        var order = new List<long>();
        var graph = new GraphBuilder { RowGroupSize = groupSize };
        Column<long> x = graph.Start("x", async (r, _) =>
        {
            if (r % 3 == 0)
                await Task.Yield();
            return r;
        });
        Column<long> y = graph.From(x).Cell(
            "y",
            async (v, _) =>
            {
                order.Add(v);
                await Task.Yield();
                return v;
            },
            new CellOptions { IsOrderDependent = true });
        graph.SkipWhen(y, x, v => v % 4 < 2, value: -1);
        (await graph.Build(300).ReadAsync(y)).Should().Equal(Enumerable.Range(0, 300).Select(v => v % 4 < 2 ? -1L : v));
        order.Should().Equal(Enumerable.Range(0, 300).Where(v => v % 4 >= 2).Select(v => (long)v));
    }

    [Fact]
    public void A_row_that_is_skipped_last_frees_the_rows_behind_it()
    {
        var host = new VirtualTimeHost();
        var graph = new GraphBuilder();
        var order = new List<long>();
        Column<long> x = graph.Start("x", async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(100 - context.Row), context.TimeProvider, context.CancellationToken);
            return context.Row;
        });
        Column<long> y = graph.From(x).Cell(
            "y",
            v =>
            {
                order.Add(v);
                return v;
            },
            new CellOptions { IsOrderDependent = true });
        graph.SkipWhen(y, x, v => v < 5);
        host.Run(graph.Build(10).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider })).SkippedCells.Should().Be(5);
        order.Should().Equal(5, 6, 7, 8, 9);
    }

    [Fact]
    public async Task A_stream_sees_the_rows_that_are_left_and_flushes_its_tail_when_the_others_are_skipped()
    {
        var sizes = new ConcurrentBag<int>();
        var graph = new GraphBuilder { RowGroupSize = 50 };
        Column<int> x = graph.Start("x", async (r, _) =>
        {
            await Task.Yield();
            return (int)r;
        });
        Column<int> y = graph.From(x).Stream(
            "y",
            batch =>
            {
                sizes.Add(batch.Count);
                return batch.Select((v, i) => batch.RowAt(i) == v ? v + 1 : -100).ToArray();
            },
            new StreamOptions { MaxBatchSize = 20, MinBatchSize = 20 });
        graph.SkipWhen(y, x, v => v % 10 == 9, value: -1);
        (await graph.Build(250).ReadAsync(y, new RunOptions { MaxActiveRowGroups = 5 })).Should().Equal(
            Enumerable.Range(0, 250).Select(v => v % 10 == 9 ? -1 : v + 1));
        sizes.Order().Should().Equal([5, .. Enumerable.Repeat(20, 11)]);
    }

    [Fact]
    public void A_stream_that_waits_for_rows_begins_when_the_rest_is_skipped()
    {
        var host = new VirtualTimeHost();
        var sizes = new List<int>();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(context.Row), context.TimeProvider, context.CancellationToken);
            return context.Row;
        });
        Column<long> y = graph.From(x).Stream(
            "y",
            batch =>
            {
                sizes.Add(batch.Count);
                return batch.ToArray();
            },
            new StreamOptions { MinBatchSize = 64 });
        graph.SkipWhen(y, x, v => v > 3);
        host.Run(graph.Build(10).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider })).Rows.Should().Be(10);
        sizes.Should().Equal(4);
    }

    [Fact]
    public async Task A_start_column_can_be_skipped_by_another_and_so_can_a_list()
    {
        var ran = new ConcurrentBag<long>();
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<bool> wanted = graph.Start("wanted", r => r % 2 == 1);
        Column<long> start = graph.Start("start", r =>
        {
            ran.Add(r);
            return r;
        });
        Column<int> list = graph.Source("list", Enumerable.Range(100, 20).ToArray());
        graph.SkipWhen(start, wanted, w => !w, value: -1);
        graph.SkipWhen(list, wanted, w => w, value: -2);
        List<Row> rows = await graph.Build().ReadAsync();
        rows.Select(row => (start[row], list[row])).Should().Equal(
            Enumerable.Range(0, 20).Select(r => r % 2 == 1 ? (r, -2) : (-1L, r + 100)));
        ran.Order().Should().Equal(Enumerable.Range(0, 20).Where(r => r % 2 == 1).Select(r => (long)r));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(128)]
    public async Task Rows_of_a_source_can_be_skipped_on_their_way_also_in_the_last_group(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 64 };
        Column<int> x = graph.Source("x", Endless().Take(rows));
        Column<long> start = graph.Start("start", r => r);
        Column<int> y = graph.From(x, start).Cell("y", (v, _) => v);
        Column<int> z = graph.From(y).Stream("z", batch => batch.ToArray());
        Column<int> count = graph.From(z).Aggregate("count", () => new int[1], (n, _) => [n[0] + 1], (a, b) => [a[0] + b[0]], n => n[0]);
        graph.SkipWhen(y, x, v => v % 4 != 3, value: -1);
        graph.SkipWhen(start, x, v => v % 2 == 1);
        graph.SkippedValue(count, -5);
        List<Row> all = await graph.Build().ReadAsync();
        all.Select(row => (y[row], row.IsSkipped(y))).Should().Equal(
            Enumerable.Range(0, rows).Select(v => v % 2 == 1 ? (0, true) : (-1, true)));
        all.Should().OnlyContain(row => row.IsSkipped(z) && count[row] == -5 && row.IsSkipped(count));
    }

    [Fact]
    public async Task Class_based_generators_are_skipped_like_any_other()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        graph.Start("x", r => r);
        graph.Add<long>(new ColumnDescriptor("double") { Dependencies = ["x"], Generator = new Doubling("x") });
        Column<long> twice = graph.Add<long>(new ColumnDescriptor("twice") { Dependencies = ["double"], Generator = new Doubling("double") });
        Column<long> opted = graph.Add<long>(new ColumnDescriptor("opted") { Dependencies = ["double"], Generator = new Doubling("double", runsOnSkippedInputs: true) });
        graph.SkipWhen(graph.GetColumn<long>("double"), graph.GetColumn<long>("x"), v => v == 3, value: -1);
        graph.SkippedValue(twice, -9);
        List<Row> rows = await graph.Build(5).ReadAsync();
        rows.Select(row => (twice[row], opted[row])).Should().Equal((0, 0), (4, 4), (8, 8), (-9, -2), (16, 16));
    }

    private static IEnumerable<int> Endless()
    {
        for (int i = 0; ; i++)
            yield return i;
    }

    private sealed class Doubling(string input, bool runsOnSkippedInputs = false) : CellGenerator<long>
    {
        public override CellOptions Options { get; } = new() { RunsOnSkippedInputs = runsOnSkippedInputs };

        protected internal override ValueTask<long> GenerateAsync(CellInputs inputs, CellContext context) => new(inputs.Get<long>(input) * 2);
    }
}
