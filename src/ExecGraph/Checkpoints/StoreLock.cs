using System.Globalization;
using System.Text;

namespace ExecGraph.Checkpoints;

/// <summary>
/// The one who may use the directory: who holds the lock file open. The operating system lets go of it when the process ends, however it does.
/// The lock file stays, empty: if it were deleted, two could each lock one of that name. Beside it lies a file that tells who it is, for whom it may concern.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const int MaxHolder = 512;

    private readonly IStoreFiles _files;
    private readonly IDisposable _lock;

    private StoreLock(IStoreFiles files, IDisposable held)
    {
        _files = files;
        _lock = held;
    }

    /// <exception cref="CheckpointException">Somebody else has the directory, or nobody can have it.</exception>
    internal static StoreLock Take(IStoreFiles files, DateTimeOffset now)
    {
        IDisposable held = files.TryLock(StoreNames.Lock) ?? throw new CheckpointException(
            $"The checkpoint in '{files.PathOf("")}' is in use by {Holder(files)}. Wait until that run has ended, or use another directory.")
        {
            Path = files.PathOf(StoreNames.Lock),
        };
        try
        {
            RefuseLocksThatDoNotLock(files);
            string holder = string.Create(
                CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on machine {Environment.MachineName} since {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
            WholeFile.ReplaceRaw(files, StoreNames.Holder, [Encoding.UTF8.GetBytes(holder)], isDurable: false);
            return new StoreLock(files, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            _files.Delete(StoreNames.Holder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only tells who has the lock; the next one replaces it.
        }
        finally
        {
            _lock.Dispose();
        }
    }

    // Where file locks are switched off, or the file system has none, opening succeeds and means nothing.
    private static void RefuseLocksThatDoNotLock(IStoreFiles files)
    {
        using IDisposable? second = files.TryLock(StoreNames.Lock);
        if (second is not null)
        {
            throw new CheckpointException(
                $"'{files.PathOf("")}' cannot be kept to one run: its file system has no file locks, or DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set. Use a directory on a local disk.")
            {
                Path = files.PathOf(StoreNames.Lock),
            };
        }
    }

    private static string Holder(IStoreFiles files)
    {
        try
        {
            if (!files.List().Contains(new StoreEntry(StoreNames.Holder, IsFile: true)))
                return "another run";
            using IStoreFile file = files.Open(StoreNames.Holder);
            byte[] bytes = new byte[MaxHolder];
            string text = Encoding.UTF8.GetString(bytes, 0, file.Read(bytes, 0));
            // Anybody may have written it, and it goes to logs and terminals.
            string line = new([.. text.Select(letter => char.IsControl(letter) ? ' ' : letter)]);
            return string.IsNullOrWhiteSpace(line) ? "another run" : line.Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return "another run";
        }
    }
}
