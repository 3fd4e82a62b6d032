using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

public sealed class CheckpointReaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("execgraph-reader-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Rows_of_a_finished_run_are_read_by_name_without_the_graph()
    {
        Column<int> y = await RunAsync(stopAfter: null);
        using CheckpointReader reader = CheckpointReader.Open(_directory);
        (reader.IsFinished, reader.RowCount).Should().Be((true, 100));
        reader.ColumnNames.Should().Equal("x", "y", "text");
        Column<string> text = reader.GetColumn<string>("text");
        reader.GetColumn<int>("y");
        List<Row> rows = [.. reader.Rows];
        rows.Select(row => (row.Index, text[row], y[row], row.IsSkipped(y))).Should().Equal(
            Enumerable.Range(0, 100).Where(r => r % 10 != 3 && r % 7 != 0).Select(r => ((long)r, r % 5 == 0 ? "-1" : $"{r * 2}", r % 5 == 0 ? -1 : r * 2, r % 5 == 0)));
        rows[0].Invoking(row => row.Get(new GraphBuilder().Start("x", r => r))).Should().Throw<KeyNotFoundException>("it was not asked for");
        reader.DroppedRows.Select(row => (row.Row, row.Column, row.Attempts, row.ExceptionType, row.Message)).Should().Equal(
            Enumerable.Range(0, 100).Where(r => r % 10 == 3 && r % 7 != 0).Select(r => ((long)r, "y", 1, "System.FormatException", $"bad {r}")));
    }

    [Fact]
    public async Task An_interrupted_run_gives_the_row_groups_that_were_finished()
    {
        await RunAsync(stopAfter: 45);
        using CheckpointReader reader = CheckpointReader.Open(_directory);
        reader.IsFinished.Should().BeFalse();
        Column<string> text = reader.GetColumn<string>("text");
        List<RowGroup> groups = [.. reader.RowGroups];
        groups.Should().NotBeEmpty().And.OnlyContain(group => group.FirstRow == group.Index * 10 && group.All(row => text[row].Length > 0));
        groups.Count.Should().BeLessThan(10);
    }

    [Fact]
    public async Task Nothing_in_the_directory_is_changed_and_a_run_may_go_on()
    {
        await RunAsync(stopAfter: 45);
        Dictionary<string, byte[]> before = Directory.EnumerateFiles(_directory).ToDictionary(file => file, File.ReadAllBytes);
        using (CheckpointReader reader = CheckpointReader.Open(_directory))
        {
            reader.GetColumn<string>("text");
            reader.Rows.Should().NotBeEmpty();
            Directory.EnumerateFiles(_directory).ToDictionary(file => file, File.ReadAllBytes).Should().BeEquivalentTo(before);
            await RunAsync(stopAfter: null);
            reader.Rows.Should().NotBeEmpty();
        }
    }

    [Fact]
    public async Task Wrong_names_and_types_are_told_apart()
    {
        await RunAsync(stopAfter: null);
        using CheckpointReader reader = CheckpointReader.Open(_directory);
        reader.Invoking(r => r.GetColumn<int>("z")).Should().Throw<KeyNotFoundException>().WithMessage("*'z' is not kept. There are: x, y, text.");
        reader.Invoking(r => r.GetColumn<long>("y")).Should().Throw<InvalidOperationException>().WithMessage("Column 'y' holds System.Int32, not System.Int64.");
    }

    [Fact]
    public async Task Directories_without_a_run_and_damaged_ones_are_refused()
    {
        this.Invoking(_ => CheckpointReader.Open(Path.Combine(_directory, "nowhere"))).Should().Throw<CheckpointException>().WithMessage("There is no directory*");
        this.Invoking(_ => CheckpointReader.Open(_directory)).Should().Throw<CheckpointException>().WithMessage("No run is kept in*");
        await RunAsync(stopAfter: null);
        string segment = Directory.EnumerateFiles(_directory, "*.segment").Single();
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(segment, bytes);
        Action read = () =>
        {
            using CheckpointReader reader = CheckpointReader.Open(_directory);
            reader.GetColumn<string>("text");
            reader.Rows.Count().Should().BePositive();
        };
        read.Should().Throw<CheckpointException>().Which.Path.Should().Be(segment);
    }

    private async Task<Column<int>> RunAsync(int? stopAfter)
    {
        int ended = 0;
        var run = new TaskCompletionSource<GraphRun>(TaskCreationOptions.RunContinuationsAsynchronously);
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<int> x = graph.Start("x", row => (int)row);
        Column<int> y = graph.From(x).Cell(
            "y",
            async (v, token) =>
            {
                GraphRun started = await run.Task.WaitAsync(token);
                if (Interlocked.Increment(ref ended) == stopAfter)
                    _ = started.StopAsync();
                return v % 10 == 3 ? throw new FormatException($"bad {v}") : v * 2;
            },
            new CellOptions { OnFailure = CellFailurePolicy.DropRow, Limiter = new Limiter("one") { MaxConcurrency = 1 } });
        graph.From(y).Cell("text", v => $"{v}", new CellOptions { RunsOnSkippedInputs = true });
        graph.SkipWhen(y, x, v => v % 5 == 0, value: -1);
        graph.Where(x, v => v % 7 != 0);
        run.SetResult(graph.Build(100).Run(new RunOptions { CheckpointDirectory = _directory, Workers = 1, Output = OutputOrder.None }));
        await (await run.Task).Completion.WaitAsync(Runs.Hang);
        return y;
    }
}
