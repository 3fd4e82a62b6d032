using System.Buffers.Binary;

namespace ExecGraph.Checkpoints;

/// <summary>What stands before the content of an entry. A mark is a header alone.</summary>
/// <param name="Key">Whose content follows; of kind 0 for a mark.</param>
/// <param name="Position">Where in the log the header stands: a record that was copied elsewhere is none.</param>
/// <param name="Durable">A position in the log up to which everything was durable when this was written.</param>
/// <param name="Length">Bytes of content.</param>
/// <param name="Checksum">Of the content.</param>
internal readonly record struct RecordHeader(CheckpointKey Key, long Position, long Durable, int Length, uint Checksum)
{
    internal const int Size = 48;

    /// <summary>Records begin at multiples of this, so that they can be searched for.</summary>
    internal const int Alignment = 8;

    /// <summary>"xrec" in the file.</summary>
    internal const uint Magic = 0x63657278;

    internal bool IsMark => Key.Kind == 0;

    /// <summary>Bytes from here to the next record.</summary>
    internal long RecordSize => SizeOf(Length);

    internal static RecordHeader Mark(long position, long durable) => new(default, position, durable, 0, Crc32C.Of([]));

    internal static long SizeOf(int length) => (Size + (long)length + Alignment - 1) & -Alignment;

    /// <param name="to">Room for <see cref="Size"/> bytes.</param>
    /// <param name="log">The number of the log, which the checksum covers: a record of another log is none.</param>
    internal void Write(Span<byte> to, ulong log)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], (uint)Key.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], Key.Part);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Key.Index);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Position);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], Durable);
        BinaryPrimitives.WriteInt32LittleEndian(to[40..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[44..], Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], ChecksumOf(to, log));
    }

    /// <summary>Reads a header that says itself where it stands.</summary>
    /// <returns>False if these bytes are no header of this log.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> from, ulong log, out RecordHeader header)
    {
        header = default;
        if (from.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(from[4..]) != ChecksumOf(from, log))
            return false;
        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        header = new RecordHeader(
            new CheckpointKey((CheckpointKind)kind, BinaryPrimitives.ReadInt32LittleEndian(from[12..]), BinaryPrimitives.ReadInt64LittleEndian(from[16..])),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[44..]));
        return kind <= byte.MaxValue && header.IsPossible;
    }

    // Whoever forges a checksum must not get further than somebody who does not.
    private bool IsPossible =>
        Key.Part >= 0 && Key.Index >= 0 && Length is >= 0 and <= CommitLog.MaxContent
        && Durable >= 0 && Durable <= Position && (!IsMark || Length == 0);

    private static uint ChecksumOf(ReadOnlySpan<byte> header, ulong log) => Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin, log), header[8..Size]));
}
