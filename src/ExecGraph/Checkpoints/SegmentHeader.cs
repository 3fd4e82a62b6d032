using System.Buffers.Binary;

namespace ExecGraph.Checkpoints;

/// <summary>What a segment begins with.</summary>
/// <param name="Number">The segment's number, from 1 on.</param>
/// <param name="Start">Where in the log the segment begins: the bytes of all segments before it.</param>
/// <param name="Log">A number that all segments of a log have, and those of no other.</param>
internal readonly record struct SegmentHeader(int Number, long Start, ulong Log)
{
    internal const int Size = 40;
    internal const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "EXECGSEG"u8;

    internal void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Start);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], Log);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], ChecksumOf(to));
    }

    /// <summary>Reads the header of a segment.</summary>
    /// <param name="from">The first bytes of the file; fewer than <see cref="Size"/> if it is shorter.</param>
    /// <param name="number">Which segment it is by its name.</param>
    /// <param name="log">The log's number; null if this is the segment that tells it.</param>
    /// <param name="path">For messages.</param>
    /// <returns>Null if the header may be one of which the operating system has not written everything: some bytes are missing or 0.</returns>
    /// <exception cref="CheckpointException">The file is of another kind, version, log or place.</exception>
    internal static SegmentHeader? Read(ReadOnlySpan<byte> from, int number, ulong? log, string path)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        from.CopyTo(bytes);
        Span<byte> expected = stackalloc byte[Size];
        new SegmentHeader(number, 0, log ?? 0).Write(expected);
        if (!IsOrLacks(bytes[..8], expected[..8]))
            throw StoreErrors.Damage(path, 0, "it does not begin as a segment does");
        if (!IsOrLacks(bytes[8..12], expected[8..12]))
            throw StoreErrors.OtherVersion(path, BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), Version);
        if (!IsOrLacks(bytes[16..24], expected[16..24]))
            throw StoreErrors.Damage(path, 16, "the number in it is not the one in its name");
        if (log is not null && !IsOrLacks(bytes[32..], expected[32..]))
            throw StoreErrors.Damage(path, 32, "it belongs to another log than the first segment");

        bool isWhole = from.Length == Size
            && bytes[..12].SequenceEqual(expected[..12])
            && bytes[16..24].SequenceEqual(expected[16..24])
            && (log is null || bytes[32..].SequenceEqual(expected[32..]))
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) == ChecksumOf(bytes);
        return isWhole
            ? new SegmentHeader(number, BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]))
            : null;
    }

    private static bool IsOrLacks(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != 0 && bytes[i] != expected[i])
                return false;
        }

        return true;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> header) => Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin, header[..12]), header[16..Size]));
}
