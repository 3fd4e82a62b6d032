using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>Runs whose store fails, or holds what the graph or its sources do not fit any more: a failure that says so, never a hang and never a wrong row.</summary>
public sealed class BrokenRunTests
{
    private readonly StoredEntries _stored = new();

    [Fact]
    public async Task Barriers_that_are_declared_in_another_order_keep_their_values()
    {
        static (ExecutionGraph, Column<long>, Column<long>) Build(bool swapped)
        {
            var graph = new GraphBuilder { RowGroupSize = 10 };
            Column<long> x = graph.Start("x", row => row);
            Column<long> first = graph.From(x).Barrier(swapped ? "b" : "a", all => all.Select(v => v + (swapped ? 2000 : 1000)).ToArray());
            Column<long> second = graph.From(x).Barrier(swapped ? "a" : "b", all => all.Select(v => v + (swapped ? 1000 : 2000)).ToArray());
            return swapped ? (graph.Build(30), second, first) : (graph.Build(30), first, second);
        }

        // Three row groups, and of each barrier its values and that it is done.
        await Interrupt(Build(swapped: false).Item1, appends: 7);
        (ExecutionGraph graph, Column<long> a, Column<long> b) = Build(swapped: true);
        int before = _stored.Appended.Count(key => key.Kind == CheckpointKind.BarrierDone);
        (await graph.CollectAsync(a, Options())).Should().Equal(Enumerable.Range(0, 30).Select(row => ((long)row, 1000L + row)));
        (await graph.CollectAsync(b, Options())).Should().Equal(Enumerable.Range(0, 30).Select(row => ((long)row, 2000L + row)));
        (before, _stored.Appended.Count(key => key.Kind == CheckpointKind.BarrierDone)).Should().Be((2, 2));
    }

    [Fact]
    public async Task Barriers_keep_their_places_through_an_extension()
    {
        static ExecutionGraph Build(int rows, bool swapped, out Column<long> a)
        {
            var graph = new GraphBuilder { RowGroupSize = 10 };
            Column<long> x = graph.Start("x", row => row);
            Column<long> first = graph.From(x).Barrier(swapped ? "b" : "a", all => all.Select(v => v + (swapped ? 2000 : 1000)).ToArray());
            Column<long> second = graph.From(x).Barrier(swapped ? "a" : "b", all => all.Select(v => v + (swapped ? 1000 : 2000)).ToArray());
            a = swapped ? second : first;
            return graph.Build(rows);
        }

        await Build(20, swapped: false, out _).ToEndAsync(Options());
        await Interrupt(Build(30, swapped: true, out _), appends: 4 + 2 + 1 + 1 + 4); // what is forgotten, the row group, and both barriers
        (await Build(30, swapped: false, out Column<long> a).CollectAsync(a, Options())).Should().Equal(Enumerable.Range(0, 30).Select(row => ((long)row, 1000L + row)));
    }

    [Fact]
    public async Task A_store_that_fails_while_the_run_stops_fails_it()
    {
        TaskCompletionSource begun = new(), gate = new();
        var graph = new GraphBuilder();
        graph.Start("x", async (row, _) =>
        {
            begun.TrySetResult();
            await gate.Task;
            return row;
        });
        await using GraphRun run = graph.Build(1).Run(Options(appends: 0));
        await begun.Task.WaitAsync(Runs.Hang);
        Task stop = run.StopAsync();
        gate.SetResult();
        await new Func<Task>(() => run.Completion.WaitAsync(Runs.Hang)).Should().ThrowAsync<CheckpointException>("the rows seem to be kept otherwise");
        await stop.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_store_is_given_back_also_where_it_cannot_be_flushed()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row);
        var store = new InterruptedStore(_stored, appends: 0);
        await new Func<Task>(() => graph.Build(5).ToEndAsync(new RunOptions { CheckpointStore = store })).Should().ThrowAsync<CheckpointException>();
        store.IsDisposed.Should().BeTrue();
    }

    [Theory]
    [InlineData(CheckpointKind.RowGroup, false)]
    [InlineData(CheckpointKind.RowGroup, true)]
    [InlineData(CheckpointKind.BarrierValues, false)]
    [InlineData(CheckpointKind.BarrierValues, true)]
    public async Task What_a_barrier_needs_and_cannot_be_read_fails_the_run(CheckpointKind kind, bool isAsync)
    {
        (ExecutionGraph graph, _) = Ranks(rows: 30);
        await Interrupt(graph, appends: kind == CheckpointKind.RowGroup ? 3 : 5);
        CheckpointKey damaged = _stored.ByKey.Keys.First(key => key.Kind == kind);
        byte[] bytes = _stored.ByKey[damaged];
        _stored.ByKey[damaged] = kind == CheckpointKind.RowGroup ? [.. bytes[..^40], .. new byte[40].Select(_ => (byte)255)] : bytes[..^3]; // the last values
        (await Failure(() => graph.ToEndAsync(Options(isAsync)))).Message.Should().Contain("cannot be read back");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_of_a_barrier_that_are_not_there_fail_the_run(bool isAsync)
    {
        (ExecutionGraph graph, _) = Ranks(rows: 30);
        await Interrupt(graph, appends: 5);
        _stored.ByKey.Remove(_stored.ByKey.Keys.Single(key => key.Kind == CheckpointKind.BarrierValues)).Should().BeTrue();
        (await Failure(() => graph.ToEndAsync(Options(isAsync)))).Message.Should().Contain("BarrierValues 1.0");
    }

    [Fact]
    public async Task Values_of_a_barrier_that_saw_other_rows_fail_the_run()
    {
        (ExecutionGraph graph, _) = Ranks(rows: 30);
        await Interrupt(graph, appends: 5);
        CheckpointKey done = _stored.ByKey.Keys.Single(key => key.Kind == CheckpointKind.BarrierDone);
        _stored.ByKey[done] = [0];
        (await Failure(() => graph.ToEndAsync(Options()))).Message.Should().Contain("Barrier 'rank' sees 30 rows, and 0 values are there");
    }

    [Fact]
    public async Task A_barrier_is_not_called_in_a_run_that_was_stopped_while_its_inputs_were_read()
    {
        int calls = 0;
        GraphRun? run = null;
        Task stop = Task.CompletedTask;
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Barrier("rank", all =>
        {
            calls++;
            return all.ToArray();
        });
        var begun = new TaskCompletionSource();
        var store = new MemoryCheckpointStore
        {
            Before = async member =>
            {
                if (member != nameof(ICheckpointStore.ReadAsync))
                    return;
                await begun.Task;
                stop = run!.StopAsync();
            },
        };
        run = graph.Build(30).Run(new RunOptions { CheckpointStore = store });
        begun.SetResult();
        await foreach (RowGroup _ in run.RowGroups)
        {
        }

        (await run.Completion.WaitAsync(Runs.Hang)).Outcome.Should().Be(RunOutcome.Stopped);
        await stop;
        await run.DisposeAsync();
        calls.Should().Be(0);
    }

    [Fact]
    public async Task What_follows_from_other_entries_is_forgotten_before_them()
    {
        await Ranks(rows: 25).Graph.ToEndAsync(Options());
        int before = _stored.Appended.Count;
        await Ranks(rows: 45).Graph.ToEndAsync(Options());
        _stored.Appended.Skip(before).Select(key => (key.Kind, key.Part)).Take(7).Should().Equal(
            (CheckpointKind.End, 0),
            (CheckpointKind.RowGroup, 1),
            (CheckpointKind.RowGroup, 1),
            (CheckpointKind.RowGroup, 1),
            (CheckpointKind.BarrierDone, 1),
            (CheckpointKind.BarrierValues, 1),
            (CheckpointKind.RowGroup, 0));
    }

    [Theory]
    [InlineData(15, "Source 'x' had 20 rows or more when the run was stored, and ends after 15 now")]
    [InlineData(19, "Source 'x' had 20 rows or more when the run was stored, and ends after 19 now")]
    public async Task A_source_that_has_become_shorter_is_refused(int rows, string expected)
    {
        await Interrupt(Doubled(rows: 47), appends: 2);
        _stored.ByKey.Keys.Where(key => key.Kind == CheckpointKind.RowGroup).Select(key => key.Index).Should().Equal(0, 1);
        (await Failure(() => Doubled(rows).ToEndAsync(Options()))).Message.Should().Contain(expected);
    }

    [Theory]
    [InlineData(46, "had 47 rows when the run was stored, and ends after 46 now")]
    [InlineData(48, "had 47 rows when the run was stored, and has more now")]
    public async Task A_source_whose_end_was_seen_has_to_end_there_again(int rows, string expected)
    {
        await Interrupt(Doubled(rows: 47), appends: 5);
        _stored.ByKey.Keys.Should().Contain(key => key.Kind == CheckpointKind.Rows);
        (await Failure(() => Doubled(rows).ToEndAsync(Options()))).Message.Should().Contain(expected);
        (await Doubled(rows: 47).ToEndAsync(Options())).Rows.Should().Be(47);
    }

    [Fact]
    public async Task Predicates_whose_code_has_changed_are_noticed()
    {
        static ExecutionGraph Build(Func<long, bool> keep, Func<long, bool> skip)
        {
            var graph = new GraphBuilder { RowGroupSize = 10 };
            Column<long> x = graph.Start("x", row => row);
            Column<long> y = graph.From(x).Cell("y", v => v);
            graph.Where(x, keep);
            graph.SkipWhen(y, x, skip);
            return graph.Build(10);
        }

        await Build(v => v > 2, v => v > 5).ToEndAsync(Options());
        RunOptions strict = Options() with { ChangedCode = ChangedCode.Refuse };
        (await Failure(() => Build(long.IsPositive, v => v > 5).ToEndAsync(strict))).Message.Should().Contain("columns 'x'");
        (await Failure(() => Build(v => v > 2, long.IsEvenInteger).ToEndAsync(strict))).Message.Should().Contain("columns 'y'");
        (await Build(v => v > 2, v => v > 5).ToEndAsync(strict)).RestoredRows.Should().Be(7);
    }

    [Fact]
    public async Task Entries_whose_manifest_is_gone_are_refused()
    {
        await Ranks(rows: 30).Graph.ToEndAsync(Options());
        _stored.Manifest = null;
        (await Failure(() => Ranks(rows: 30).Graph.ToEndAsync(Options()))).Message.Should().StartWith("The manifest of the stored run is gone");
        (await Ranks(rows: 30).Graph.ToEndAsync(Options() with { Resume = ResumeMode.Never })).Rows.Should().Be(30);
    }

    [Fact]
    public async Task Cells_of_a_barrier_that_are_not_computed_yet_are_no_values()
    {
        for (int i = 0; i < 1_000; i++)
            Array.Fill(GC.AllocateUninitializedArray<byte>(16 * 1024), byte.MaxValue); // what a new array may come from
        var graph = new GraphBuilder { RowGroupSize = 1_000 };
        Column<long> x = graph.Start("x", row => row);
        Column<DateTime> day = graph.From(x).Barrier("day", all => all.Select(v => DateTime.UnixEpoch.AddDays(v)).ToArray());
        graph.SkipWhen(day, x, v => v % 10 == 0, DateTime.MaxValue);
        ExecutionGraph table = graph.Build(5_000);
        (await table.CollectAsync(day, Options())).Should().Equal(Enumerable.Range(0, 5_000).Select(row => ((long)row, row % 10 == 0 ? DateTime.MaxValue : DateTime.UnixEpoch.AddDays(row))));
    }

    private RunOptions Options(bool isAsync = false, int appends = int.MaxValue) =>
        new() { Workers = 1, MaxActiveRowGroups = 1, CheckpointStore = new InterruptedStore(_stored, appends, isAsync) };

    private Task<CheckpointException> Interrupt(ExecutionGraph graph, int appends) => Failure(() => graph.ToEndAsync(Options(appends: appends)));

    private static async Task<CheckpointException> Failure(Func<Task> run) => (await run.Should().ThrowAsync<CheckpointException>()).Which;

    private static (ExecutionGraph Graph, Column<long> Rank) Ranks(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<string> x = graph.Start("x", row => $"row {row}");
        Column<long> rank = graph.From(x).Barrier("rank", all => all.Select(v => (long)v.Length).ToArray());
        return (graph.Build(rows), rank);
    }

    private static ExecutionGraph Doubled(int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> x = graph.Source("x", Enumerable.Range(0, rows).Where(_ => true));
        graph.From(x).Cell("y", v => v * 2);
        return graph.Build();
    }
}
