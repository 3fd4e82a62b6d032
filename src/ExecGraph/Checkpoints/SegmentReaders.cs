namespace ExecGraph.Checkpoints;

/// <summary>
/// Open segments to read from: a few are kept, however many there are. One that is in use belongs to one reader, so it cannot be closed under it.
/// </summary>
internal sealed class SegmentReaders(IStoreFiles files) : IDisposable
{
    private const int MaxIdle = 8;

    private readonly Lock _lock = new();

    // The least recently used first.
    private readonly List<(int Number, IStoreFile File)> _idle = [];
    private bool _isDisposed;

    internal int Read(int number, Span<byte> buffer, long offset)
    {
        IStoreFile file = Take(number);
        bool isKept = false;
        try
        {
            int read = file.Read(buffer, offset);
            isKept = TryKeep(number, file);
            return read;
        }
        finally
        {
            if (!isKept)
                file.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach ((_, IStoreFile file) in _idle)
                file.Dispose();
            _idle.Clear();
        }
    }

    private IStoreFile Take(int number)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(FileCheckpointStore));
            int found = _idle.FindLastIndex(idle => idle.Number == number);
            if (found >= 0)
            {
                IStoreFile file = _idle[found].File;
                _idle.RemoveAt(found);
                return file;
            }
        }

        return files.Open(StoreNames.Segment(number));
    }

    private bool TryKeep(int number, IStoreFile file)
    {
        lock (_lock)
        {
            if (_isDisposed)
                return false;
            if (_idle.Count == MaxIdle)
            {
                _idle[0].File.Dispose();
                _idle.RemoveAt(0);
            }

            _idle.Add((number, file));
            return true;
        }
    }
}
