using System.Threading.Channels;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class SourceTests
{
    private static readonly int[] Numbers = [.. Enumerable.Range(0, 150)];

    public static TheoryData<string, int> Kinds
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string kind in new[] { "list", "enumerable", "async", "channel" })
            {
                foreach (int rows in new[] { 0, 1, 64, 100, 150 })
                    data.Add(kind, rows);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_table_has_as_many_rows_as_its_source(string kind, int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 50 };
        Column<int> x = Source(graph, kind, rows);
        long most = -1;
        Column<long> index = graph.Start("index", r =>
        {
            Interlocked.Exchange(ref most, Math.Max(Interlocked.Read(ref most), r));
            return r;
        });
        Column<long> sum = graph.From(x, index).Cell("sum", (a, b) => a + b);
        Column<int> group = graph.From(x).Barrier("group", batch => Enumerable.Repeat(batch.Count, batch.Count).ToArray(), new BarrierOptions { Scope = BarrierScope.RowGroup });
        Column<int> all = graph.From(x, group).Barrier("all", batch => Enumerable.Repeat(batch.Count, batch.Count).ToArray());
        Column<int> total = graph.From(x).Aggregate("total", () => 0, (s, v) => s + v, (a, b) => a + b, s => s);
        ExecutionGraph table = graph.Build();
        (await table.CollectAsync(sum)).Should().Equal(Enumerable.Range(0, rows).Select(r => ((long)r, 2L * r)));
        if (kind == "channel" || rows == 0)
            return; // read once, or nothing to look at
        (await table.CollectAsync(all)).Should().OnlyContain(row => row.Value == rows);
        (await table.CollectAsync(total)).Should().OnlyContain(row => row.Value == rows * (rows - 1) / 2);
        (await table.CollectAsync(group)).Should().OnlyContain(row => row.Value == Math.Min(50, rows - row.Row / 50 * 50));
        most.Should().Be(rows - 1, "no start cell runs beyond the end");
    }

    [Fact]
    public async Task Rows_that_are_given_up_before_they_are_read_are_read_over()
    {
        var second = new TaskCompletionSource();
        async IAsyncEnumerable<int> Slow()
        {
            await second.Task; // the first row group has gone by then
            for (int i = 0; i < 20; i++)
                yield return i;
        }

        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> slow = graph.Source("slow", Slow());
        Column<long> other = graph.Start("other", row => row >= 10 && second.TrySetResult() ? row : row);
        graph.Where(other, row => row >= 10);
        Column<long> sum = graph.From(slow, other).Cell("sum", (a, b) => a + b);
        (await graph.Build(20).CollectAsync(sum, new RunOptions { MaxActiveRowGroups = 1 })).Should().Equal(Enumerable.Range(10, 10).Select(row => ((long)row, 2L * row)));
    }

    [Fact]
    public async Task A_row_is_worked_on_before_the_next_one_arrives()
    {
        var channel = Channel.CreateUnbounded<int>();
        var worked = Channel.CreateUnbounded<int>();
        var graph = new GraphBuilder();
        Column<int> x = graph.Source("x", channel.Reader);
        graph.From(x).Cell("y", v =>
        {
            worked.Writer.TryWrite(v);
            return v;
        });
        Task<RunReport> run = graph.Build().RunAsync();
        for (int i = 0; i < 5; i++)
        {
            channel.Writer.TryWrite(i);
            (await worked.Reader.ReadAsync().AsTask().WaitAsync(Runs.Hang)).Should().Be(i);
        }

        channel.Writer.Complete();
        (await run.WaitAsync(Runs.Hang)).Rows.Should().Be(5);
    }

    [Fact]
    public async Task A_source_is_read_no_further_ahead_than_the_admitted_groups()
    {
        int read = 0;
        IEnumerable<int> Endless()
        {
            while (true)
                yield return read++;
        }

        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> x = graph.Source("x", Endless());
        await using GraphRun run = graph.Build().Run(new RunOptions { MaxActiveRowGroups = 2, MaxBufferedRowGroups = 3 });
        await foreach (RowGroup group in run.RowGroups)
        {
            read.Should().BeLessThanOrEqualTo((int)group.FirstRow + 10 * 7);
            if (group.FirstRow == 200)
                break;
        }

        (await run.Completion.WaitAsync(Runs.Hang)).Outcome.Should().Be(RunOutcome.Stopped);
    }

    [Fact]
    public async Task Sources_of_unequal_length_are_an_error_that_names_both()
    {
        var graph = new GraphBuilder();
        graph.Source("short", Numbers.Take(3).Where(_ => true));
        graph.Source("long", Source(Numbers.Take(4)));
        await Fails(graph.Build(), "short", "*'short'*3 rows*'long'*");
    }

    [Fact]
    public async Task A_source_beside_a_list_must_be_as_long_as_the_list()
    {
        var graph = new GraphBuilder();
        graph.Source("list", new[] { 1, 2, 3 });
        graph.Source("more", Numbers.Where(n => n < 4));
        await Fails(graph.Build(), "more", "*'list'*3*'more'*");

        graph = new GraphBuilder();
        graph.Source("list", new[] { 1, 2, 3 });
        graph.Source("less", Numbers.Where(n => n < 2));
        await Fails(graph.Build(), "less", "*'less'*2*'list'*3*");
    }

    [Fact]
    public async Task A_row_count_takes_the_first_rows_and_refuses_a_source_that_has_fewer()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Source("x", Numbers.Where(_ => true));
        (await graph.Build(7).CollectAsync(x)).Should().HaveCount(7);
        await Fails(graph.Build(151), "x", "*'x' ended after 150 rows*151*");
    }

    [Fact]
    public async Task A_source_that_throws_fails_the_run_after_what_was_finished()
    {
        static IEnumerable<int> Broken()
        {
            for (int i = 0; i < 25; i++)
                yield return i;
            throw new FormatException("row 25 is broken");
        }

        var graph = new GraphBuilder { RowGroupSize = 10 };
        graph.Source("x", Broken());
        CellFailedException failure = await Fails(graph.Build(), "x", "*row 25 is broken*");
        failure.Row.Should().BeNull();
        failure.InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public async Task An_enumeration_is_disposed_when_the_run_is_over()
    {
        bool disposed = false;
        IEnumerable<int> Rows()
        {
            try
            {
                for (int i = 0; ; i++)
                    yield return i;
            }
            finally
            {
                disposed = true;
            }
        }

        var graph = new GraphBuilder();
        Column<int> x = graph.Source("x", Rows());
        await graph.Build(10).CollectAsync(x);
        disposed.Should().BeTrue();
    }

    private static async Task<CellFailedException> Fails(ExecutionGraph graph, string column, string message)
    {
        CellFailedException failure = (await graph.Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>().WithMessage(message)).Which;
        failure.Column.Should().Be(column);
        return failure;
    }

    private static Column<int> Source(GraphBuilder graph, string kind, int rows)
    {
        switch (kind)
        {
            case "list":
                return graph.Source("x", Numbers[..rows]);
            case "enumerable":
                return graph.Source("x", Numbers.Take(rows));
            case "async":
                return graph.Source("x", Source(Numbers.Take(rows)));
            default:
                var channel = Channel.CreateUnbounded<int>();
                foreach (int number in Numbers.Take(rows))
                    channel.Writer.TryWrite(number);
                channel.Writer.Complete();
                return graph.Source("x", channel.Reader);
        }
    }

    private static async IAsyncEnumerable<int> Source(IEnumerable<int> numbers)
    {
        foreach (int number in numbers)
        {
            if (number % 10 == 3)
                await Task.Yield();
            yield return number;
        }
    }
}
