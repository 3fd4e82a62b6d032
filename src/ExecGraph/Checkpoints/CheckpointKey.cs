namespace ExecGraph;

/// <summary>What an entry of a store is.</summary>
public enum CheckpointKind : byte
{
    /// <summary>A row group that was settled in a stage: <see cref="CheckpointKey.Part"/> is the stage, <see cref="CheckpointKey.Index"/> the group.</summary>
    RowGroup = 1,

    /// <summary>Values that a dataset barrier has computed: the part is the column's number, the index counts the pieces from 0.</summary>
    BarrierValues = 2,

    /// <summary>A dataset barrier is done, and all of its pieces are there: the part is the column's number, the index 0.</summary>
    BarrierDone = 3,

    /// <summary>How far a sink has come: the part is the sink's number, the index 0.</summary>
    Sink = 4,

    /// <summary>The table is finished: part and index are 0.</summary>
    End = 5,

    /// <summary>How many rows the sources have, where nobody else knows: part and index are 0.</summary>
    Rows = 6,

    /// <summary>Why rows of a row group were dropped in a stage, in words, with what their cells had to work with: the part is the stage, the index the group.</summary>
    Dropped = 7,

    /// <summary>Dropped rows are being tried again: part and index are 0.</summary>
    Retry = 8,
}

/// <summary>The name of an entry of a store.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Part">0 or more; what it numbers depends on the kind.</param>
/// <param name="Index">0 or more; what it numbers depends on the kind.</param>
public readonly record struct CheckpointKey(CheckpointKind Kind, int Part, long Index)
{
    /// <summary>For messages.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Kind} {Part}.{Index}");
}

/// <summary>What a store held when it was opened.</summary>
/// <param name="Manifest">What was saved last; null if nothing was.</param>
/// <param name="Keys">The keys of the entries that count, each once.</param>
public sealed record StoredRun(ReadOnlyMemory<byte>? Manifest, IReadOnlyCollection<CheckpointKey> Keys);
