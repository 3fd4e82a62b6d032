using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>What was not flushed is lost, torn and reordered; again and again, also while the store is being opened after the last time.</summary>
public sealed class StorePowerLossTests
{
    [Fact]
    public async Task What_is_found_after_a_power_loss_is_a_prefix_and_holds_what_was_durable()
    {
        for (int seed = 0; seed < Soak.Times(250); seed++)
        {
            var random = new Random(seed);
            FileCheckpointOptions options = Options(random);
            var script = new StoreScript(random, options);
            var files = new MemoryFiles();
            try
            {
                for (int generation = 0; generation < 4; generation++)
                    files = await RunUntilPowerLossAsync(script, files, random);
                await using var store = new FileCheckpointStore(files, options);
                await script.OpenAsync(store, script.Model.Durable);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}.", exception);
            }
        }
    }

    private static FileCheckpointOptions Options(Random random) => new()
    {
        MaxSegmentBytes = random.Next(3) switch
        {
            0 => 1,
            1 => random.Next(100, 1_500),
            _ => 1_000_000,
        },
        // Either only where the script asks for it, or behind each append.
        TimeProvider = random.Next(2) == 0 ? new VirtualTimeProvider() : TimeProvider.System,
        FlushInterval = TimeSpan.Zero,
    };

    private static async Task<MemoryFiles> RunUntilPowerLossAsync(StoreScript script, MemoryFiles files, Random random)
    {
        var faulty = new FaultyFiles(files, random.Next(1, 250), random.Next(2) == 0 ? Fault.Dies : Fault.DiesWithin);
        MemoryFiles? left = null;
        try
        {
            await script.RunAsync(faulty, random.Next(1, 60), script.Model.Durable, beforeEnd: () => left = files.AfterPowerLoss(random));
        }
        catch (CheckpointException) when (faulty.Failed is not null)
        {
        }

        return left ?? files.AfterPowerLoss(random);
    }
}
