using ExecGraph.Checkpoints;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExecGraph;

/// <summary>
/// Keeps what a run has finished in a directory: entries in append-only segment files, the manifest in a file of its own. Entries become durable behind the run.
/// A process that is killed loses no entry whose <see cref="AppendAsync"/> had returned; a loss of power costs those that had not become durable, and they are cut
/// off when the store is opened again. Everything else that is not as it was written is a <see cref="CheckpointException"/>.
/// </summary>
/// <remarks>
/// <para>The directory may hold other files, which are left alone; its own are called <c>checkpoint.*</c> and <c>checkpoint-*.segment</c>. They are not encrypted, and
/// readable by whomever the directory lets. The checksums in them find damage, not forgery.</para>
/// <para>Thread-safety is that of <see cref="ICheckpointStore"/>. After a write has failed, every call throws.</para>
/// </remarks>
public sealed class FileCheckpointStore : ICheckpointStore
{
    private readonly IStoreFiles _files;
    private readonly FileCheckpointOptions _options;
    private readonly ILogger _logger;
    private readonly StoreFailure _failure = new();
    private StoreLock? _lock;
    private volatile CommitLog? _log;
    private volatile bool _isDisposed;

    /// <summary>Touches nothing yet.</summary>
    /// <param name="directory">Where the files are, or will be: made when the store is opened. A relative path is taken from the current directory now.</param>
    /// <param name="options">How it writes; null for the defaults.</param>
    /// <exception cref="ArgumentException">The directory is empty, or no path.</exception>
    public FileCheckpointStore(string directory, FileCheckpointOptions? options = null)
        : this(new DiskFiles(FullPath(directory)), options)
    {
    }

    internal FileCheckpointStore(IStoreFiles files, FileCheckpointOptions? options)
    {
        _files = files;
        _options = options ?? new FileCheckpointOptions();
        _logger = _options.LoggerFactory?.CreateLogger("ExecGraph.Checkpoints") ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public long DurableEntries => _log?.DurableEntries ?? 0;

    /// <inheritdoc/>
    /// <remarks>
    /// Reads the headers of all entries, and the contents of those that a crash may have torn. May be called again if it failed. One store at a time has a directory:
    /// it is held by a lock that the operating system takes back when the process ends, and the exception names the holder.
    /// </remarks>
    /// <exception cref="InvalidOperationException">It is open already.</exception>
    public ValueTask<StoredRun> OpenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_log is not null)
            throw new InvalidOperationException("The store is open already: a run has a store of its own.");
        _failure.ThrowIfSet();
        return new(Task.Run(() => Open(cancellationToken), cancellationToken));
    }

    /// <inheritdoc/>
    /// <remarks>Deletes the store's own files only, and all of them or none, whatever interrupts it.</remarks>
    public async ValueTask ClearAsync(CancellationToken cancellationToken = default)
    {
        CommitLog log = OpenLog();
        cancellationToken.ThrowIfCancellationRequested();
        _failure.ThrowIfSet();
        await log.AbandonAsync().ConfigureAwait(false);
        await ChangeAsync("cleared", () =>
        {
            StoreClearing.Run(_files);
            _log = new CommitLog(_files, FoundLog.Nothing, _failure, _options);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SaveManifestAsync(ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken = default)
    {
        OpenLog();
        cancellationToken.ThrowIfCancellationRequested();
        _failure.ThrowIfSet();
        await ChangeAsync("given a manifest", () => WholeFile.Replace(_files, StoreNames.Manifest, manifest)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Completes synchronously: the entry has been handed to the operating system then. Never waits for the disk to make anything durable.</remarks>
    public ValueTask AppendAsync(CheckpointKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CommitLog log = OpenLog();
        ArgumentOutOfRangeException.ThrowIfEqual((int)key.Kind, 0, nameof(key));
        ArgumentOutOfRangeException.ThrowIfNegative(key.Part, nameof(key));
        ArgumentOutOfRangeException.ThrowIfNegative(key.Index, nameof(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, CommitLog.MaxContent, nameof(content));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        try
        {
            log.Append(key, content);
            return ValueTask.CompletedTask;
        }
        catch (CheckpointException exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        CommitLog log = OpenLog();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : log.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Completes synchronously. The content's checksum is verified.</remarks>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CheckpointKey key, CancellationToken cancellationToken = default)
    {
        CommitLog log = OpenLog();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadOnlyMemory<byte>>(cancellationToken);
        try
        {
            return new(log.Read(key));
        }
        catch (Exception exception) when (exception is CheckpointException or KeyNotFoundException)
        {
            return ValueTask.FromException<ReadOnlyMemory<byte>>(exception);
        }
    }

    /// <summary>Makes durable what was appended, and lets go of the directory.</summary>
    /// <exception cref="CheckpointException">Something cannot be made durable, now or before, and no call has said so yet.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_log is { } log)
            await log.DisposeAsync().ConfigureAwait(false);
        _lock?.Dispose();
        if (_failure.IsUnreported)
            throw _failure.Report();
    }

    private static string FullPath(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
    }

    private CommitLog OpenLog()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _log ?? throw new InvalidOperationException("The store is not open: call OpenAsync first.");
    }

    private StoredRun Open(CancellationToken cancellationToken)
    {
        StoreLock? taken = null;
        try
        {
            _files.CreateDirectory();
            OwnFiles.List(_files); // before anything is opened or written
            taken = StoreLock.Take(_files, _options.TimeProvider.GetUtcNow());
            StoreClearing.Finish(_files);
            OwnFiles own = OwnFiles.List(_files);
            byte[]? manifest = own.Has(StoreNames.Manifest) ? WholeFile.Read(_files, StoreNames.Manifest) : null;
            FoundLog found = LogScan.Run(_files, own.Segments, cancellationToken);

            // Only now is it known that this directory can be continued: before, nothing in it is changed.
            foreach (string name in own.Temporaries)
                _files.Delete(name);
            LogRepair.Run(_files, found);
            if (found.Cut is { } cut)
                CheckpointLog.CutOff(_logger, cut.Path, cut.Offset, cut.What);
            var log = new CommitLog(_files, found, _failure, _options);
            _lock = taken;
            _log = log;
            return new StoredRun(manifest is null ? default(ReadOnlyMemory<byte>?) : manifest, [.. found.Entries.Keys]);
        }
        catch (Exception exception)
        {
            taken?.Dispose();
            if (exception is CheckpointException or OperationCanceledException)
                throw;
            throw StoreErrors.Failed(_files.PathOf(""), "opened", exception);
        }
    }

    /// <summary>Does what may fail half-way, off the caller's thread because it waits for the disk.</summary>
    private async Task ChangeAsync(string what, Action change)
    {
        try
        {
            await Task.Run(change, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _failure.Set(StoreErrors.Failed(_files.PathOf(""), what, exception));
            throw _failure.Report();
        }
    }
}
