using System.Buffers.Binary;

namespace ExecGraph.Checkpoints;

/// <summary>A file that is replaced as a whole or not at all.</summary>
internal static class WholeFile
{
    internal const int HeaderSize = 24;
    internal const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "EXECGONE"u8;

    /// <summary>Replaces the file, durably.</summary>
    internal static void Replace(IStoreFiles files, string name, ReadOnlyMemory<byte> content)
    {
        byte[] header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), ChecksumOf(header, name, content.Span));
        ReplaceRaw(files, name, [header, content], isDurable: true);
    }

    /// <summary>Replaces a file with nothing but these bytes.</summary>
    internal static void ReplaceRaw(IStoreFiles files, string name, IReadOnlyList<ReadOnlyMemory<byte>> bytes, bool isDurable)
    {
        string temporary = StoreNames.Temporary(name);
        files.Delete(temporary);
        using (IStoreFile file = files.Create(temporary))
        {
            file.Write(bytes, 0);
            if (isDurable)
                file.Flush();
        }

        files.Rename(temporary, name);
        if (isDurable)
            files.FlushDirectory();
    }

    /// <summary>The content of a file that exists.</summary>
    /// <exception cref="CheckpointException">It is damaged, or of another version.</exception>
    internal static byte[] Read(IStoreFiles files, string name)
    {
        string path = files.PathOf(name);
        using IStoreFile file = files.Open(name);
        long length = file.GetLength();
        byte[] header = new byte[HeaderSize];
        if (file.Read(header, 0) < HeaderSize)
            throw StoreErrors.Damage(path, length, "it ends within its first bytes");
        if (!header.AsSpan(0, 8).SequenceEqual(Magic))
            throw StoreErrors.Damage(path, 0, "it does not begin as such a file does");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (version != Version)
            throw StoreErrors.OtherVersion(path, version, Version);
        // The length is believed only if the file is as long: then it is what memory is taken for.
        if (BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16)) != length - HeaderSize || length - HeaderSize > Array.MaxLength)
            throw StoreErrors.Damage(path, 16, "it is not as long as it says");

        byte[] content = new byte[length - HeaderSize];
        if (file.Read(content, HeaderSize) < content.Length || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)) != ChecksumOf(header, name, content))
            throw StoreErrors.Damage(path, HeaderSize, "the checksum of its content is wrong");
        return content;
    }

    // Of the name as well: such a file under another one's name means something else.
    private static uint ChecksumOf(ReadOnlySpan<byte> header, string name, ReadOnlySpan<byte> content)
    {
        uint state = Crc32C.Add(Crc32C.Add(Crc32C.Begin, header[..12]), header[16..HeaderSize]);
        foreach (char letter in name)
            state = Crc32C.Add(state, letter);
        return Crc32C.End(Crc32C.Add(state, content));
    }
}
