using System.Collections.Concurrent;
using ExecGraph.Checkpoints;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>Whole runs, kept in files of which every operation goes wrong once, in every way: what goes on afterwards gives the table of a run that nothing happened to.</summary>
public sealed class FaultedRunTests
{
    private static readonly FileCheckpointOptions StoreOptions = new() { MaxSegmentBytes = 700 };

    private readonly ConcurrentDictionary<long, int> _ran = new();

    [Theory]
    [InlineData(Fault.Fails)]
    [InlineData(Fault.FailsAfterwards)]
    [InlineData(Fault.Tears)]
    [InlineData(Fault.Dies)]
    [InlineData(Fault.DiesWithin)]
    public async Task Whatever_goes_wrong_with_the_files_the_run_says_so_and_goes_on_afterwards(Fault fault)
    {
        (ExecutionGraph graph, Column<string> text) = Table();
        string expected = await RowsAsync(graph, text, new RunOptions());
        var random = new Random((int)fault);
        var whole = new FaultyFiles(new MemoryFiles(), int.MaxValue, fault);
        (await RowsAsync(graph, text, Options(whole))).Should().Be(expected);
        for (int round = 0; round < Soak.Times(1); round++)
        {
            for (int at = 1; at <= whole.Operations; at++)
                await FailAndGoOnAsync(graph, text, expected, at, fault, random);
        }
    }

    private async Task FailAndGoOnAsync(ExecutionGraph graph, Column<string> text, string expected, int at, Fault fault, Random random)
    {
        var memory = new MemoryFiles();
        var files = new FaultyFiles(memory, at, fault);
        try
        {
            (await RowsAsync(graph, text, Options(files))).Should().Be(expected);
            string? forgiven = files.Failed; // how many operations there are depends on how many flushes are made together
            forgiven.Should().BeOneOf([null, "Delete " + StoreNames.Holder], "operation {0}, {1}", at, fault);
        }
        catch (CheckpointException)
        {
            files.Failed.Should().NotBeNull();
        }

        MemoryFiles left = random.Next(2) == 0 ? MemoryFiles.Of(memory.Contents) : memory.AfterPowerLoss(random);
        MemoryFiles copy = MemoryFiles.Of(left.Contents);
        HashSet<long> stored = await GroupsAsync(copy);
        _ran.Clear();
        (await RowsAsync(graph, text, Options(left))).Should().Be(expected, "operation {0}, {1}, {2}", at, files.Failed, fault);
        _ran.Keys.Should().NotContain(row => stored.Contains(row / 10), "operation {0}, {1}, {2}", at, files.Failed, fault);
        left.Contents.Keys.Should().NotContain(name => name.EndsWith(".tmp") || name == StoreNames.Clearing);
    }

    private static async Task<HashSet<long>> GroupsAsync(MemoryFiles files)
    {
        await using var store = new FileCheckpointStore(files, StoreOptions);
        return [.. (await store.OpenAsync()).Keys.Where(key => key is { Kind: CheckpointKind.RowGroup, Part: 0 }).Select(key => key.Index)];
    }

    private static async Task<string> RowsAsync(ExecutionGraph graph, Column<string> column, RunOptions options) =>
        string.Join('\n', await graph.CollectAsync(column, options with { Workers = 2, MaxActiveRowGroups = 2 }));

    private static RunOptions Options(IStoreFiles files) => new() { CheckpointStore = new FileCheckpointStore(files, StoreOptions) };

    /// <summary>Two stages, with a barrier, an aggregate and rows that are dropped.</summary>
    private (ExecutionGraph Graph, Column<string> Text) Table()
    {
        var graph = new GraphBuilder { RowGroupSize = 10 };
        Column<long> x = graph.Start("x", row => _ran.AddOrUpdate(row, 1, (_, times) => times + 1) > 0 ? row : -1);
        Column<long> y = graph.From(x).Cell("y", v => v % 10 == 3 ? throw new FormatException($"{v}") : v * v, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        Column<long> rank = graph.From(y).Barrier("rank", all => all.Select(v => v % 7 + all.Count).ToArray());
        Column<long> sum = graph.From(y).Aggregate("sum", () => 0L, (state, v) => state + v, (a, b) => a + b, (state, v) => state - v);
        Column<string> text = graph.From(rank, sum).Cell("text", (r, s) => $"{r} of {s}");
        return (graph.Build(75), text);
    }
}
