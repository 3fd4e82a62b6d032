namespace ExecGraph.Checkpoints;

/// <summary>
/// Makes durable what was written, behind the writers: a thread of its own flushes whatever came since it last did, a while after the first of it, or at once if
/// somebody waits. Writers never wait for it.
/// </summary>
/// <remarks>
/// A thread, not a task: a flush blocks, and the pool's threads are at work for the run. Members whose names end in NeedsLock are called under <see cref="Gate"/>,
/// which also guards the writer; flushing happens outside of it.
/// </remarks>
internal sealed class GroupCommit : IDisposable
{
    private readonly IStoreFiles _files;
    private readonly SegmentWriter _writer;
    private readonly StoreFailure _failure;
    private readonly ITimer _timer;
    private readonly TimeSpan _interval;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Those who wait, by the position that they wait for, ascending.
    private readonly Queue<(long End, TaskCompletionSource<bool> IsDurable)> _waiting = [];
    private bool _isArmed;
    private bool _isDue;
    private bool _isEnding;
    private bool _isGivenUp;
    private long _durableEntries;

    internal GroupCommit(IStoreFiles files, SegmentWriter writer, StoreFailure failure, TimeProvider timeProvider, TimeSpan interval)
    {
        _files = files;
        _writer = writer;
        _failure = failure;
        _interval = interval;
        Durable = writer.End;
        _timer = timeProvider.CreateTimer(static commit => ((GroupCommit)commit!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        new Thread(Run) { IsBackground = true, Name = "ExecGraph checkpoint" }.UnsafeStart();
    }

    /// <summary>Held while a record is written, and never while anything is flushed.</summary>
    internal object Gate { get; } = new();

    /// <summary>Up to where in the log everything is durable. Under the gate.</summary>
    internal long Durable { get; private set; }

    internal long DurableEntries => Volatile.Read(ref _durableEntries);

    private bool HasNew => _writer.EntriesEnd > Durable;

    /// <summary>An entry was written.</summary>
    internal void Appended_NeedsLock()
    {
        if (_isArmed)
            return;
        _isArmed = true;
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when everything that has been written is durable, or with false when it cannot become so.</summary>
    internal Task<bool> Wait_NeedsLock()
    {
        if (!HasNew)
            return Task.FromResult(true);
        var isDurable = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((_writer.EntriesEnd, isDurable));
        _isDue = true;
        Monitor.PulseAll(Gate);
        return isDurable.Task;
    }

    /// <summary>Ends the thread.</summary>
    /// <param name="giveUp">What is not durable need not become so.</param>
    internal Task EndAsync(bool giveUp)
    {
        lock (Gate)
        {
            _isEnding = true;
            _isGivenUp = giveUp;
            Monitor.PulseAll(Gate);
        }

        return _ended.Task;
    }

    /// <summary>Nothing can become durable any more: says so to all who wait.</summary>
    internal void Fail_NeedsLock(CheckpointException failure)
    {
        _failure.Set(failure);
        while (_waiting.TryDequeue(out var waiting))
            waiting.IsDurable.SetResult(false);
        Monitor.PulseAll(Gate);
    }

    public void Dispose() => _timer.Dispose();

    private void Due()
    {
        lock (Gate)
        {
            _isDue = _isArmed;
            Monitor.PulseAll(Gate);
        }
    }

    private void Run()
    {
        while (Next() is { } work)
        {
            try
            {
                Flush(work);
                lock (Gate)
                    Flushed_NeedsLock(work);
            }
            catch (Exception exception)
            {
                lock (Gate)
                    Fail_NeedsLock(StoreErrors.Failed(_files.PathOf(""), "written to", exception));
            }
        }

        _ended.SetResult();
    }

    /// <returns>Null when nothing more is to be flushed.</returns>
    private FlushWork? Next()
    {
        lock (Gate)
        {
            while (!_failure.IsSet && !_isEnding && !(_isDue && HasNew))
                Monitor.Wait(Gate);
            if (_failure.IsSet || _isGivenUp || !HasNew)
                return null;
            _isDue = false;
            _isArmed = false;
            return _writer.TakeUnflushed();
        }
    }

    private void Flush(FlushWork work)
    {
        try
        {
            foreach (IStoreFile file in work.Files)
                file.Flush();
            if (work.HasNewFiles)
                _files.FlushDirectory();
        }
        finally
        {
            foreach (IStoreFile complete in work.Files.SkipLast(1))
                complete.Dispose();
        }
    }

    private void Flushed_NeedsLock(FlushWork work)
    {
        if (_failure.IsSet)
            return;
        Durable = work.End;
        Volatile.Write(ref _durableEntries, work.Entries);
        // The next entry would say so as well, but there may be none for long.
        if (_writer.End == Durable && _writer.Marked < _writer.EntriesEnd)
            _writer.Mark(Durable);
        while (_waiting.TryPeek(out var waiting) && waiting.End <= Durable)
            _waiting.Dequeue().IsDurable.SetResult(true);
    }
}
