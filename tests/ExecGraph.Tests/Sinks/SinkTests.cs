using System.Globalization;
using System.Text.Json.Serialization;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Sinks;

public sealed class SinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("execgraph-sinks-").FullName;
    private readonly StoredEntries _stored = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Lines_of_JSON_hold_the_surviving_rows()
    {
        var graph = new GraphBuilder { RowGroupSize = 2 };
        Column<int> x = graph.Start("x", row => (int)row);
        Column<string?> text = graph.From(x).Cell("text", v => v == 3 ? null : $"\"{v}\"\né");
        Column<double[]> values = graph.From(x).Cell("values", v => (double[])[v / 2.0, double.NaN]);
        Column<Box> box = graph.From(x).Cell("box", v => new Box(v));
        graph.Where(x, v => v != 1);
        await graph.Build(4).RunAsync(new RunOptions { Sinks = [new JsonLinesSink(At("a.jsonl")).Add(x).Add(text).Add(values).Add(box, SinkTestJson.Default.Box)] });
        File.ReadAllText(At("a.jsonl")).Should().Be(
            """
            {"row":0,"x":0,"text":"\u00220\u0022\n\u00E9","values":[0,"NaN"],"box":{"Size":0}}
            {"row":2,"x":2,"text":"\u00222\u0022\n\u00E9","values":[1,"NaN"],"box":{"Size":2}}
            {"row":3,"x":3,"text":null,"values":[1.5,"NaN"],"box":{"Size":3}}

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Lines_of_CSV_are_quoted_where_they_have_to_be()
    {
        var graph = new GraphBuilder { RowGroupSize = 2 };
        Column<int> x = graph.Start("x, y", row => (int)row);
        Column<string?> text = graph.From(x).Cell("text", v => v switch { 0 => "a,b", 1 => "say \"hi\"", 2 => null, _ => "two\nlines" });
        Column<double> half = graph.From(x).Cell("half", v => v / 2.0);
        await graph.Build(4).RunAsync(new RunOptions { Sinks = [new CsvSink(At("a.csv")).Add(x).Add(text).Add(half).Add(half, v => v.ToString("F2", CultureInfo.InvariantCulture))] });
        File.ReadAllText(At("a.csv")).Should().Be("row,\"x, y\",text,half,half\n0,0,\"a,b\",0,0.00\n1,1,\"say \"\"hi\"\"\",0.5,0.50\n2,2,,1,1.00\n3,3,\"two\nlines\",1.5,1.50\n");
    }

    [Fact]
    public async Task A_reader_gets_the_rows_beside_the_sinks()
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 55);
        var sink = new JsonLinesSink(At("a.jsonl")).Add(y);
        (await graph.CollectAsync(y, new RunOptions { Sinks = [sink] })).Should().HaveCount(55);
        File.ReadLines(At("a.jsonl")).Should().HaveCount(55);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task However_often_a_run_is_interrupted_the_files_end_up_the_same(bool isAsync)
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 300);
        await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "whole") });
        var random = new Random(7);
        for (int round = 0; round < Soak.Times(20); round++)
        {
            var stored = new StoredEntries();
            for (bool isDone = false; !isDone;)
            {
                var options = new RunOptions { Sinks = Sinks(y, "cut"), TimeProvider = new HurryingClock(), CheckpointStore = new InterruptedStore(stored, random.Next(1, 40), isAsync) };
                try
                {
                    isDone = (await graph.RunAsync(options)).Outcome == RunOutcome.Completed;
                }
                catch (CheckpointException)
                {
                    // The plug was pulled; sometimes something had been written that nobody knows of.
                    File.AppendAllText(At("cut.csv"), "half a li");
                }
            }

            foreach (string kind in (string[])["csv", "jsonl"])
                File.ReadAllBytes(At($"cut.{kind}")).Should().Equal(File.ReadAllBytes(At($"whole.{kind}")));
        }
    }

    [Fact]
    public async Task More_rows_give_the_file_that_a_longer_run_gives()
    {
        foreach (int rows in (int[])[40, 45, 70])
        {
            (ExecutionGraph graph, Column<long> y) = Table(rows);
            await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "extended"), CheckpointStore = new InterruptedStore(_stored) });
            await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "whole") });
            File.ReadAllBytes(At("extended.csv")).Should().Equal(File.ReadAllBytes(At("whole.csv")));
        }
    }

    [Fact]
    public async Task A_finished_run_leaves_its_files_alone()
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 50);
        await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "a"), CheckpointStore = new InterruptedStore(_stored) });
        byte[] before = File.ReadAllBytes(At("a.csv"));
        await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "a"), CheckpointStore = new InterruptedStore(_stored) });
        File.ReadAllBytes(At("a.csv")).Should().Equal(before);
    }

    [Fact]
    public async Task A_sink_that_throws_fails_the_run_and_is_continued()
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 50);
        var sink = new BrittleSink(failsAt: 3);
        RunOptions options = new() { CheckpointStore = new InterruptedStore(_stored), TimeProvider = new HurryingClock(), Sinks = [sink] };
        InvalidOperationException failure = (await new Func<Task>(() => graph.RunAsync(options)).Should().ThrowAsync<InvalidOperationException>()).Which;
        failure.Message.Should().Be("Sink 0 (BrittleSink) could not write row group 3 (rows 30 and following): no more");
        sink.IsDisposed.Should().BeTrue();

        var next = new BrittleSink(failsAt: 99);
        await graph.RunAsync(options with { CheckpointStore = new InterruptedStore(_stored), Sinks = [next] });
        sink.Groups.Take((int)next.Start!.NextRowGroup).Concat(next.Groups).Should().Equal(0, 1, 2, 3, 4);
        next.Start.RunId.Should().Be(sink.Start!.RunId);
        next.Start.Position.Should().Be(next.Start.NextRowGroup * 100);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("flush")]
    [InlineData("dispose")]
    public async Task Whatever_a_sink_throws_fails_the_run(string where)
    {
        (ExecutionGraph graph, _) = Table(rows: 20);
        var options = new RunOptions { Sinks = [new BrittleSink(failsAt: 99) { FailsIn = where }] };
        (await new Func<Task>(() => graph.RunAsync(options)).Should().ThrowAsync<InvalidOperationException>()).WithInnerException<FormatException>();
    }

    [Fact]
    public async Task A_run_that_is_refused_does_not_touch_the_files()
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 50);
        await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "a"), CheckpointStore = new InterruptedStore(_stored) });
        byte[] before = File.ReadAllBytes(At("a.csv"));
        await new Func<Task>(() => graph.RunAsync(new RunOptions { Seed = 9, Sinks = Sinks(y, "a"), CheckpointStore = new InterruptedStore(_stored) })).Should().ThrowAsync<CheckpointException>();
        File.ReadAllBytes(At("a.csv")).Should().Equal(before);
    }

    [Fact]
    public async Task A_sink_is_given_back_where_the_run_ends_before_it_was_opened()
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 50);
        await graph.RunAsync(new RunOptions { CheckpointStore = new InterruptedStore(_stored) });
        var sink = new BrittleSink(failsAt: 99);
        await new Func<Task>(() => graph.RunAsync(new RunOptions { Seed = 9, Sinks = [sink], CheckpointStore = new InterruptedStore(_stored) })).Should().ThrowAsync<CheckpointException>();
        (sink.Start, sink.IsDisposed).Should().Be((null, true));
    }

    [Fact]
    public async Task Sinks_of_a_run_that_is_not_kept_are_told_the_same_name_of_it()
    {
        (ExecutionGraph graph, _) = Table(rows: 50);
        BrittleSink one = new(failsAt: 99), other = new(failsAt: 99);
        await graph.RunAsync(new RunOptions { Sinks = [one, other] });
        (other.Start!.RunId, one.Start!.RunId == Guid.Empty).Should().Be((one.Start.RunId, false));
    }

    [Fact]
    public async Task A_negative_position_is_refused()
    {
        (ExecutionGraph graph, _) = Table(rows: 50);
        (await new Func<Task>(() => graph.RunAsync(new RunOptions { Sinks = [new BrittleSink(failsAt: 99) { Position = -7 }] })).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("Sink 0 (BrittleSink) could not make durable*its position is -7*");
    }

    [Fact]
    public void What_sinks_have_is_noted_while_the_next_row_group_takes_its_time()
    {
        var host = new VirtualTimeHost();
        var graph = new GraphBuilder { RowGroupSize = 1 };
        graph.Start("x", async context =>
        {
            await VirtualRun.Wait(context, context.Row * 100);
            return context.Row;
        });
        var sink = new BrittleSink(failsAt: 99);
        double noted = 0;
        var store = new InterruptedStore(_stored) { Appended = _ => noted = noted > 0 || !_stored.ByKey.ContainsKey(new CheckpointKey(CheckpointKind.Sink, 0, 0)) ? noted : host.Seconds() };
        host.Report(graph.Build(3), options => options with { CheckpointStore = store, Sinks = [sink] });
        noted.Should().Be(1);
    }

    [Fact]
    public async Task A_sink_that_fails_while_the_run_stops_fails_it()
    {
        var begun = new TaskCompletionSource();
        var graph = new GraphBuilder();
        graph.Start("x", row => begun.TrySetResult() ? row : row);
        await using GraphRun run = graph.Build(50).Run(new RunOptions { Sinks = [new BrittleSink(failsAt: 99) { FailsIn = "flush" }] });
        await begun.Task;
        await run.StopAsync().ContinueWith(_ => { }, TaskScheduler.Default);
        await new Func<Task>(() => run.Completion).Should().ThrowAsync<InvalidOperationException>().WithMessage("*could not make durable*");
    }

    [Fact]
    public async Task A_file_that_lost_what_was_written_is_refused()
    {
        (ExecutionGraph graph, Column<long> y) = Table(rows: 50);
        await graph.RunAsync(new RunOptions { Sinks = Sinks(y, "a"), CheckpointStore = new InterruptedStore(_stored) });
        File.WriteAllText(At("a.csv"), "short");
        (await new Func<Task>(() => graph.RunAsync(new RunOptions { Sinks = Sinks(y, "a"), CheckpointStore = new InterruptedStore(_stored) })).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("Sink 0 (CsvSink) could not be opened: *has 5 bytes, and the run had written*");
    }

    [Fact]
    public void Sinks_and_groups_as_they_are_completed_do_not_go_together()
    {
        (ExecutionGraph graph, _) = Table(rows: 5);
        graph.Invoking(g => g.Run(new RunOptions { Output = OutputOrder.AsCompleted, Sinks = [new BrittleSink(1)] })).Should().Throw<InvalidOperationException>().WithMessage("*in order*");
    }

    [Fact]
    public void A_column_of_a_type_that_JSON_does_not_know_needs_a_contract() =>
        new JsonLinesSink(At("a")).Invoking(sink => sink.Add(new GraphBuilder().Start("box", row => new Box((int)row)))).Should().Throw<ArgumentException>().WithMessage("Column 'box' holds*Box*");

    private string At(string name) => Path.Combine(_directory, name);

    private IReadOnlyList<IRowGroupSink> Sinks(Column<long> column, string name) => [new CsvSink(At($"{name}.csv")).Add(column), new JsonLinesSink(At($"{name}.jsonl")).Add(column)];

    private static (ExecutionGraph Graph, Column<long> Y) Table(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Cell("y", async (v, _) =>
        {
            await Task.Yield();
            return v * v;
        });
        return (graph.Build(rows), y);
    }

    /// <summary>A second passes whenever somebody looks.</summary>
    private sealed class HurryingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }

    private sealed class BrittleSink(long failsAt) : IRowGroupSink
    {
        internal SinkStart? Start { get; private set; }

        internal List<long> Groups { get; } = [];

        internal bool IsDisposed { get; private set; }

        internal string? FailsIn { get; init; }

        internal long? Position { get; init; }

        public ValueTask OpenAsync(SinkStart start, CancellationToken cancellationToken = default)
        {
            Start = start;
            return FailsIn == "open" ? throw new FormatException() : default;
        }

        public ValueTask WriteAsync(RowGroup group, CancellationToken cancellationToken = default)
        {
            if (group.Index == failsAt)
                throw new FormatException("no more");
            Groups.Add(group.Index);
            return default;
        }

        public ValueTask<long> FlushAsync(CancellationToken cancellationToken = default) =>
            FailsIn == "flush" ? throw new FormatException() : new(Position ?? (Groups.Count == 0 ? -1 : Groups[^1]) * 100 + 100);

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return FailsIn == "dispose" ? throw new FormatException() : default;
        }
    }
}

internal sealed record Box(int Size);

[JsonSerializable(typeof(Box))]
internal sealed partial class SinkTestJson : JsonSerializerContext;
