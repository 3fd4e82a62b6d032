using System.Collections.Concurrent;

namespace ExecGraph.Checkpoints;

/// <summary>A log that is open: entries are written to its end, found by their keys, and made durable behind the writers.</summary>
internal sealed class CommitLog : IAsyncDisposable
{
    /// <summary>The longest content: an entry is written by one call, which takes no more.</summary>
    internal const int MaxContent = int.MaxValue - (64 * 1024);

    private readonly IStoreFiles _files;
    private readonly StoreFailure _failure;
    private readonly SegmentWriter _writer;
    private readonly SegmentReaders _readers;
    private readonly ConcurrentDictionary<CheckpointKey, EntryLocation> _entries;
    private readonly GroupCommit _commit;
    private bool _isClosed;

    /// <summary>Goes on with what was found, or begins a log if there is none.</summary>
    internal CommitLog(IStoreFiles files, FoundLog found, StoreFailure failure, FileCheckpointOptions options)
    {
        _files = files;
        _failure = failure;
        _writer = found.Segments.Count == 0 ? SegmentWriter.Begin(files, options.MaxSegmentBytes) : SegmentWriter.Continue(files, options.MaxSegmentBytes, found);
        _readers = new SegmentReaders(files);
        _entries = new ConcurrentDictionary<CheckpointKey, EntryLocation>(found.Entries);
        _commit = new GroupCommit(files, _writer, failure, options.TimeProvider, options.FlushInterval);
    }

    internal long DurableEntries => _commit.DurableEntries;

    internal void Append(CheckpointKey key, ReadOnlyMemory<byte> content)
    {
        uint checksum = Crc32C.Of(content.Span);
        lock (_commit.Gate)
        {
            _failure.ThrowIfSet();
            ObjectDisposedException.ThrowIf(_isClosed, typeof(FileCheckpointStore));
            try
            {
                // In the order of the log, so that of two under one key the later one is found.
                EntryLocation location = _writer.Append(key, content, checksum, _commit.Durable);
                if (content.Length > 0)
                    _entries[key] = location;
                else
                    _entries.TryRemove(key, out _);
            }
            catch (Exception exception)
            {
                _commit.Fail_NeedsLock(StoreErrors.Failed(_files.PathOf(StoreNames.Segment(_writer.Number)), "written to", exception));
                throw _failure.Report();
            }

            _commit.Appended_NeedsLock();
        }
    }

    internal async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Task<bool> isDurable;
        lock (_commit.Gate)
        {
            _failure.ThrowIfSet();
            ObjectDisposedException.ThrowIf(_isClosed, typeof(FileCheckpointStore));
            isDurable = _commit.Wait_NeedsLock();
        }

        if (!await isDurable.WaitAsync(cancellationToken).ConfigureAwait(false))
            throw _failure.Report();
    }

    internal byte[] Read(CheckpointKey key)
    {
        _failure.ThrowIfSet();
        if (!_entries.TryGetValue(key, out EntryLocation entry))
            throw new KeyNotFoundException($"The store has no entry {key}.");
        return EntryReader.Read(_files, _readers, key, entry);
    }

    /// <summary>Makes everything durable, and that it is. Whatever fails is in the <see cref="StoreFailure"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(giveUp: false).ConfigureAwait(false);
        try
        {
            if (!_failure.IsSet)
                MarkEnd();
        }
        catch (Exception exception)
        {
            _failure.Set(StoreErrors.Failed(_files.PathOf(StoreNames.Segment(_writer.Number)), "written to", exception));
        }

        Release();
    }

    /// <summary>Lets go of the files, whatever is in them.</summary>
    internal async Task AbandonAsync()
    {
        await EndAsync(giveUp: true).ConfigureAwait(false);
        Release();
    }

    private Task EndAsync(bool giveUp)
    {
        lock (_commit.Gate)
            _isClosed = true;
        return _commit.EndAsync(giveUp);
    }

    private void MarkEnd()
    {
        if (_writer.Marked < _writer.EntriesEnd)
            _writer.Mark(_commit.Durable);
        if (_writer.End > _commit.Durable)
            _writer.TakeUnflushed().Files[^1].Flush();
    }

    private void Release()
    {
        _commit.Dispose();
        _readers.Dispose();
        _writer.Dispose();
    }
}
