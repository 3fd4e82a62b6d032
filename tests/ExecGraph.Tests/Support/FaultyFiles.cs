using ExecGraph.Checkpoints;

namespace ExecGraph.Tests.Support;

/// <summary>How an operation goes wrong.</summary>
public enum Fault
{
    /// <summary>It does nothing and throws, as on a full disk.</summary>
    Fails,

    /// <summary>It does what it should, and throws.</summary>
    FailsAfterwards,

    /// <summary>A write does half of what it should; then it throws.</summary>
    Tears,

    /// <summary>The process is killed before it: it does nothing, and neither does anything after it.</summary>
    Dies,

    /// <summary>The process is killed within it: a write does half of what it should, and nothing happens after it.</summary>
    DiesWithin,
}

/// <summary>Lets one operation go wrong: the one with a number, counted from 1 over everything that is done to the directory and its files.</summary>
internal sealed class FaultyFiles(IStoreFiles files, int faultAt, Fault fault) : IStoreFiles
{
    private readonly Lock _gate = new();
    private int _operations;
    private bool _isDead;

    /// <summary>The number of the operation that goes wrong.</summary>
    internal int FaultAt { get; set; } = faultAt;

    /// <summary>Operations so far.</summary>
    internal int Operations => Volatile.Read(ref _operations);

    /// <summary>What went wrong; null if nothing did yet.</summary>
    internal string? Failed { get; private set; }

    public string PathOf(string name) => files.PathOf(name);

    public void CreateDirectory() => Do("CreateDirectory", files.CreateDirectory);

    public IReadOnlyList<StoreEntry> List() => Do("List", files.List);

    public IStoreFile Open(string name) => new FaultyFile(this, Do("Open " + name, () => files.Open(name)), name);

    public IStoreFile Create(string name) => new FaultyFile(this, Do("Create " + name, () => files.Create(name)), name);

    public void Rename(string from, string to) => Do("Rename " + from, () => files.Rename(from, to));

    public void Delete(string name) => Do("Delete " + name, () => files.Delete(name));

    public void FlushDirectory() => Do("FlushDirectory", files.FlushDirectory);

    public IDisposable? TryLock(string name) => Do("Lock " + name, () => files.TryLock(name));

    private void Do(string what, Action action, Action? half = null) => Do(what, () =>
    {
        action();
        return true;
    }, half);

    private T Do<T>(string what, Func<T> action, Action? half = null)
    {
        bool isFault;
        lock (_gate)
        {
            if (_isDead)
                throw new IOException("The process is dead.");
            isFault = ++_operations == FaultAt;
            if (isFault)
            {
                Failed = what;
                _isDead = fault is Fault.Dies or Fault.DiesWithin;
            }
        }

        if (!isFault)
            return action();
        if (fault == Fault.FailsAfterwards)
            (action() as IDisposable)?.Dispose();
        else if (fault is Fault.Tears or Fault.DiesWithin)
            half?.Invoke();
        throw new IOException($"Operation {FaultAt}, {what}, was told to fail.");
    }

    private sealed class FaultyFile(FaultyFiles files, IStoreFile file, string name) : IStoreFile
    {
        public long GetLength() => files.Do("GetLength " + name, file.GetLength);

        // A span cannot be kept in a lambda, and reading has nothing to undo: the fault comes first.
        public int Read(Span<byte> buffer, long offset)
        {
            files.Do("Read " + name, static () => { });
            return file.Read(buffer, offset);
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => files.Do("Write " + name, () => file.Write(buffers, offset), () =>
        {
            byte[] bytes = MemoryFiles.Together(buffers);
            file.Write([bytes.AsMemory(0, bytes.Length / 2)], offset);
        });

        public void SetLength(long length) => files.Do("SetLength " + name, () => file.SetLength(length));

        public void Flush() => files.Do("Flush " + name, file.Flush);

        public void Dispose() => file.Dispose();
    }
}
