namespace ExecGraph.Tests.Support;

/// <summary>What a <see cref="MemoryCheckpointStore"/> keeps, and what outlives it: hand it to the store of the next run.</summary>
internal sealed class MemoryCheckpoints
{
    /// <summary>What was saved last; null if nothing was.</summary>
    internal byte[]? Manifest { get; set; }

    /// <summary>Every entry that was appended, also those that a later one of the same key has replaced.</summary>
    internal List<(CheckpointKey Key, byte[] Content)> Log { get; init; } = [];

    /// <summary>How many of them are durable.</summary>
    internal int Durable { get; set; }

    /// <summary>The store that has it; null if none does.</summary>
    internal MemoryCheckpointStore? Holder { get; set; }

    /// <summary>Guards everything here.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>What the next run would find if this one had died now, with as many entries written as are asked for: at least those that are durable.</summary>
    internal MemoryCheckpoints AfterCrash(int entries)
    {
        lock (Gate)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(entries, Durable);
            return new MemoryCheckpoints { Manifest = Manifest, Log = [.. Log.Take(entries)], Durable = entries };
        }
    }
}
