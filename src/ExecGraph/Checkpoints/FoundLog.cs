namespace ExecGraph.Checkpoints;

/// <summary>A segment of which something counts.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Start">Where in the log it begins.</param>
/// <param name="Length">Bytes of the file that count.</param>
internal readonly record struct SegmentExtent(int Number, long Start, long Length)
{
    internal long End => Start + Length;
}

/// <summary>What a directory holds of a log, and what is to be cut off.</summary>
/// <param name="Log">The log's number.</param>
/// <param name="Segments">In order; none if there is no log yet.</param>
/// <param name="Entries">Where the entries are that count.</param>
/// <param name="EntriesEnd">The end of the last entry, in the log.</param>
/// <param name="Marked">Up to where in the log a record says that it was durable.</param>
/// <param name="Cut">What was begun and never durable; null if there is nothing such.</param>
internal sealed record FoundLog(
    ulong Log,
    IReadOnlyList<SegmentExtent> Segments,
    Dictionary<CheckpointKey, EntryLocation> Entries,
    long EntriesEnd,
    long Marked,
    LogCut? Cut)
{
    internal static FoundLog Nothing { get; } = new(0, [], [], 0, 0, Cut: null);

    internal long End => Segments.Count == 0 ? 0 : Segments[^1].End;
}

/// <summary>What a crash left of writes that were never durable.</summary>
/// <param name="Path">The file in which it begins.</param>
/// <param name="Offset">Where in the file.</param>
/// <param name="What">What is wrong there.</param>
/// <param name="Segments">Numbers of the segments that are of no use at all, ascending.</param>
internal sealed record LogCut(string Path, long Offset, string What, IReadOnlyList<int> Segments);
