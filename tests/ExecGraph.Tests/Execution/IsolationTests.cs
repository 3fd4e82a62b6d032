using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class IsolationTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Theory]
    [InlineData("sync")]
    [InlineData("prefix")]
    [InlineData("async")]
    [InlineData("stream")]
    public async Task What_a_cell_puts_into_an_async_local_does_not_reach_another_cell(string kind)
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<string?>();
        void Touch()
        {
            seen.Add(Ambient.Value);
            Ambient.Value = "leaked";
        }

        Ambient.Value = "the caller's";
        var graph = new GraphBuilder { RowGroupSize = 50 };
        Column<long> x = graph.Start("x", r => r);
        _ = kind switch
        {
            "sync" => graph.From(x).Cell("y", v =>
            {
                Touch();
                return v;
            }),
            "prefix" => graph.From(x).Cell("y", (v, _) =>
            {
                Touch();
                return new ValueTask<long>(v);
            }),
            "async" => graph.From(x).Cell("y", async (v, _) =>
            {
                await Task.Yield();
                Touch();
                return v;
            }),
            _ => graph.From(x).Stream("y", batch =>
            {
                Touch();
                return batch.ToArray();
            }),
        };
        ExecutionGraph table = graph.Build(200);
        Task<RunReport> run = table.ToEndAsync();
        Ambient.Value = "changed after the start";
        await run;
        seen.Should().OnlyContain(value => value == "the caller's").And.NotBeEmpty();
    }

    [Fact]
    public async Task What_a_filter_or_an_aggregate_puts_into_an_async_local_reaches_nobody()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<string?>();
        T Leak<T>(T value)
        {
            Ambient.Value = "leaked";
            return value;
        }

        T Touch<T>(T value)
        {
            seen.Add(Ambient.Value);
            return Leak(value);
        }

        Ambient.Value = "the caller's";
        var graph = new GraphBuilder { RowGroupSize = 50 };
        Column<long> x = graph.Start("x", r => r);
        graph.Where(x, v => Touch(v >= 0));
        Column<long> total = graph.From(x).Aggregate("total", () => Touch(0L), (s, v) => Leak(s + v), (a, b) => Leak(a + b), (s, v) => Touch(s + v));
        graph.From(total).Cell("y", Touch);
        await graph.Build(200).ToEndAsync(new RunOptions { Workers = 1 });
        seen.Should().OnlyContain(value => value == "the caller's").And.NotBeEmpty();
    }

    [Fact]
    public async Task Cells_that_end_on_a_foreign_thread_keep_the_run_going()
    {
        var ends = new System.Collections.Concurrent.BlockingCollection<TaskCompletionSource<long>>();
        var thread = new Thread(() =>
        {
            foreach (TaskCompletionSource<long> end in ends.GetConsumingEnumerable())
                end.SetResult(1);
        });
        thread.Start();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", (_, _) =>
        {
            var end = new TaskCompletionSource<long>();
            ends.Add(end, CancellationToken.None);
            return end.Task;
        });
        Column<long> y = graph.From(x).Cell("y", v => v + 1);
        (await graph.Build(5_000).CollectAsync(y)).Should().OnlyContain(row => row.Value == 2).And.HaveCount(5_000);
        ends.CompleteAdding();
        thread.Join();
    }

    [Fact]
    public async Task A_cell_may_end_another_one_within_its_body()
    {
        var waiting = new TaskCompletionSource<int>[1000];
        for (int i = 0; i < waiting.Length; i++)
            waiting[i] = new TaskCompletionSource<int>();
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", (r, _) => waiting[r].Task);
        graph.Start("y", r =>
        {
            waiting[r].SetResult((int)r);
            return r;
        });
        (await graph.Build(1000).CollectAsync(x, new RunOptions { MaxConcurrentCells = 1000 })).Select(row => row.Value).Should().Equal(Enumerable.Range(0, 1000));
    }

    [Fact]
    public async Task A_graph_can_run_many_times_side_by_side()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", async (r, _) =>
        {
            await Task.Yield();
            return r;
        });
        Column<long> total = graph.From(x).Aggregate("total", () => 0L, (s, v) => s + v, (a, b) => a + b, s => s);
        ExecutionGraph table = graph.Build(95);
        List<(long, long)>[] tables = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => table.CollectAsync(total)));
        tables.Should().OnlyContain(rows => rows.Count == 95 && rows.All(row => row.Item2 == 95 * 94 / 2));
    }
}
