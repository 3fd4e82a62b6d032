using System.Collections.Concurrent;
using System.Threading.Channels;
using ExecGraph.Definition;
using ExecGraph.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExecGraph.Execution;

/// <summary>
/// One run: wires its parts, gives threads to workers, and ends it once. README.md beside this file tells how work moves.
/// </summary>
/// <remarks>
/// <para>A thread that works, a call that is pending, a timer and the source pump each count as one activity. When the last one ends,
/// the run is over, waits for its reader or another run's permits, or is stuck.</para>
/// <para>Threads come from the host, at most <see cref="RunOptions.Workers"/> at a time; a thread on which a call ends works on, too.</para>
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no parent, so there is nothing to dispose; cells may look at its token after the run.")]
internal sealed class Engine : IThreadPoolWorkItem
{
    [ThreadStatic]
    private static Worker? _working;

    private readonly RunOptions _options;
    private readonly RunPlan _plan;
    private readonly RowGroupWindow _window;
    private readonly RunServices _services;
    private readonly ILogger _log;
    private readonly ExecutionContext? _context;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly Lane _workerLane;
    private readonly Lane[] _lanes;
    private readonly Channel<(ColumnPlan Column, PendingCell Cell)> _ended = Channel.CreateUnbounded<(ColumnPlan, PendingCell)>();
    private readonly ConcurrentBag<Worker> _idle = [];
    private readonly ConcurrentBag<Worker> _workers = [];
    private readonly TaskCompletionSource<RunReport> _completion;
    private readonly long _begun;
    private readonly List<RunnableGenerator> _initialized = [];
    private StopReason? _stop;
    private int _spawned;
    private int _permits;
    private int _activity;
    private int _finishing;

    internal Engine(ExecutionGraph graph, RunOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _callerToken = cancellationToken;
        _context = ExecutionContext.Capture();
        _log = (ILogger?)options.LoggerFactory?.CreateLogger("ExecGraph.Run") ?? NullLogger.Instance;
        _services = new RunServices(options.TimeProvider, options.Seed, _cancellation.Token);
        var definition = graph.Extras as TableDefinition ?? TableDefinition.Plain;
        _plan = new RunPlan(graph, _services, definition);
        _window = new RowGroupWindow(this, _plan, options, definition.IsEmpty ? 0 : graph.RowCount, graph.RowGroupSize);
        Calls = new BatchCalls(this, _plan, _window);
        Retries = new RetryQueue(this, options.TimeProvider);
        Source = new SourcePump(this, _plan, _window, graph.RowGroupSize);
        (_workerLane, _lanes) = LaneAssignment.Assign(this, _plan, options);
        foreach (ColumnPlan column in _plan.Columns)
            column.Pending = new PendingOwner(this, column);
        _completion = new TaskCompletionSource<RunReport>(
            options.Host.ContinuesInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _begun = options.TimeProvider.GetTimestamp();
        if (options.CheckpointDirectory is { } directory)
            RunLog.CheckpointsNotWritten(_log, directory);
        _activity = 1;
        _callerRegistration = cancellationToken.UnsafeRegister(static engine => ((Engine)engine!).Stop(new StopReason(null, IsCancelled: true)), this);
        options.Host.Queue(new Start(this));
    }

    internal BatchCalls Calls { get; }

    internal RetryQueue Retries { get; }

    internal SourcePump Source { get; }

    internal RowGroupWindow Window => _window;

    internal Task<RunReport> Completion => _completion.Task;

    internal CancellationToken CancellationToken => _services.CancellationToken;

    internal bool IsStopping => _services.Stopping;

    /// <summary>Whether no further row group will begin.</summary>
    internal bool AllAdmitted => _window.AllAdmitted;

    internal bool HasIdleWorker => Volatile.Read(ref _permits) < _options.Workers;

    /// <summary>Gives a thread to work that the caller will not do itself, unless all threads are at work: they look again before they leave.</summary>
    internal void Wake()
    {
        int spawned = Volatile.Read(ref _spawned);
        while (spawned < _options.Workers)
        {
            int seen = Interlocked.CompareExchange(ref _spawned, spawned + 1, spawned);
            if (seen == spawned)
            {
                ActivityBegun();
                _options.Host.Queue(this);
                return;
            }

            spawned = seen;
        }
    }

    /// <summary>Gives another thread to work that is left over: each thread that takes an item calls the next one.</summary>
    internal void WakeForMore()
    {
        if (Volatile.Read(ref _spawned) < _options.Workers && HasTakeable())
            Wake();
    }

    void IThreadPoolWorkItem.Execute() => Enter(first: null, isSpawned: true);

    /// <summary>Goes on with something that counted as an activity, on this thread, which then works on.</summary>
    internal void Enter(Action<Worker> first) => Enter(first, isSpawned: false);

    internal void ActivityBegun() => Interlocked.Increment(ref _activity);

    internal void ActivityEnded()
    {
        if (Interlocked.Decrement(ref _activity) == 0)
            Rest();
    }

    /// <summary>Runs something that is neither user code nor long on a thread of the host's.</summary>
    internal void Post(Action action)
    {
        ActivityBegun();
        _options.Host.Queue(new Posted(this, action));
    }

    internal bool TryTake(Worker worker, out WorkItem item)
    {
        // Calls first: beginning one is short, and then it is under way while cells are computed.
        foreach (Lane lane in _lanes)
        {
            if (lane.TryTake(worker.HasPermit, out item))
                return true;
        }

        if (!worker.HasPermit && !(worker.HasPermit = TryTakePermit()))
        {
            item = default;
            return false;
        }

        if (_workerLane.TryTake(hasWorker: true, out item))
            return true;
        foreach (Lane lane in _lanes)
        {
            if (lane.HasSyncColumns && lane.TryTake(hasWorker: true, out item))
                return true;
        }

        return false;
    }

    internal bool TryTakeEnded(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ColumnPlan? column,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingCell? cell)
    {
        bool taken = _ended.Reader.TryRead(out (ColumnPlan Column, PendingCell Cell) ended);
        (column, cell) = taken ? ended : default;
        return taken;
    }

    internal void GroupBegun(ActiveRowGroup group)
    {
        if (group.Stage == 0 && Source.IsNeeded)
            Source.GroupBegun(group);
    }

    /// <summary>Rows were given up: queues that were waiting for one of them have to look again.</summary>
    internal void RowsDropped()
    {
        foreach (ColumnPlan column in _plan.Columns)
        {
            if ((column.IsOrdered || column.IsStream) && column.Queue.Count > 0)
                column.Queue.Lane.MarkReady(column.Queue);
        }
    }

    internal void GroupRead()
    {
        ActivityBegun();
        _window.GroupRead();
        Wake();
        ActivityEnded();
    }

    /// <summary>A cell's last attempt failed: the run ends.</summary>
    internal void Fail(long? row, ColumnPlan column, int attempt, Exception exception) =>
        Stop(new StopReason(new CellFailedException(row, column.Name, attempt, exception)));

    /// <summary>Ends the run: the first reason counts. Cells that have begun are told, and waited for.</summary>
    internal void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _stop, reason, null) is not null)
            return;
        _services.Stopping = true;
        ActivityBegun();
        _options.Host.Queue(new Posted(this, () =>
        {
            Retries.CancelAll();
            try
            {
                _cancellation.Cancel();
            }
            catch (AggregateException exception)
            {
                RunLog.CancellationCallbackFailed(_log, exception);
            }
        }));
    }

    internal RunProgress Snapshot()
    {
        long cells = _workers.Sum(worker => Enumerable.Range(0, _plan.Columns.Length).Sum(worker.CellsOf));
        int inFlight = _lanes.Sum(lane => lane.Taken);
        return new RunProgress(
            _window.SurvivingRows, _window.RowCount, _workers.Sum(worker => worker.FilteredRows), cells,
            _window.RowCount * _plan.Columns.Length, _window.Active, inFlight, _options.TimeProvider.GetElapsedTime(_begun));
    }

    /// <summary>A call has ended, on whichever thread.</summary>
    private void CallEnded(ColumnPlan column, PendingCell cell)
    {
        if (_options.Host.IsForeignThread)
        {
            Stop(new StopReason(new InvalidOperationException(
                $"A cell of column '{column.Name}' ended on a foreign thread: in virtual time, cells must wait through CellContext.TimeProvider.")));
        }

        if (_working is not null || _options.Host.IsForeignThread)
        {
            // Within a worker, its own or another run's: handed over rather than nested on its stack.
            _ended.Writer.TryWrite((column, cell));
            Wake();
            return;
        }

        Enter(new EndedCell(column, cell).End);
    }

    private void Enter(Action<Worker>? first, bool isSpawned)
    {
        if (_working is not null)
        {
            // A timer or a barrier's call that ended within a worker: another thread takes it.
            _options.Host.Queue(new Entered(this, first!));
            return;
        }

        if (IsUnderContext)
            Work(first, isSpawned);
        else
            UnderContext(engine => engine.Work(first, isSpawned));
    }

    /// <summary>Runs user code, or what leads to it, under the execution context of whoever started the run.</summary>
    private void UnderContext(Action<Engine> action)
    {
        if (IsUnderContext)
            action(this);
        else
            ExecutionContext.Run(_context!, static state =>
            {
                (Engine engine, Action<Engine> action) = ((Engine, Action<Engine>))state!;
                action(engine);
            }, (this, action));
    }

    private void Work(Action<Worker>? first, bool isSpawned)
    {
        if (!_idle.TryTake(out Worker? worker))
        {
            worker = new Worker(this, _plan, _window);
            _workers.Add(worker);
        }

        // On a thread that is borrowed from its owner's loop, a cell's await must not go back to that loop.
        SynchronizationContext? owner = SynchronizationContext.Current;
        if (owner is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        _working = worker;
        try
        {
            first?.Invoke(worker);
            worker.Loop(_options.Host.OwnsThread ? int.MaxValue : BorrowedBudget);
        }
        catch (Exception exception)
        {
            // Not a cell's failure, which is caught where it happens: the run must not end as if nothing were missing.
            Stop(new StopReason(exception));
        }
        finally
        {
            _working = null;
            if (owner is not null)
                SynchronizationContext.SetSynchronizationContext(owner);
        }

        if (worker.HasPermit)
            Interlocked.Decrement(ref _permits);
        worker.HasPermit = false;
        _idle.Add(worker);
        if (isSpawned)
            Interlocked.Decrement(ref _spawned);

        // Leave first, then look: whoever adds work adds first and then looks whether threads are at work.
        if (HasTakeable())
            Wake();
        ActivityEnded();
    }

    /// <summary>Items that a thread which is not the host's may execute after a call has ended on it.</summary>
    private const int BorrowedBudget = 64;

    private bool HasTakeable()
    {
        if (_ended.Reader.TryPeek(out _))
            return true;
        if (IsStopping)
            return false;
        if (_window.IsAdmissionAsked)
            return true;
        bool hasWorker = HasIdleWorker;
        if (hasWorker && _workerLane.HasWork)
            return true;
        foreach (Lane lane in _lanes)
        {
            if (lane.MayHaveTakeable && (hasWorker || !lane.HasSyncColumns))
                return true;
        }

        return false;
    }

    private bool IsUnderContext => _context is null || ReferenceEquals(_context, ExecutionContext.Capture());

    private bool TryTakePermit()
    {
        int permits = Volatile.Read(ref _permits);
        while (permits < _options.Workers)
        {
            int seen = Interlocked.CompareExchange(ref _permits, permits + 1, permits);
            if (seen == permits)
                return true;
            permits = seen;
        }

        return false;
    }

    /// <summary>Nothing is under way. Why?</summary>
    private void Rest()
    {
        while (true)
        {
            if (IsStopping || _window.IsFinished)
            {
                if (Interlocked.Exchange(ref _finishing, 1) == 0)
                    _ = FinishAsync();
                return;
            }

            // As the only activity, nobody but a reader, a shared limiter or the caller can change what is looked at here; each of them
            // begins an activity of its own first.
            if (Interlocked.CompareExchange(ref _activity, 1, 0) != 0)
                return;
            long version = _window.Version;
            WindowStanding standing = _window.Standing();
            if (standing == WindowStanding.CanAdmit || HasTakeable())
            {
                Wake();
                if (Interlocked.Decrement(ref _activity) != 0)
                    return;
                continue;
            }

            if (standing == WindowStanding.HeldBack)
            {
                if (_window.ShouldWarn())
                    RunLog.WaitsForReader(_log);
            }
            else if (!Array.Exists(_lanes, lane => lane.HasWork && lane.Limiter is not null))
            {
                Stop(new StopReason(new RunStalledException(StallReport.Describe(_plan, _window))));
            }

            if (Interlocked.Decrement(ref _activity) != 0 || (version == _window.Version && !IsStopping))
                return;
        }
    }

    private async Task StartAsync()
    {
        foreach (RunnableGenerator generator in _plan.Columns.Select(column => column.Generator).Distinct())
        {
            if (IsStopping)
                break;
            _initialized.Add(generator);
            try
            {
                await generator.InitializeAsync(CancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Of no effect if the run is stopping for another reason.
                Fail(row: null, _plan.Columns.First(column => column.Generator == generator), attempt: 1, exception);
            }
        }

        if (Source.IsNeeded && !IsStopping)
        {
            ActivityBegun();
            Post(() => UnderContext(static engine => _ = engine.PumpAsync()));
        }

        Enter(static _ => { });
    }

    private async Task PumpAsync()
    {
        await Source.RunAsync().ConfigureAwait(false);
        Enter(static _ => { });
    }

    private async Task FinishAsync()
    {
        await _callerRegistration.DisposeAsync().ConfigureAwait(false);
        foreach (RunnableGenerator generator in _initialized)
        {
            try
            {
                await generator.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                string name = _plan.Columns.First(column => column.Generator == generator).Name;
                Interlocked.CompareExchange(ref _stop, new StopReason(new CellFailedException(null, name, 1, exception)), null);
            }
        }

        foreach (Lane lane in _lanes)
            lane.Close();
        StopReason? reason = Interlocked.CompareExchange(ref _stop, new StopReason(Error: null), null); // from here on nothing can stop it
        if (reason is { IsCancelled: true })
        {
            _window.End(new OperationCanceledException(_callerToken));
            _completion.TrySetCanceled(_callerToken);
        }
        else if (reason?.Error is { } error)
        {
            _window.End(error);
            _completion.TrySetException(error);
        }
        else
        {
            _window.End(null);
            _completion.TrySetResult(Report(reason is null ? RunOutcome.Completed : RunOutcome.Stopped));
        }
    }

    private RunReport Report(RunOutcome outcome) => new(
        outcome,
        _window.SurvivingRows,
        _workers.Sum(worker => worker.FilteredRows),
        [.. _plan.Columns.Select(column => new ColumnReport(
            column.Name,
            _workers.Sum(worker => worker.CellsOf(column.Ordinal)),
            _workers.Sum(worker => worker.RetriesOf(column.Ordinal)),
            _workers.Sum(worker => worker.FailuresOf(column.Ordinal))))],
        _options.TimeProvider.GetElapsedTime(_begun),
        _window.OutputWait);

    /// <summary>Why a run ends before its last row.</summary>
    /// <param name="Error">What <see cref="Completion"/> throws; null if the reader stopped, or the caller cancelled.</param>
    /// <param name="IsCancelled">Whether the caller cancelled.</param>
    internal sealed record StopReason(Exception? Error, bool IsCancelled = false);

    private sealed class Start(Engine engine) : IThreadPoolWorkItem
    {
        public void Execute() => engine.UnderContext(static engine => _ = engine.StartAsync());
    }

    private sealed class Posted(Engine engine, Action action) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            action();
            engine.Enter(static _ => { });
        }
    }

    private sealed class Entered(Engine engine, Action<Worker> first) : IThreadPoolWorkItem
    {
        public void Execute() => engine.Enter(first);
    }

    private sealed class EndedCell(ColumnPlan column, PendingCell cell)
    {
        internal void End(Worker worker) => worker.End(column, cell);
    }

    /// <summary>Begins and ends the activity of a column's pending cells.</summary>
    private sealed class PendingOwner(Engine engine, ColumnPlan column) : IPendingCellOwner
    {
        public void Begun() => engine.ActivityBegun();

        public void Ended(PendingCell cell) => engine.CallEnded(column, cell);
    }
}
