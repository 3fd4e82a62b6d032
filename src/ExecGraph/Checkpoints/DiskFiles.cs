using Microsoft.Win32.SafeHandles;

namespace ExecGraph.Checkpoints;

/// <summary>A directory on disk.</summary>
/// <param name="directory">Its full path.</param>
internal sealed class DiskFiles(string directory) : IStoreFiles
{
    private const FileShare Everybody = FileShare.ReadWrite | FileShare.Delete;

    public string PathOf(string name) => name.Length == 0 ? directory : Path.Join(directory, name);

    public void CreateDirectory()
    {
        if (new DirectoryInfo(directory).LinkTarget is not null)
        {
            throw new CheckpointException($"'{directory}' is a link. Give the path that it leads to, if that is what you mean.") { Path = directory };
        }

        var missing = new List<string>();
        for (string? level = directory; level is not null && !Directory.Exists(level); level = Path.GetDirectoryName(level))
            missing.Add(level);
        Directory.CreateDirectory(directory);
        foreach (string level in missing)
        {
            if (Path.GetDirectoryName(level) is { } parent)
                DirectoryFlush.Flush(parent);
        }
    }

    public IReadOnlyList<StoreEntry> List() =>
        [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().Select(info => new StoreEntry(info.Name, info is FileInfo && !IsLink(info)))];

    public IStoreFile Open(string name) => Opened(name, FileMode.Open);

    public IStoreFile Create(string name) => Opened(name, FileMode.CreateNew);

    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void FlushDirectory() => DirectoryFlush.Flush(directory);

    public IDisposable? TryLock(string name)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(PathOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DiskFile(handle).OrThrow(PathOf(name));
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    // Not every reparse point of Windows leads elsewhere, and only for those that exist it is worth to ask.
    private static bool IsLink(FileSystemInfo info) => info.Attributes.HasFlag(FileAttributes.ReparsePoint) && info.LinkTarget is not null;

    // A pipe opened for both does not wait for somebody at its other end, as it would if it were opened to be read.
    private DiskFile Opened(string name, FileMode mode) =>
        new DiskFile(File.OpenHandle(PathOf(name), mode, FileAccess.ReadWrite, Everybody)).OrThrow(PathOf(name));

    /// <summary>ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK on Linux and on macOS.</summary>
    private static bool IsHeld(IOException exception) =>
        exception.GetType() == typeof(IOException)
        && (exception.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsLinux() ? 11 : 35);

    private sealed class DiskFile(SafeFileHandle handle) : IStoreFile
    {
        public long GetLength() => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            int total = 0;
            while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], offset + total) is > 0 and var read)
                total += read;
            return total;
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => RandomAccess.Write(handle, buffers, offset);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();

        /// <exception cref="CheckpointException">It has no length: it is a pipe or a device.</exception>
        internal DiskFile OrThrow(string path)
        {
            try
            {
                GetLength();
                return this;
            }
            catch (NotSupportedException)
            {
                Dispose();
                throw StoreErrors.NotAFile(path);
            }
        }
    }
}
