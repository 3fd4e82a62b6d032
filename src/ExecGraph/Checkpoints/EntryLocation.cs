namespace ExecGraph.Checkpoints;

/// <summary>Where the content of an entry is.</summary>
/// <param name="Segment">The segment's number.</param>
/// <param name="Offset">Of the content in the file.</param>
/// <param name="Length">Bytes of content.</param>
/// <param name="Checksum">Of the content.</param>
internal readonly record struct EntryLocation(int Segment, long Offset, int Length, uint Checksum)
{
    internal static EntryLocation Of(in RecordHeader header, int segment, long offset) => new(segment, offset + RecordHeader.Size, header.Length, header.Checksum);
}
