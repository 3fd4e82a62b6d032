namespace ExecGraph.Checkpoints;

/// <summary>Reads headers of records, a page at a time, and checks contents without keeping them.</summary>
internal sealed class RecordReader(IStoreFile file, ulong log)
{
    private const int PageSize = 4 * 1024;
    private const int ChunkSize = 64 * 1024;

    private readonly byte[] _page = new byte[PageSize];
    private long _pageStart;
    private int _pageLength;

    internal long Length { get; } = file.GetLength();

    /// <returns>False if no header of this log stands there that says it does.</returns>
    internal bool TryRead(long offset, long position, out RecordHeader header)
    {
        if (offset < _pageStart || offset + RecordHeader.Size > _pageStart + _pageLength)
        {
            _pageLength = file.Read(_page, offset);
            _pageStart = offset;
        }

        int first = (int)(offset - _pageStart);
        return RecordHeader.TryRead(_page.AsSpan(first, Math.Max(0, _pageLength - first)), log, out header) && header.Position == position;
    }

    internal bool IsIntact(in EntryLocation entry)
    {
        byte[] chunk = new byte[Math.Min(ChunkSize, entry.Length)];
        uint state = Crc32C.Begin;
        for (int done = 0; done < entry.Length;)
        {
            Span<byte> part = chunk.AsSpan(0, Math.Min(chunk.Length, entry.Length - done));
            if (file.Read(part, entry.Offset + done) < part.Length)
                return false;
            state = Crc32C.Add(state, part);
            done += part.Length;
        }

        return Crc32C.End(state) == entry.Checksum;
    }

    /// <summary>The highest position that any header from an offset on says is durable, wherever it stands; 0 if there is none.</summary>
    internal long HighestMark(long from)
    {
        byte[] chunk = new byte[ChunkSize];
        long highest = 0;
        for (long offset = (from + RecordHeader.Alignment - 1) & -RecordHeader.Alignment; offset < Length; offset += ChunkSize - RecordHeader.Size)
        {
            int read = file.Read(chunk, offset);
            for (int i = 0; i + RecordHeader.Size <= read; i += RecordHeader.Alignment)
            {
                if (RecordHeader.TryRead(chunk.AsSpan(i, RecordHeader.Size), log, out RecordHeader header))
                    highest = Math.Max(highest, header.Durable);
            }
        }

        return highest;
    }
}
