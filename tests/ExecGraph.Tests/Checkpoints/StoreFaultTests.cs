using ExecGraph.Checkpoints;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>Every operation on the directory goes wrong once, in every way.</summary>
public sealed class StoreFaultTests
{
    // The clock stands still, so a flush happens where the script asks for one, and operations come in the same order each time.
    private static readonly FileCheckpointOptions Options = new() { MaxSegmentBytes = 700, TimeProvider = new VirtualTimeProvider() };

    private const int Steps = 50;

    [Theory]
    [InlineData(Fault.Fails)]
    [InlineData(Fault.FailsAfterwards)]
    [InlineData(Fault.Tears)]
    [InlineData(Fault.Dies)]
    [InlineData(Fault.DiesWithin)]
    public async Task Whatever_goes_wrong_is_said_and_nothing_that_was_written_before_is_lost(Fault fault)
    {
        for (int seed = 0; seed < Soak.Times(1); seed++)
        {
            int operations = await CountAsync(seed);
            operations.Should().BeGreaterThan(200);
            for (int at = 1; at <= operations; at++)
                await RunAsync(seed, at, fault);
        }
    }

    private static async Task<int> CountAsync(int seed)
    {
        var files = new FaultyFiles(new MemoryFiles(), int.MaxValue, Fault.Fails);
        await new StoreScript(new Random(seed), Options).RunAsync(files, Steps, atLeast: 0);
        return files.Operations;
    }

    private static async Task RunAsync(int seed, int at, Fault fault)
    {
        var memory = new MemoryFiles();
        var files = new FaultyFiles(memory, at, fault);
        var script = new StoreScript(new Random(seed), Options);
        CheckpointException? thrown = null;
        try
        {
            await script.RunAsync(files, Steps, atLeast: 0);
        }
        catch (CheckpointException exception)
        {
            thrown = exception;
        }

        // That file is there for the reader of a message; nothing depends on it.
        if (files.Failed != "Delete " + StoreNames.Holder)
            thrown.Should().NotBeNull("operation {0} of seed {1}, {2}, {3}", at, seed, files.Failed, fault);

        MemoryFiles left = MemoryFiles.Of(memory.Contents);
        await using var store = new FileCheckpointStore(left, Options);
        await script.OpenAsync(store, script.Model.Written);
        left.Contents.Keys.Should().NotContain(name => name.EndsWith(".tmp") || name == StoreNames.Clearing);
        await store.AppendAsync(new CheckpointKey(CheckpointKind.End, 0, 0), new byte[5]);
        await store.FlushAsync();
    }
}
