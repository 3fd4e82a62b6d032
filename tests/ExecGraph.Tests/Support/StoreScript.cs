using ExecGraph.Checkpoints;

namespace ExecGraph.Tests.Support;

/// <summary>Uses a store as random numbers say, and keeps a model of it.</summary>
internal sealed class StoreScript(Random random, FileCheckpointOptions options)
{
    internal StoreModel Model { get; } = new();

    /// <summary>Opens the store, uses it, and opens it anew a few times. What it throws is the store's.</summary>
    /// <param name="files">Where the store is.</param>
    /// <param name="steps">Calls to make.</param>
    /// <param name="atLeast">What the first opening has to find of what was appended.</param>
    /// <param name="beforeEnd">Called when all steps are done and the store is still open: what closing it does then is not looked at.</param>
    internal async Task RunAsync(IStoreFiles files, int steps, int atLeast, Action? beforeEnd = null)
    {
        FileCheckpointStore store = New(files);
        try
        {
            await OpenAsync(store, atLeast);
            for (int i = 0; i < steps; i++)
            {
                switch (random.Next(40))
                {
                    case < 26:
                        await AppendAsync(store);
                        break;
                    case < 31:
                        await store.FlushAsync();
                        Model.Flushed();
                        break;
                    case < 33:
                        await SaveAsync(store);
                        break;
                    case < 34:
                        Model.Clearing();
                        await store.ClearAsync();
                        Model.Cleared();
                        break;
                    case < 37:
                        await ReadAsync(store);
                        break;
                    default:
                        await store.DisposeAsync();
                        Model.Flushed();
                        store = New(files);
                        await OpenAsync(store, Model.Written);
                        break;
                }
            }

            if (beforeEnd is not null)
            {
                beforeEnd();
                return;
            }

            await store.DisposeAsync();
            Model.Flushed();
        }
        finally
        {
            await EndAsync(store);
        }
    }

    /// <summary>Everything that is in a store.</summary>
    internal static async Task<Dictionary<CheckpointKey, byte[]>> ReadAllAsync(ICheckpointStore store, StoredRun run)
    {
        Dictionary<CheckpointKey, byte[]> found = [];
        foreach (CheckpointKey key in run.Keys)
            found.Add(key, (await store.ReadAsync(key)).ToArray());
        return found;
    }

    internal async Task OpenAsync(ICheckpointStore store, int atLeast)
    {
        StoredRun run = await store.OpenAsync();
        Model.Adopt(run.Manifest?.ToArray(), await ReadAllAsync(store, run), atLeast);
    }

    private FileCheckpointStore New(IStoreFiles files) => new(files, options);

    private async Task AppendAsync(FileCheckpointStore store)
    {
        var key = new CheckpointKey((CheckpointKind)random.Next(1, 4), random.Next(2), random.Next(4));
        byte[] content = Bytes(random.Next(3) == 0 ? random.Next(20) : random.Next(300));
        Model.Appending(key, content);
        await store.AppendAsync(key, content);
        Model.Appended();
    }

    private async Task SaveAsync(FileCheckpointStore store)
    {
        byte[] manifest = Bytes(random.Next(100));
        Model.Saving(manifest);
        await store.SaveManifestAsync(manifest);
        Model.Saved();
    }

    private async Task ReadAsync(FileCheckpointStore store)
    {
        foreach (CheckpointKey key in Model.Keys.Take(1))
            (await store.ReadAsync(key)).ToArray().Should().Equal(Model.Content(key));
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    // After a failure, whatever it still has to say is known.
    private static async Task EndAsync(FileCheckpointStore store)
    {
        try
        {
            await store.DisposeAsync();
        }
        catch (CheckpointException)
        {
        }
    }
}
