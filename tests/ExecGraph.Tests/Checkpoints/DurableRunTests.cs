using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>Runs that are kept and continued.</summary>
public sealed class DurableRunTests
{
    private readonly StoredEntries _stored = new();
    private readonly ConcurrentDictionary<(string Column, long Row), int> _ran = new();

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(7, true)]
    [InlineData(15, false)]
    public async Task What_was_stored_does_not_run_again_and_the_table_is_the_same(int appends, bool isAsync)
    {
        (ExecutionGraph graph, Column<double> score) = Scores(rows: 95);
        List<(long Row, double Value)> expected = await graph.CollectAsync(score);
        _ran.Clear();

        await Interrupt(graph, appends, isAsync);
        Dictionary<(string Column, long Row), int> before = new(_ran);
        long[] storedGroups = [.. _stored.ByKey.Keys.Where(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 }).Select(key => key.Index)];
        (await graph.CollectAsync(score, Options(isAsync: isAsync))).Should().Equal(expected);

        storedGroups.Should().HaveCount(Math.Min(appends, 10));
        _ran.Where(cell => storedGroups.Contains(cell.Key.Row / 10) && cell.Value != before[cell.Key]).Should().BeEmpty();
    }

    [Fact]
    public async Task A_finished_run_runs_nothing_and_can_be_read_again()
    {
        (ExecutionGraph graph, Column<double> score) = Scores(rows: 95);
        List<(long Row, double Value)> first = await graph.CollectAsync(score, Options());
        _ran.Clear();
        (await graph.CollectAsync(score, Options())).Should().Equal(first);
        RunReport report = await graph.ToEndAsync(Options());
        (report.Outcome, report.Rows, report.RestoredRows, report.Cells).Should().Be((RunOutcome.Completed, 95, 95, 0));
        _ran.Should().BeEmpty();
    }

    [Fact]
    public async Task Dropped_and_filtered_rows_stay_so_and_are_counted()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => Ran("x", row));
        Column<long> y = graph.From(x).Cell("y", v => v % 7 == 3 ? throw new FormatException($"bad {v}") : v, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        graph.Where(x, v => v % 5 != 0);
        Column<long> total = graph.From(y).Aggregate("total", () => 0L, (sum, v) => sum + v, (a, b) => a + b, sum => sum);
        ExecutionGraph table = graph.Build(100);
        RunReport whole = await table.ToEndAsync();
        List<(long Row, long Value)> expected = await table.CollectAsync(total);

        await Interrupt(table, appends: 14);
        (await table.CollectAsync(total, Options())).Should().Equal(expected);
        foreach (RunReport report in (RunReport[])[await table.ToEndAsync(Options()), await ReadReport(table)])
            (report.Rows, report.DroppedRows, report.FilteredRows).Should().Be((whole.Rows, whole.DroppedRows, whole.FilteredRows));
    }

    [Fact]
    public async Task A_barrier_that_was_done_is_not_called_again()
    {
        int calls = 0;
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        Column<int> rank = graph.From(x).Barrier("rank", all =>
        {
            calls++;
            return Enumerable.Range(0, all.Count).Select(i => i + calls * 1000).ToArray();
        });
        Column<int> after = graph.From(rank).Cell("after", v => v + 1);
        ExecutionGraph table = graph.Build(50);
        await Interrupt(table, appends: 5); // every row group, and not the barrier
        calls.Should().Be(1);
        await Interrupt(table, appends: 4); // the barrier's values, that it is done, and two row groups
        calls.Should().Be(2);
        (await table.CollectAsync(after, Options())).Should().Equal(Enumerable.Range(0, 50).Select(i => ((long)i, i + 2001)));
        calls.Should().Be(2);
    }

    [Fact]
    public async Task More_rows_extend_a_finished_run_and_fewer_are_refused()
    {
        static ExecutionGraph Build(int rows, DurableRunTests test, out Column<long> total)
        {
            var graph = new GraphBuilder { RowGroupSize = 10 };
            Column<long> x = graph.Start("x", row => test.Ran("x", row));
            total = graph.From(x).Aggregate("total", () => 0L, (sum, v) => sum + v, (a, b) => a + b, sum => sum);
            return graph.Build(rows);
        }

        await Build(25, this, out _).ToEndAsync(Options());
        _ran.Clear();
        (await Build(43, this, out Column<long> total).CollectAsync(total, Options())).Should().Equal(Enumerable.Range(0, 43).Select(row => ((long)row, 43L * 42 / 2)));
        _ran.Keys.Select(cell => cell.Row).Order().Should().Equal(Enumerable.Range(20, 23).Select(row => (long)row), "the row group that was not full runs again, and no other");
        (await Failure(() => Build(42, this, out _).ToEndAsync(Options()))).Message.Should().Contain("rows: 43 stored, 42 now");
    }

    [Fact]
    public async Task Another_graph_is_refused_and_every_difference_is_named()
    {
        var first = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = first.Start("x", row => row);
        first.From(x).Cell("y", v => (int)v);
        first.From(x).Cell("gone", v => v, new CellOptions { Version = "1" });
        await first.Build(20).ToEndAsync(Options());

        var second = new GraphBuilder { RowGroupSize = 20 };
        Column<long> x2 = second.Start("x", row => row, new CellOptions { Version = "2" });
        Column<string> y2 = second.From(x2).Cell("y", v => $"{v}");
        second.From(y2).Cell("new", v => v);
        CheckpointException refused = await Failure(() => second.Build(20).ToEndAsync(Options() with { Seed = 5 }));
        refused.Message.Should().Contain("row group size: 10 stored, 20 now")
            .And.Contain("seed: 0 stored, 5 now")
            .And.Contain("output: x, y, gone stored, x, y, new now")
            .And.Contain("column 'x', version: none stored, 2 now")
            .And.Contain("column 'y', types: System.Int32 stored, System.String now")
            .And.Contain("column 'gone': stored, and not in the graph")
            .And.Contain("column 'new': in the graph, and not stored")
            .And.Contain("ResumeMode.Never");
        (await second.Build(20).ToEndAsync(Options() with { Resume = ResumeMode.Never })).RestoredRows.Should().Be(0);
        (await second.Build(20).ToEndAsync(Options() with { Resume = ResumeMode.Always })).RestoredRows.Should().Be(20);
    }

    [Fact]
    public async Task Resume_always_asks_for_something_to_continue()
    {
        (ExecutionGraph graph, _) = Scores(rows: 5);
        (await Failure(() => graph.ToEndAsync(Options() with { Resume = ResumeMode.Always }))).Message.Should().StartWith("Nothing is stored");
    }

    [Fact]
    public void Columns_without_a_codec_are_named_before_anything_runs()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => Ran("x", row));
        Column<Version> version = graph.From(x).Cell("version", v => new Version((int)v, 0));
        Column<object> any = graph.From(version).Cell("any", v => (object)v);
        graph.From(version).Aggregate("latest", () => new Version(0, 0), (_, v) => v, (_, b) => b, v => v.Major);
        graph.Output(graph.From(any).Cell("text", v => $"{v}"), version);
        graph.Invoking(g => g.Build(5).Run(Options())).Should().Throw<InvalidOperationException>()
            .WithMessage("*no codec for column 'version' (System.Version), the state of aggregate 'latest' (System.Version)*")
            .Which.Message.Should().NotContain("'any'", "nobody needs it after its row group is done");
        _ran.Should().BeEmpty();
    }

    [Fact]
    public async Task Registered_codecs_keep_values_of_any_type()
    {
        var graph = new GraphBuilder { RowGroupSize = 3 };
        graph.UseCodec(Json.Default.Point);
        graph.UseCodec(new VersionCodec());
        Column<Point?> point = graph.Start("point", row => row % 3 == 0 ? null : new Point((int)row, $"p{row}"));
        Column<Version?> version = graph.Start("version", row => row % 2 == 0 ? null : new Version((int)row, 1));
        ExecutionGraph table = graph.Build(10);
        await table.ToEndAsync(Options());
        (await table.CollectAsync(point, Options())).Select(row => row.Value).Should().Equal(Enumerable.Range(0, 10).Select(r => r % 3 == 0 ? null : new Point(r, $"p{r}")));
        (await table.CollectAsync(version, Options())).Select(row => row.Value).Should().Equal(Enumerable.Range(0, 10).Select(r => r % 2 == 0 ? null : new Version(r, 1)));
    }

    [Fact]
    public async Task A_codec_that_throws_fails_the_run_and_names_the_column()
    {
        var graph = new GraphBuilder();
        graph.UseCodec(new VersionCodec());
        graph.Start("version", _ => new Version(13, 13));
        (await Failure(() => graph.Build(5).ToEndAsync(Options()))).Message.Should().Be(
            "Values of column 'version' in rows 0 to 4 could not be written to the checkpoint: thirteen");
    }

    [Theory]
    [InlineData(37)]
    [InlineData(40)]
    public async Task An_enumeration_is_read_again_and_skipped_forward(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> x = graph.Source("x", Enumerable.Range(100, rows).Where(_ => true));
        Column<int> y = graph.From(x).Cell("y", (v, context) =>
        {
            Ran("y", context.Row);
            return v * 2;
        });
        ExecutionGraph table = graph.Build();
        await Interrupt(table, appends: 2);
        HashSet<long> storedRows = [.. _stored.ByKey.Keys.Where(key => key.Kind == CheckpointKind.RowGroup).SelectMany(key => Enumerable.Range((int)key.Index * 10, 10).Select(row => (long)row))];
        _ran.Clear();
        (await table.CollectAsync(y, Options())).Should().Equal(Enumerable.Range(0, rows).Select(r => ((long)r, 200 + 2 * r)));
        _ran.Keys.Should().NotContain(cell => storedRows.Contains(cell.Row));
        _ran.Should().HaveCount(rows - storedRows.Count);
        (await table.CollectAsync(y, Options())).Should().HaveCount(rows);
    }

    [Fact]
    public async Task A_channel_cannot_be_continued_and_that_is_said()
    {
        Channel<int> channel = Channel.CreateUnbounded<int>();
        for (int i = 0; i < 30; i++)
            channel.Writer.TryWrite(i);
        channel.Writer.Complete();
        var graph = new GraphBuilder { RowGroupSize = 10 };
        graph.Source("x", channel.Reader);
        ExecutionGraph table = graph.Build();
        await Interrupt(table, appends: 1);
        (await Failure(() => table.ToEndAsync(Options()))).Message.Should().Contain("column 'x' reads a channel");
    }

    [Fact]
    public async Task Damaged_content_is_a_CheckpointException_and_never_a_wrong_row()
    {
        (ExecutionGraph graph, Column<double> score) = Scores(rows: 20);
        List<(long Row, double Value)> expected = await graph.CollectAsync(score, Options());
        StoredEntries whole = _stored;
        var random = new Random(1);
        for (int i = 0; i < Soak.Times(300); i++)
        {
            var damaged = new StoredEntries { Manifest = whole.Manifest };
            foreach ((CheckpointKey key, byte[] bytes) in whole.ByKey)
                damaged.ByKey.Add(key, (byte[])bytes.Clone());
            byte[] victim = damaged.ByKey.Values.ElementAt(random.Next(damaged.ByKey.Count));
            damaged.ByKey[damaged.ByKey.First(entry => entry.Value == victim).Key] = random.Next(2) == 0 ? victim[..random.Next(1, victim.Length)] : [.. victim, 0];
            try
            {
                (await graph.CollectAsync(score, new RunOptions { CheckpointStore = new InterruptedStore(damaged) })).Should().Equal(expected, "what was damaged was not needed");
            }
            catch (CheckpointException exception)
            {
                exception.Message.Should().Contain("cannot be read back").And.Contain("ResumeMode.Never");
            }
        }
    }

    [Fact]
    public async Task A_store_is_given_back_however_a_run_ends()
    {
        (ExecutionGraph graph, _) = Scores(rows: 20);
        var good = new InterruptedStore(_stored);
        await graph.ToEndAsync(new RunOptions { CheckpointStore = good });
        var bad = new InterruptedStore(new StoredEntries(), appends: 1);
        await Failure(() => graph.ToEndAsync(new RunOptions { CheckpointStore = bad }));
        (good.IsDisposed, bad.IsDisposed).Should().Be((true, true));
    }

    [Fact]
    public void Two_places_to_keep_a_run_are_refused()
    {
        (ExecutionGraph graph, _) = Scores(rows: 20);
        graph.Invoking(g => g.Run(Options() with { CheckpointDirectory = "x" })).Should().Throw<InvalidOperationException>().WithMessage("*both set*");
    }

    private RunOptions Options(bool isAsync = false, int appends = int.MaxValue) =>
        new() { Workers = 2, MaxActiveRowGroups = 3, CheckpointStore = new InterruptedStore(_stored, appends, isAsync) };

    private async Task Interrupt(ExecutionGraph graph, int appends, bool isAsync = false) =>
        await new Func<Task>(() => graph.ToEndAsync(Options(isAsync, appends))).Should().ThrowAsync<CheckpointException>();

    private static async Task<CheckpointException> Failure(Func<Task> run) => (await run.Should().ThrowAsync<CheckpointException>()).Which;

    private async Task<RunReport> ReadReport(ExecutionGraph graph)
    {
        await using GraphRun run = graph.Run(Options());
        await foreach (RowGroup group in run.RowGroups)
            group.Count.Should().BePositive();
        return await run.Completion;
    }

    private long Ran(string column, long row)
    {
        _ran.AddOrUpdate((column, row), 1, (_, times) => times + 1);
        return row;
    }

    /// <summary>Texts, their lengths, and each length's distance from the mean: two stages.</summary>
    private (ExecutionGraph Graph, Column<double> Score) Scores(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<string> text = graph.Start("text", row => new string('x', (int)Ran("text", row) % 13));
        Column<int> length = graph.From(text).Cell("length", t => t.Length);
        Column<double> score = graph.From(length).Aggregate(
            "score", () => (int[])[0, 0], (state, n) => [state[0] + n, state[1] + 1], (a, b) => [a[0] + b[0], a[1] + b[1]], (state, n) => n - (double)state[0] / state[1]);
        return (graph.Build(rows), score);
    }

    private sealed class VersionCodec : ValueCodec<Version>
    {
        public override void Write(Version value, IBufferWriter<byte> output) =>
            output.Write(value.Major == 13 ? throw new FormatException("thirteen") : [(byte)value.Major, (byte)value.Minor]);

        public override Version Read(ReadOnlySpan<byte> bytes) => new(bytes[0], bytes[1]);
    }
}

internal sealed record Point(int X, string Name);

[JsonSerializable(typeof(Point))]
internal sealed partial class Json : JsonSerializerContext;
