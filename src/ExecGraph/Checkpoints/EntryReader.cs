namespace ExecGraph.Checkpoints;

/// <summary>Reads an entry, and believes it only if its checksum is right.</summary>
internal static class EntryReader
{
    /// <exception cref="CheckpointException">It is damaged, or cannot be read.</exception>
    internal static byte[] Read(IStoreFiles files, SegmentReaders readers, CheckpointKey key, in EntryLocation entry)
    {
        string name = StoreNames.Segment(entry.Segment);
        byte[] content = GC.AllocateUninitializedArray<byte>(entry.Length);
        int read;
        try
        {
            read = readers.Read(entry.Segment, content, entry.Offset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Failed(files.PathOf(name), "read", exception);
        }

        if (read < entry.Length)
            throw StoreErrors.Damage(files.PathOf(name), entry.Offset + read, $"the file ends within entry {key}");
        if (Crc32C.Of(content) != entry.Checksum)
            throw StoreErrors.Damage(files.PathOf(name), entry.Offset, $"the checksum of entry {key} is wrong");
        return content;
    }
}
