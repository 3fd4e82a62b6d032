using ExecGraph.Checkpoints;

namespace ExecGraph.Tests.Support;

/// <summary>
/// A directory in memory that knows what of it is durable: what was flushed. <see cref="AfterPowerLoss"/> is what may be left of the rest, which is anything.
/// </summary>
internal sealed class MemoryFiles : IStoreFiles
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Node> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Node> _durableFiles = new(StringComparer.Ordinal);
    private readonly List<Action<SortedDictionary<string, Node>>> _unflushed = [];
    private bool _isLocked;

    /// <summary>Everything is durable in it.</summary>
    internal static MemoryFiles Of(IReadOnlyDictionary<string, byte[]> contents)
    {
        var files = new MemoryFiles();
        foreach ((string name, byte[] content) in contents)
        {
            files._files[name] = new Node(content);
            files._durableFiles[name] = files._files[name];
        }

        return files;
    }

    /// <summary>Called before a file or the directory is flushed.</summary>
    internal Action? Flushing { get; set; }

    /// <summary>What the processes see now, and what is left of it if one of them is killed.</summary>
    internal Dictionary<string, byte[]> Contents
    {
        get
        {
            lock (_gate)
                return _files.ToDictionary(file => file.Key, file => file.Value.Content.ToArray());
        }
    }

    /// <summary>
    /// What may be there after a loss of power: what was flushed, and of everything since then some. Of a write, some pieces; of what was done to the directory,
    /// some steps; where a piece is missing there are zeros, or what was on the disk before.
    /// </summary>
    internal MemoryFiles AfterPowerLoss(Random random)
    {
        lock (_gate)
        {
            var left = new SortedDictionary<string, Node>(_durableFiles, StringComparer.Ordinal);
            double kept = Share(random);
            foreach (Action<SortedDictionary<string, Node>> change in _unflushed)
            {
                if (random.NextDouble() < kept)
                    change(left);
            }

            return Of(left.ToDictionary(file => file.Key, file => file.Value.AfterPowerLoss(random)));
        }
    }

    public string PathOf(string name) => "memory/" + name;

    public void CreateDirectory()
    {
    }

    public IReadOnlyList<StoreEntry> List()
    {
        lock (_gate)
            return [.. _files.Keys.Select(name => new StoreEntry(name, IsFile: true))];
    }

    public IStoreFile Open(string name)
    {
        lock (_gate)
            return new MemoryFile(this, _files.GetValueOrDefault(name) ?? throw new FileNotFoundException($"There is no file {name}."));
    }

    public IStoreFile Create(string name)
    {
        lock (_gate)
        {
            if (_files.ContainsKey(name))
                throw new IOException($"The file {name} exists.");
            var node = new Node([]);
            Change_NeedsLock(files => files[name] = node);
            return new MemoryFile(this, node);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Node node = _files.GetValueOrDefault(from) ?? throw new FileNotFoundException($"There is no file {from}.");
            Change_NeedsLock(files =>
            {
                files.Remove(from);
                files[to] = node;
            });
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            if (_files.ContainsKey(name))
                Change_NeedsLock(files => files.Remove(name));
        }
    }

    public void FlushDirectory()
    {
        Flushing?.Invoke();
        lock (_gate)
        {
            foreach (Action<SortedDictionary<string, Node>> change in _unflushed)
                change(_durableFiles);
            _unflushed.Clear();
        }
    }

    public IDisposable? TryLock(string name)
    {
        lock (_gate)
        {
            if (_isLocked)
                return null;
            _isLocked = true;
            return new Held(this);
        }
    }

    internal static byte[] Together(IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        byte[] bytes = new byte[buffers.Sum(buffer => buffer.Length)];
        int at = 0;
        foreach (ReadOnlyMemory<byte> buffer in buffers)
        {
            buffer.CopyTo(bytes.AsMemory(at));
            at += buffer.Length;
        }

        return bytes;
    }

    private void Change_NeedsLock(Action<SortedDictionary<string, Node>> change)
    {
        change(_files);
        _unflushed.Add(change);
    }

    /// <summary>Nothing, something or everything: each is likely enough.</summary>
    private static double Share(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => 1,
        _ => random.NextDouble(),
    };

    private sealed class Held(MemoryFiles files) : IDisposable
    {
        public void Dispose()
        {
            lock (files._gate)
                files._isLocked = false;
        }
    }

    private sealed class MemoryFile(MemoryFiles files, Node node) : IStoreFile
    {
        private bool _isDisposed;

        public long GetLength()
        {
            lock (files._gate)
                return Node.Content.Length;
        }

        private Node Node
        {
            get
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return node;
            }
        }

        public int Read(Span<byte> buffer, long offset)
        {
            lock (files._gate)
            {
                ReadOnlySpan<byte> content = Node.Content;
                int read = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
                content.Slice((int)Math.Min(offset, content.Length), read).CopyTo(buffer);
                return read;
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            byte[] bytes = Together(buffers);
            lock (files._gate)
                Node.Write((int)offset, bytes);
        }

        public void SetLength(long length)
        {
            lock (files._gate)
                Node.SetLength((int)length);
        }

        public void Flush()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            files.Flushing?.Invoke();
            lock (files._gate)
                Node.Flush();
        }

        public void Dispose() => _isDisposed = true;
    }

    /// <summary>A file, whatever it is called.</summary>
    private sealed class Node(byte[] content)
    {
        private readonly List<(int Offset, byte[]? Bytes)> _unflushed = [];
        private byte[] _content = [.. content];
        private byte[] _durable = [.. content];
        private int _length = content.Length;

        internal ReadOnlySpan<byte> Content => _content.AsSpan(0, _length);

        internal void Write(int offset, byte[] bytes)
        {
            Write(ref _content, ref _length, offset, bytes);
            _unflushed.Add((offset, bytes));
        }

        internal void SetLength(int length)
        {
            SetLength(ref _content, ref _length, length);
            _unflushed.Add((length, null));
        }

        internal void Flush()
        {
            _durable = Content.ToArray();
            _unflushed.Clear();
        }

        internal byte[] AfterPowerLoss(Random random)
        {
            byte[] left = [.. _durable];
            int length = left.Length;
            double kept = Share(random);
            int piece = 1 << random.Next(13);
            foreach ((int offset, byte[]? bytes) in _unflushed)
            {
                if (bytes is null)
                {
                    if (random.NextDouble() < kept)
                        SetLength(ref left, ref length, offset);
                    continue;
                }

                for (int at = offset; at < offset + bytes.Length;)
                {
                    int end = Math.Min((at / piece + 1) * piece, offset + bytes.Length);
                    if (random.NextDouble() < kept)
                        Write(ref left, ref length, at, bytes[(at - offset)..(end - offset)]);
                    at = end;
                }
            }

            if (random.Next(3) == 0 && length < _length)
                SetLength(ref left, ref length, random.Next(length, _length + 1));
            if (random.Next(3) == 0)
                FillMissing(random, left.AsSpan(Math.Min(length, Math.Max(_durable.Length, SegmentHeader.Size))..length));
            return left[..length];
        }

        // What the disk held before, where nothing has been written over it.
        private static void FillMissing(Random random, Span<byte> unflushed)
        {
            for (int i = 0; i + 8 <= unflushed.Length; i += 8)
            {
                if (!unflushed.Slice(i, 8).ContainsAnyExcept((byte)0))
                    random.NextBytes(unflushed.Slice(i, 8));
            }
        }

        private static void Write(ref byte[] content, ref int length, int offset, byte[] bytes)
        {
            if (offset + bytes.Length > length)
                SetLength(ref content, ref length, offset + bytes.Length);
            bytes.CopyTo(content, offset);
        }

        private static void SetLength(ref byte[] content, ref int length, int to)
        {
            if (to > content.Length)
                Array.Resize(ref content, Math.Max(to, content.Length * 2));
            if (to < length)
                content.AsSpan(to, length - to).Clear();
            length = to;
        }
    }
}
