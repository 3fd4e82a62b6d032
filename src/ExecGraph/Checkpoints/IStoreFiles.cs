namespace ExecGraph.Checkpoints;

/// <summary>
/// What a store does to its directory: everything goes through here, so that a test can let any single operation fail, or forget what a power loss would.
/// Names are plain names of files in the directory; failures are <see cref="IOException"/>s and what else the file system throws.
/// </summary>
internal interface IStoreFiles
{
    /// <summary>The path of a file, or of the directory itself where the name is empty; for messages.</summary>
    string PathOf(string name);

    /// <summary>Makes the directory unless it is there.</summary>
    /// <exception cref="CheckpointException">It is a link.</exception>
    void CreateDirectory();

    /// <summary>The entries of the directory, in no order.</summary>
    IReadOnlyList<StoreEntry> List();

    /// <summary>Opens a file that exists, to be read and written.</summary>
    IStoreFile Open(string name);

    /// <summary>Makes a file, which must not exist: a link of that name is not followed.</summary>
    IStoreFile Create(string name);

    /// <summary>Gives a file another name, in place of the file that had it.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file, if there is one.</summary>
    void Delete(string name);

    /// <summary>Makes durable which files there are, and what they are called.</summary>
    void FlushDirectory();

    /// <summary>Takes a lock that ends with the process at the latest, and makes its file if need be.</summary>
    /// <returns>Null if somebody has it.</returns>
    IDisposable? TryLock(string name);
}

/// <summary>An open file. Reads may run beside each other and beside everything else.</summary>
internal interface IStoreFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long GetLength();

    /// <summary>Fills the buffer, unless the file ends before.</summary>
    /// <returns>How many bytes were read.</returns>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes the buffers one after the other: all of them, or it throws and nobody knows how much was written.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset);

    /// <summary>Cuts the file off, or fills it up with zeros.</summary>
    void SetLength(long length);

    /// <summary>Makes durable what was written before.</summary>
    void Flush();
}

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsFile">It is a file: not a directory, and not a link.</param>
internal readonly record struct StoreEntry(string Name, bool IsFile);
