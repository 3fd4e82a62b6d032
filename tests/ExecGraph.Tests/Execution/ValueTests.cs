using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class ValueTests
{
    [Theory]
    [InlineData(1, 1024)]
    [InlineData(63, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    [InlineData(130, 1)]
    [InlineData(1000, 7)]
    [InlineData(1025, 100)]
    [InlineData(5000, 1024)]
    public async Task Every_row_comes_once_in_order_whatever_the_group_size(int rows, int groupSize)
    {
        var graph = new GraphBuilder { RowGroupSize = groupSize };
        Column<long> row = graph.Start("row", r => r);
        Column<long> later = graph.From(row).Cell("later", async (r, _) =>
        {
            await Task.Yield();
            return r + 1;
        });
        Column<long> sum = graph.From(row, later).Cell("sum", (a, b) => a + b);
        List<(long Row, long Value)> table = await graph.Build(rows).CollectAsync(sum);
        table.Should().Equal(Enumerable.Range(0, rows).Select(r => ((long)r, 2L * r + 1)));
    }

    [Fact]
    public async Task Rows_as_completed_are_the_same_rows()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        var first = new TaskCompletionSource();
        Column<long> row = graph.Start("row", async (r, _) =>
        {
            if (r == 0)
                await first.Task;
            return r;
        });
        var seen = new List<long>();
        await using GraphRun run = graph.Build(50).Run(new RunOptions { Output = OutputOrder.AsCompleted });
        await foreach (RowGroup group in run.RowGroups)
        {
            seen.AddRange(group.GetColumn(row).ToArray());
            if (seen.Count == 40)
                first.SetResult();
        }

        seen.Take(40).Should().NotContain(0);
        seen.Order().Should().Equal(Enumerable.Range(0, 50).Select(r => (long)r));
    }

    [Fact]
    public async Task Several_outputs_of_one_call_belong_together()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        (Column<int> twice, Column<string> text) = graph.From(x).Cell("twice", "text", v => (2 * v, $"<{v}>"));
        (Column<int> a, Column<int> b, Column<int> c, Column<int> d) = graph.From(text).Cell("a", "b", "c", "d", async (t, _) =>
        {
            await Task.Yield();
            return (t.Length, 2, 3, 4);
        });
        Column<string> all = graph.From(twice, text, a, b, c, d).Cell("all", (v1, v2, v3, v4, v5, v6) => $"{v1}{v2}{v3}{v4}{v5}{v6}");
        (await graph.Build(3).CollectAsync(all)).Select(row => row.Value).Should().Equal("0<0>3234", "2<1>3234", "4<2>3234");
    }

    [Fact]
    public async Task A_column_that_the_output_does_not_keep_is_computed_and_not_readable()
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        Column<int> y = graph.From(x).Cell("y", v => v + 1);
        graph.Output(y);
        await using GraphRun run = graph.Build(3).Run();
        await foreach (RowGroup group in run.RowGroups)
        {
            group.GetColumn(y).ToArray().Should().Equal(1, 2, 3);
            group.Invoking(g => g.GetColumn(x)).Should().Throw<KeyNotFoundException>().WithMessage("*'x'*Output*");
            group.Invoking(g => g.GetColumn<int>("z")).Should().Throw<KeyNotFoundException>().WithMessage("*'z'*");
            group.Invoking(g => g.GetColumn<string>("y")).Should().Throw<InvalidOperationException>().WithMessage("*Int32*String*");
            group.GetColumn<int>("y").Length.Should().Be(3);
        }
    }

    [Fact]
    public async Task A_group_that_was_handed_out_stays_as_it_is()
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<long> x = graph.Start("x", r => r);
        var kept = new List<RowGroup>();
        await using GraphRun run = graph.Build(800).Run();
        await foreach (RowGroup group in run.RowGroups)
            kept.Add(group);
        kept.SelectMany(group => group.GetColumn(x).ToArray()).Should().Equal(Enumerable.Range(0, 800).Select(r => (long)r));
        kept[3].FirstRow.Should().Be(24);
        kept[3].Index.Should().Be(3);
        kept[3][7].Index.Should().Be(31);
        kept[3].Invoking(group => group[8]).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task Seeds_are_the_cells_own_and_the_same_in_every_run()
    {
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", (CellContext context) => context.Seed);
        Column<long> b = graph.From(a).Cell("b", (_, context) => context.Seed);
        ExecutionGraph table = graph.Build(100);
        List<(long, long)> first = await table.CollectAsync(b, new RunOptions { Workers = 1 });
        (await table.CollectAsync(b, new RunOptions { Workers = 3 })).Should().Equal(first);
        (await table.CollectAsync(a)).Should().NotIntersectWith(first);
        (await table.CollectAsync(b, new RunOptions { Seed = 1 })).Should().NotIntersectWith(first);
        first.Select(row => row.Item2).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_graph_without_code_cannot_be_run_and_says_which_columns_lack_it()
    {
        var graph = new ExecutionGraph([Columns.Start("a"), Columns.Cell("b", "a")], 3);
        graph.Invoking(g => g.Run()).Should().Throw<InvalidOperationException>().WithMessage("*'a', 'b'*");
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Class_based_generators_are_initialised_and_disposed_once_for_each_run()
    {
        var generator = new Suffix();
        var graph = new GraphBuilder();
        graph.Start("x", r => (int)r);
        Column<string> text = graph.Add<string>(new ColumnDescriptor("text") { Dependencies = ["x"], SideOutputs = ["length"], Generator = generator });
        Column<int> length = graph.GetColumn<int>("length");
        Column<int> sum = graph.From(length).Barrier("sum", lengths => Enumerable.Repeat(lengths.Sum(), lengths.Count).ToArray());
        ExecutionGraph table = graph.Build(12);
        (await table.CollectAsync(text))[11].Value.Should().Be("11!");
        (await table.CollectAsync(sum))[0].Value.Should().Be(26);
        (generator.Initialized, generator.Disposed).Should().Be((2, 2));
    }

    private sealed class Suffix : CellGenerator<string, int>
    {
        internal int Initialized { get; private set; }

        internal int Disposed { get; private set; }

        protected internal override ValueTask InitializeAsync(CancellationToken cancellationToken = default)
        {
            Initialized++;
            return default;
        }

        protected internal override ValueTask DisposeAsync()
        {
            Disposed++;
            return default;
        }

        protected internal override ValueTask<(string Value, int Side)> GenerateAsync(CellInputs inputs, CellContext context)
        {
            string text = $"{inputs.Get<int>("x")}!";
            return new((text, text.Length));
        }
    }
}
