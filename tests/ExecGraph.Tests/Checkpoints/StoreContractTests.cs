using ExecGraph.Tests.Contracts;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

public sealed class FileStoreContractTests : CheckpointStoreContract
{
    private readonly TestDirectory _directory = new();

    protected override ICheckpointStore NewStore() => new FileCheckpointStore(_directory["store"]);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>With a file for nearly each entry.</summary>
public sealed class SmallSegmentsContractTests : CheckpointStoreContract
{
    private readonly MemoryFiles _files = new();

    protected override ICheckpointStore NewStore() =>
        new FileCheckpointStore(_files, new FileCheckpointOptions { MaxSegmentBytes = 200, FlushInterval = TimeSpan.Zero });
}

public sealed class MemoryStoreContractTests : CheckpointStoreContract
{
    private readonly MemoryCheckpoints _checkpoints = new();

    protected override ICheckpointStore NewStore() => new MemoryCheckpointStore(_checkpoints);
}

public sealed class AsynchronousStoreContractTests : CheckpointStoreContract
{
    private readonly MemoryCheckpoints _checkpoints = new();

    protected override ICheckpointStore NewStore() => new MemoryCheckpointStore(_checkpoints) { IsAsynchronous = true };
}
