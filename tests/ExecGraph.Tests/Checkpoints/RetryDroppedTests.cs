using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>Rows that were dropped are told of, and can be tried again.</summary>
public sealed class RetryDroppedTests
{
    private readonly StoredEntries _stored = new();
    private readonly ConcurrentDictionary<(string Column, long Row), int> _ran = new();
    private readonly HashSet<(string Column, long Row)> _failing = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_dropped_rows_run_again(bool isAsync)
    {
        (ExecutionGraph graph, Column<long> y) = OneStage(rows: 45);
        Fail("y", 3, 17, 18, 44);
        RunReport first = await graph.ToEndAsync(Options());
        (first.Rows, first.DroppedRows).Should().Be((41, 4));

        Heal(17);
        RunReport second = await graph.ToEndAsync(Options(isAsync) with { RetryDropped = true });
        (second.Rows, second.DroppedRows, second.RestoredRows).Should().Be((42, 3, 41));
        _ran.Select(cell => cell.Key).Order().Should().Equal(new long[] { 3, 17, 18, 44 }.SelectMany(row => (IEnumerable<(string, long)>)[("x", row), ("y", row)]).Order());

        Heal(3, 18, 44);
        (await graph.CollectAsync(y, Options(isAsync) with { RetryDropped = true })).Should().Equal(Enumerable.Range(0, 45).Select(row => ((long)row, row * 2L)));
        _ran.Keys.Select(cell => cell.Row).Distinct().Order().Should().Equal(3, 18, 44);

        _ran.Clear();
        RunReport last = await graph.ToEndAsync(Options(isAsync) with { RetryDropped = true });
        (last.Rows, last.DroppedRows, last.RestoredRows).Should().Be((45, 0, 45));
        _ran.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_being_asked_to_a_run_leaves_dropped_rows_alone()
    {
        (ExecutionGraph graph, _) = OneStage(rows: 45);
        Fail("y", 3);
        await graph.ToEndAsync(Options());
        Heal(3);
        (await graph.ToEndAsync(Options())).DroppedRows.Should().Be(1);
        _ran.Should().BeEmpty();
    }

    [Fact]
    public async Task A_row_that_was_dropped_behind_a_barrier_does_not_have_it_called_again()
    {
        int calls = 0;
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => Ran("x", row));
        Column<long> rank = graph.From(x).Barrier("rank", all =>
        {
            calls++;
            return all.Select(v => v + 1).ToArray();
        });
        Column<long> y = graph.From(x, rank).Cell("y", (v, r) => Ran("y", v) + r, Dropping);
        ExecutionGraph table = graph.Build(45);
        Fail("y", 5, 31);
        await table.ToEndAsync(Options());
        Heal(5, 31);
        (await table.CollectAsync(y, Options() with { RetryDropped = true })).Should().Equal(Enumerable.Range(0, 45).Select(row => ((long)row, row * 2L + 1)));
        (calls, string.Join(' ', _ran.Keys.Order())).Should().Be((1, "(y, 5) (y, 31)"));
    }

    [Fact]
    public async Task Rows_that_are_won_are_seen_by_barriers_and_aggregates()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => Ran("x", row), Dropping);
        Column<long> sum = graph.From(x).Aggregate("sum", () => 0L, (state, v) => state + v, (a, b) => a + b, state => state);
        Column<int> count = graph.From(x).Barrier("count", all => Enumerable.Repeat(all.Count, all.Count).ToArray());
        Column<long> y = graph.From(sum, count).Cell("y", (s, c) => s * 1000 + c);
        ExecutionGraph table = graph.Build(45);
        Fail("x", 7, 8);
        await table.ToEndAsync(Options());
        Heal(7, 8);
        (await table.CollectAsync(y, Options() with { RetryDropped = true })).Should().Equal(Enumerable.Range(0, 45).Select(row => ((long)row, 990_045L)));
        _ran.Keys.Should().BeEquivalentTo([("x", 7L), ("x", 8L)], "the values of the others are kept");
    }

    [Fact]
    public async Task Sinks_get_the_rows_that_are_won_in_their_places()
    {
        (ExecutionGraph graph, Column<long> y) = OneStage(rows: 45);
        using var directory = new TestDirectory();
        string path = Path.Combine(directory.Path, "rows.jsonl");
        Fail("y", 3, 30);
        await graph.ToEndAsync(Options() with { Sinks = [new JsonLinesSink(path).Add(y)] });
        Heal(3, 30);
        await graph.ToEndAsync(Options() with { Sinks = [new JsonLinesSink(path).Add(y)], RetryDropped = true });
        File.ReadAllLines(path).Should().Equal(Enumerable.Range(0, 45).Select(row => $$"""{"row":{{row}},"y":{{row * 2}}}"""));
    }

    [Fact]
    public async Task A_row_that_is_tried_again_is_skipped_for_what_it_reads_now()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => Ran("x", row), new CellOptions { OnFailure = CellFailurePolicy.UseDefault(-1L) });
        Column<long> s = graph.From(x).Cell("s", v => v + 1);
        graph.SkipWhen(s, x, v => v == -1);
        Column<long> after = graph.From(s).Cell("after", v => v + 1);
        graph.From(x).Cell("y", v => v == -1 ? throw new FormatException("nothing there") : v, Dropping);
        ExecutionGraph table = graph.Build(20);
        Fail("x", 4, 15);
        (await table.ToEndAsync(Options())).DroppedRows.Should().Be(2);
        Heal(4, 15);
        await using GraphRun run = table.Run(Options() with { RetryDropped = true });
        var rows = new List<(long, long, bool, bool)>();
        await foreach (Row row in run.Rows)
            rows.Add((row.Index, after[row], row.IsSkipped(s), row.IsSkipped(after)));
        rows.Should().Equal(Enumerable.Range(0, 20).Select(row => ((long)row, row + 2L, false, false)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_had_read_a_channel_is_refused_and_left_as_it_is(int stage)
    {
        Channel<long> channel = Channel.CreateUnbounded<long>();
        for (int i = 0; i < 30; i++)
            channel.Writer.TryWrite(i);
        channel.Writer.Complete();
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Source("x", channel.Reader);
        Column<long> y = graph.From(x).Cell("y", v => Ran("y", v), Dropping);
        Column<long> rank = graph.From(y).Barrier("rank", all => all.ToArray());
        graph.From(rank).Cell("z", v => Ran("z", v), Dropping);
        ExecutionGraph table = graph.Build();
        Fail(stage == 0 ? "y" : "z", 7);
        await table.ToEndAsync(Options());
        int entries = _stored.Appended.Count;
        (await new Func<Task>(() => table.ToEndAsync(Options() with { RetryDropped = true })).Should().ThrowAsync<CheckpointException>()).WithMessage("*cannot be retried: column 'x' reads a channel*");
        _stored.Appended.Should().HaveCount(entries);
        (await table.ToEndAsync(Options())).RestoredRows.Should().Be(29);
    }

    [Fact]
    public async Task A_failure_whose_message_cannot_be_had_is_told_all_the_same()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        graph.Start("x", row => row == 3 ? throw new MuteException() : row, Dropping);
        using var directory = new TestDirectory();
        (await graph.Build(10).ToEndAsync(new RunOptions { CheckpointDirectory = directory.Path })).DroppedRows.Should().Be(1);
        File.ReadAllText(directory["dropped.jsonl"]).Should().Contain("(its message threw System.NotSupportedException)");
    }

    private sealed class MuteException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    [Fact]
    public void Retrying_needs_something_that_is_kept() =>
        OneStage(5).Graph.Invoking(graph => graph.Run(new RunOptions { RetryDropped = true })).Should().Throw<InvalidOperationException>().WithMessage("*RetryDropped*CheckpointDirectory*");

    [Fact]
    public async Task Dropped_rows_are_told_of_in_a_file_with_what_their_cells_read()
    {
        using var directory = new TestDirectory();
        var graph = new GraphBuilder { RowGroupSize = 10 };
        graph.UseCodec(Json.Default.Point);
        Column<Point> point = graph.Start("point", row => new Point((int)row, "é\"<"));
        Column<DayOfWeek> day = graph.Start("day", row => (DayOfWeek)(row % 7));
        Column<object> any = graph.Start("any", _ => new object());
        Column<long> y = graph.From(point, day, any).Cell("y", (p, d, a) => p.X % 20 == 13 ? throw new FormatException("bad\nluck") : 1L, Dropping with { Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.Zero } });
        Column<long> z = graph.From(point).Cell("z", p => p.X == 5 ? throw new InvalidOperationException("no") : 1L, Dropping);
        graph.Output(y, z);
        ExecutionGraph table = graph.Build(40);
        RunOptions options = new() { CheckpointDirectory = directory.Path };
        await table.ToEndAsync(options);
        string path = Path.Combine(directory.Path, "dropped.jsonl");
        string[] expected =
        [
            """{"row":5,"column":"z","attempts":1,"exception":"System.InvalidOperationException","message":"no","inputs":{"point":{"X":5,"Name":"\u00E9\u0022\u003C"}}}""",
            """{"row":13,"column":"y","attempts":2,"exception":"System.FormatException","message":"bad\nluck","inputs":{"point":{"X":13,"Name":"\u00E9\u0022\u003C"},"day":"Saturday"}}""",
            """{"row":33,"column":"y","attempts":2,"exception":"System.FormatException","message":"bad\nluck","inputs":{"point":{"X":33,"Name":"\u00E9\u0022\u003C"},"day":"Friday"}}""",
        ];
        File.ReadAllLines(path).Should().Equal(expected);
        await table.ToEndAsync(options);
        File.ReadAllLines(path).Should().Equal(expected);
        await table.ToEndAsync(options with { RetryDropped = true });
        File.ReadAllLines(path).Should().Equal(expected, "they were dropped again");
        Directory.GetFiles(directory.Path, "*.tmp").Should().BeEmpty();
    }

    [Fact]
    public async Task The_file_goes_with_its_rows()
    {
        using var directory = new TestDirectory();
        RunOptions options = new() { CheckpointDirectory = directory.Path, Workers = 1 };
        string path = Path.Combine(directory.Path, "dropped.jsonl");
        (ExecutionGraph graph, _) = OneStage(rows: 45);
        Fail("y", 30, 3);
        await graph.ToEndAsync(options);
        Rows().Should().Equal(3, 30);
        Heal(3);
        await graph.ToEndAsync(options with { RetryDropped = true });
        Rows().Should().Equal(30);
        Heal(30);
        await graph.ToEndAsync(options with { RetryDropped = true });
        File.Exists(path).Should().BeFalse();

        Fail("y", 7);
        await graph.ToEndAsync(options with { Resume = ResumeMode.Never });
        Rows().Should().Equal(7);
        Heal(7);
        await graph.ToEndAsync(options with { Resume = ResumeMode.Never });
        File.Exists(path).Should().BeFalse();

        long[] Rows() => [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("row").GetInt64())];
    }

    [Fact]
    public async Task The_file_tells_of_rows_while_the_run_goes_on()
    {
        using var directory = new TestDirectory();
        string path = Path.Combine(directory.Path, "dropped.jsonl");
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Cell("y", v => v == 4 ? throw new FormatException("four") : v, Dropping);
        await using GraphRun run = graph.Build(1_000).Run(new RunOptions { CheckpointDirectory = directory.Path, MaxActiveRowGroups = 1, MaxBufferedRowGroups = 1 });
        await foreach (RowGroup group in run.RowGroups)
        {
            File.Exists(path).Should().BeTrue();
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            (await reader.ReadToEndAsync()).Should().Contain("\"four\"");
            break;
        }
    }

    [Fact]
    public async Task Nothing_outside_the_directory_is_touched_by_the_file()
    {
        if (OperatingSystem.IsWindows())
            return; // links need a privilege there
        using var directory = new TestDirectory();
        using var outside = new TestDirectory();
        string victim = Path.Combine(outside.Path, "victim");
        File.WriteAllText(victim, "untouched");
        File.CreateSymbolicLink(Path.Combine(directory.Path, "dropped.jsonl"), victim);
        File.CreateSymbolicLink(Path.Combine(directory.Path, "dropped.jsonl.tmp"), victim);
        (ExecutionGraph graph, _) = OneStage(rows: 5);
        Fail("y", 3);
        await graph.ToEndAsync(new RunOptions { CheckpointDirectory = directory.Path });
        File.ReadAllText(victim).Should().Be("untouched");
        File.ReadAllLines(Path.Combine(directory.Path, "dropped.jsonl")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_fails_the_run()
    {
        using var directory = new TestDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "dropped.jsonl", "occupied"));
        (ExecutionGraph graph, _) = OneStage(rows: 5);
        Fail("y", 3);
        (await new Func<Task>(() => graph.ToEndAsync(new RunOptions { CheckpointDirectory = directory.Path })).Should().ThrowAsync<CheckpointException>()).WithMessage("The file of dropped rows*dropped.jsonl*");
    }

    [Fact]
    public void However_a_retry_is_interrupted_the_table_is_that_of_a_run_in_which_nothing_failed_twice() =>
        Gen.Select(
                Gen.Int[0, 10_000].HashSet[0, 12],
                Gen.Int[0, 10_000].HashSet[0, 6],
                Gen.Select(Gen.Int[0, 25], Gen.Bool, Gen.Int[0, 10_000].HashSet[0, 3]).Array[0, 4],
                Gen.Enum<Shape>(),
                Gen.Bool)
            .Sample((failing, stay, interruptions, shape, isAsync) => new RetryDroppedTests().RetryAsync([.. failing], [.. stay], interruptions, shape, isAsync).WaitAsync(Runs.Hang).GetAwaiter().GetResult(), iter: Soak.Times(300), threads: 2);

    private async Task RetryAsync(int[] failing, int[] stay, (int Appends, bool Retries, HashSet<int> Failing)[] interruptions, Shape shape, bool isAsync)
    {
        (ExecutionGraph graph, Column<long> last) = Shaped(shape, rows: 63);
        string[] names = ["x", "y", "z"];
        (string, long) Cell(int number) => (names[number % 3], number / 3 % 63);
        foreach (int number in failing.Concat(stay))
            _failing.Add(Cell(number));
        await graph.ToEndAsync(Options(isAsync));
        _failing.Clear();
        foreach (int number in stay)
            _failing.Add(Cell(number));
        List<(long Row, long Value)> expected = await graph.CollectAsync(last, new RunOptions { Workers = 2 });
        foreach ((int appends, bool retries, HashSet<int> failingNow) in interruptions)
        {
            _failing.Clear();
            _failing.UnionWith(stay.Concat(failingNow).Select(Cell));
            try
            {
                await graph.ToEndAsync(Options(isAsync, appends) with { RetryDropped = retries });
            }
            catch (CheckpointException)
            {
                // The plug was pulled.
            }
        }

        _failing.Clear();
        _failing.UnionWith(stay.Select(Cell));
        List<(long Row, long Value)> actual = await graph.CollectAsync(last, Options(isAsync) with { RetryDropped = true });
        string.Join(' ', actual).Should().Be(string.Join(' ', expected));
        RunReport report = await graph.ToEndAsync(Options(isAsync));
        (report.Rows, report.Cells).Should().Be((expected.Count, 0));
        _stored.ByKey.Keys.Should().NotContain(key => key.Kind == CheckpointKind.Retry);
        report.DroppedRows.Should().Be((await graph.ToEndAsync(new RunOptions())).DroppedRows);
    }

    private enum Shape
    {
        OneStage,
        KeptAggregate,
        AggregateOfValuesThatAreNotKept,
        Barrier,
        GroupBarrier,
        Enumeration,
        Ordered,
    }

    /// <summary>Columns x, y and z, each of which may fail, and what sees all rows, in the middle.</summary>
    private (ExecutionGraph Graph, Column<long> Last) Shaped(Shape shape, int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = shape == Shape.Enumeration
            ? graph.From(graph.Source("source", Enumerable.Range(0, rows).Where(_ => true))).Cell("x", v => Ran("x", v), Dropping)
            : graph.Start("x", row => Ran("x", row), Dropping);
        graph.Where(x, v => v % 11 != 5);
        Column<long> y = graph.From(x).Cell("y", v => Ran("y", v), shape == Shape.Ordered ? Dropping with { IsOrderDependent = true } : Dropping);
        Column<long> middle = shape switch
        {
            Shape.KeptAggregate => graph.From(y).Aggregate("m", () => 0L, (sum, v) => sum * 3 % 1_000_003 + v, (a, b) => a * 7 % 1_000_003 + b, (sum, v) => sum + v),
            Shape.AggregateOfValuesThatAreNotKept => graph.From(y).Aggregate("m", () => 0L, (sum, v) => sum * 3 % 1_000_003 + v, (a, b) => a * 7 % 1_000_003 + b, sum => sum),
            Shape.Barrier => graph.From(y).Barrier("m", all => all.Select(v => v + all.Count * 1000L).ToArray()),
            Shape.GroupBarrier => graph.From(y).Barrier("m", all => all.Select(v => v + all.Count * 1000L).ToArray(), new BarrierOptions { Scope = BarrierScope.RowGroup }),
            _ => graph.From(y).Cell("m", v => v + 1),
        };
        graph.SkipWhen(middle, x, v => v % 9 == 4);
        graph.SkippedValue(middle, 777_000L);
        Column<long> z = graph.From(x, middle).Cell("z", (v, m) => Ran("z", v) + m, Dropping with { RunsOnSkippedInputs = true });
        graph.Output(shape == Shape.AggregateOfValuesThatAreNotKept ? [z] : [x, middle, z]);
        return (shape == Shape.Enumeration ? graph.Build() : graph.Build(rows), z);
    }

    private static CellOptions Dropping { get; } = new() { OnFailure = CellFailurePolicy.DropRow };

    private RunOptions Options(bool isAsync = false, int appends = int.MaxValue) =>
        new() { Workers = 2, MaxActiveRowGroups = 3, CheckpointStore = new InterruptedStore(_stored, appends, isAsync) };

    private (ExecutionGraph Graph, Column<long> Y) OneStage(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => Ran("x", row));
        Column<long> y = graph.From(x).Cell("y", v => Ran("y", v) * 2, Dropping);
        return (graph.Build(rows), y);
    }

    private long Ran(string column, long row)
    {
        _ran.AddOrUpdate((column, row), 1, (_, times) => times + 1);
        return _failing.Contains((column, row)) ? throw new FormatException($"{column} {row}") : row;
    }

    private void Fail(string column, params long[] rows) => _failing.UnionWith(rows.Select(row => (column, row)));

    private void Heal(params long[] rows)
    {
        _failing.RemoveWhere(cell => rows.Contains(cell.Row));
        _ran.Clear();
    }
}
