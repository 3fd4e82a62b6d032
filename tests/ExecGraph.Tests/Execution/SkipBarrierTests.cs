using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class SkipBarrierTests
{
    [Theory]
    [InlineData(BarrierScope.Dataset)]
    [InlineData(BarrierScope.RowGroup)]
    public async Task A_barrier_sees_only_rows_whose_inputs_are_not_skipped(BarrierScope scope)
    {
        var graph = new GraphBuilder { RowGroupSize = 70 };
        Column<int> x = graph.Start("x", r => (int)r);
        graph.Where(x, v => v % 5 != 0);
        Column<int> y = graph.From(x).Cell("y", v => v);
        graph.SkipWhen(y, x, v => v % 3 == 0);
        Column<string> seen = graph.From(y).Barrier(
            "seen",
            batch => Enumerable.Range(0, batch.Count).Select(i => $"{batch.RowAt(i)}={batch[i]} of {batch.Count}").ToArray(),
            new BarrierOptions { Scope = scope });
        Column<string> after = graph.From(seen).Cell("after", s => s + "!");
        graph.SkippedValue(seen, "none");
        int[] left = [.. Enumerable.Range(0, 300).Where(v => v % 5 != 0)];
        int Count(int row) => left.Count(v => v % 3 != 0 && (scope == BarrierScope.Dataset || v / 70 == row / 70));
        List<Row> rows = await graph.Build(300).ReadAsync();
        rows.Select(row => row.Index).Should().Equal(left.Select(v => (long)v));
        rows.Select(row => (seen[row], after[row])).Should().Equal(
            left.Select(v => v % 3 == 0 ? ("none", null!) : ($"{v}={v} of {Count(v)}", $"{v}={v} of {Count(v)}!")));
        rows.Should().OnlyContain(row => row.IsSkipped(seen) == (row.Index % 3 == 0) && row.IsSkipped(after) == (row.Index % 3 == 0));
    }

    [Theory]
    [InlineData(BarrierScope.Dataset)]
    [InlineData(BarrierScope.RowGroup)]
    public async Task A_barrier_that_runs_on_skipped_inputs_sees_every_row(BarrierScope scope)
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        var options = new BarrierOptions { Scope = scope, RunsOnSkippedInputs = true };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> seen = graph.From(y).Barrier("seen", batch => batch.ToArray(), options);
        Column<int> sum = graph.From(y).Aggregate("sum", () => 0, (s, v) => s + v, (a, b) => a + b, s => s, options);
        graph.SkipWhen(y, x, v => v % 2 == 0, value: 1000);
        List<Row> rows = await graph.Build(16).ReadAsync();
        rows.Select(row => seen[row]).Should().Equal(Enumerable.Range(0, 16).Select(v => v % 2 == 0 ? 1000 : v));
        rows.Select(row => sum[row]).Should().Equal(
            Enumerable.Range(0, 16).Select(v => scope == BarrierScope.Dataset ? 8064 : v < 8 ? 4016 : 4048));
        rows.Should().OnlyContain(row => !row.IsSkipped(seen) && !row.IsSkipped(sum));
    }

    [Theory]
    [InlineData(BarrierScope.Dataset)]
    [InlineData(BarrierScope.RowGroup)]
    public async Task A_barrier_whose_rows_are_all_skipped_is_not_called(BarrierScope scope)
    {
        int calls = 0;
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        graph.SkipWhen(y, x, _ => true);
        Column<int> b = graph.From(y).Barrier<int>(
            "b",
            batch =>
            {
                Interlocked.Increment(ref calls);
                return batch.ToArray();
            },
            new BarrierOptions { Scope = scope });
        Column<int> sum = graph.From(y).Aggregate(
            "sum",
            () => 0,
            (_, _) => Interlocked.Increment(ref calls),
            (_, _) => 0,
            (int _) => Interlocked.Increment(ref calls),
            new BarrierOptions { Scope = scope });
        graph.SkippedValue(b, -1);
        List<Row> rows = await graph.Build(50).ReadAsync();
        rows.Should().HaveCount(50).And.OnlyContain(row => row.IsSkipped(b) && b[row] == -1 && row.IsSkipped(sum) && sum[row] == 0);
        calls.Should().Be(0);
    }

    [Theory]
    [InlineData(BarrierScope.Dataset)]
    [InlineData(BarrierScope.RowGroup)]
    public async Task A_barriers_own_predicate_keeps_rows_from_its_call(BarrierScope scope)
    {
        int asked = 0;
        var limiter = new Limiter("one") { MaxConcurrency = 1 };
        var graph = new GraphBuilder { RowGroupSize = 30 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> skip = graph.From(x).Cell("skip", v => v % 4);
        Column<int> size = graph.From(x).Barrier<int>(
            "size",
            async (batch, _) =>
            {
                await Task.Yield();
                return batch.Select(_ => batch.Count).ToArray();
            },
            new BarrierOptions { Scope = scope, Limiter = limiter });
        Column<int> sum = graph.From(x).Aggregate("sum", () => 0, (s, v) => s + v, (a, b) => a + b, (s, v) => s - v, new BarrierOptions { Scope = scope });
        graph.SkipWhen(size, skip, s =>
        {
            Interlocked.Increment(ref asked);
            limiter.CurrentConcurrency.Should().BeLessThanOrEqualTo(1);
            return s == 1;
        }, value: -1);
        graph.SkipWhen(size, skip, s => s == 2, value: -2);
        graph.SkipWhen(sum, skip, s => s == 3);
        graph.SkippedValue(sum, -3);
        graph.Output(x, size, sum);
        int Size(int row) => Enumerable.Range(0, 100).Count(v => v % 4 is 0 or 3 && (scope == BarrierScope.Dataset || v / 30 == row / 30));
        int Sum(int row) => Enumerable.Range(0, 100).Where(v => v % 4 != 3 && (scope == BarrierScope.Dataset || v / 30 == row / 30)).Sum();
        List<Row> rows = await graph.Build(100).ReadAsync();
        rows.Select(row => (size[row], sum[row])).Should().Equal(Enumerable.Range(0, 100).Select(v => (
            v % 4 is 1 or 2 ? -(v % 4) : Size(v),
            v % 4 == 3 ? -3 : Sum(v) - v)));
        rows.Should().OnlyContain(row => row.IsSkipped(size) == (row.Index % 4 == 1 || row.Index % 4 == 2) && row.IsSkipped(sum) == (row.Index % 4 == 3));
        asked.Should().Be(100);
    }

    [Theory]
    [InlineData(BarrierScope.Dataset)]
    [InlineData(BarrierScope.RowGroup)]
    public async Task A_predicate_of_a_barrier_that_throws_names_the_row_and_is_not_asked_again(BarrierScope scope)
    {
        int asked = 0;
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> b = graph.From(x).Barrier(
            "b", batch => batch.ToArray(), new BarrierOptions { Scope = scope, Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.Zero } });
        graph.SkipWhen(b, x, v => v == 21 && Interlocked.Increment(ref asked) > 0 ? throw new FormatException("row 21") : false);
        CellFailedException failure = (await graph.Build(40).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>()).Which;
        (failure.Row, failure.Column, asked).Should().Be((21L, "b", 1));
    }

    [Fact]
    public async Task A_barrier_that_is_called_again_asks_no_predicate_again()
    {
        int asked = 0;
        int calls = 0;
        var options = new BarrierOptions { Scope = BarrierScope.RowGroup, Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.Zero } };
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> b = graph.From(x).Barrier("b", batch => ++calls < 3 ? throw new FormatException("again") : batch.ToArray(), options);
        graph.SkipWhen(b, x, v =>
        {
            asked++;
            return v % 2 == 0;
        }, value: -1);
        (await graph.Build(10).ReadAsync(b)).Should().Equal(-1, 1, -1, 3, -1, 5, -1, 7, -1, 9);
        (asked, calls).Should().Be((10, 3));
    }

    [Fact]
    public async Task Skips_outlast_parking_through_every_stage()
    {
        var graph = new GraphBuilder { RowGroupSize = 9 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v);
        Column<int> rank = graph.From(x).Barrier("rank", batch => batch.ToArray());
        Column<int> again = graph.From(rank).Barrier("again", batch => batch.ToArray());
        Column<int> late = graph.From(again, y).Cell("late", (a, b) => a + b);
        Column<int> last = graph.From(late).Barrier("last", batch => batch.Select(_ => batch.Count).ToArray());
        graph.SkipWhen(y, x, v => v % 2 == 0, value: -1);
        graph.Where(again, v => v % 3 != 0);
        List<Row> rows = await graph.Build(100).ReadAsync(new RunOptions { MaxActiveRowGroups = 2 });
        rows.Should().HaveCount(66).And.OnlyContain(row => row.IsSkipped(y) == (row.Index % 2 == 0));
        rows.Select(row => (row.Index, late[row], last[row])).Should().Equal(
            Enumerable.Range(0, 100).Where(v => v % 3 != 0).Select(v => ((long)v, v % 2 == 0 ? 0 : 2 * v, v % 2 == 0 ? 0 : 33)));
    }

    [Fact]
    public async Task A_filter_of_a_barrier_column_is_asked_about_skipped_cells_too()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> b = graph.From(x).Barrier("b", batch => batch.ToArray());
        graph.SkipWhen(b, x, v => v % 2 == 0, value: -1);
        graph.Where(b, v => v != -1 && v % 3 != 0);
        graph.Output(x); // nothing but the filter reads the column
        (await graph.Build(20).ReadAsync(x)).Should().Equal(1, 5, 7, 11, 13, 17, 19);
    }

    [Fact]
    public async Task An_aggregate_without_inputs_again_passes_over_skipped_rows()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> gate = graph.From(x).Cell("gate", v => v);
        Column<int> sum = graph.From(x).Aggregate("sum", () => 0, (s, v) => s + v, (a, b) => a + b, s => s);
        graph.SkipWhen(sum, gate, v => v >= 10, value: -1);
        graph.Output(sum);
        (await graph.Build(20).ReadAsync(sum)).Should().Equal([.. Enumerable.Repeat(45, 10), .. Enumerable.Repeat(-1, 10)]);
    }

    [Fact]
    public void What_a_barrier_sees_does_not_depend_on_when_rows_were_skipped()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var host = new VirtualTimeHost();
            var graph = new GraphBuilder { RowGroupSize = 16 };
            var seen = new List<string>();
            Column<long> x = graph.Start("x", async context =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds((ulong)context.Seed % 1000), context.TimeProvider, context.CancellationToken);
                return context.Row;
            });
            Column<long> y = graph.From(x).Cell("y", v => v);
            graph.SkipWhen(y, x, v => v % 3 == 0);
            Column<long> slow = graph.From(x).Cell("slow", async (v, context) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds((ulong)context.Seed % 5000), context.TimeProvider, context.CancellationToken);
                return v;
            });
            graph.Where(slow, v => v % 4 != 1);
            graph.From(y).Barrier(
                "b",
                batch =>
                {
                    seen.Add(string.Join(' ', batch));
                    return batch.ToArray();
                },
                new BarrierOptions { Scope = BarrierScope.RowGroup });
            host.Run(graph.Build(64).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider, Seed = seed }));
            seen.Should().BeEquivalentTo(
                Enumerable.Range(0, 4).Select(g => string.Join(' ', Enumerable.Range(g * 16, 16).Where(v => v % 3 != 0 && v % 4 != 1))));
        }
    }
}
