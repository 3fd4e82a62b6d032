using ExecGraph.Definition;
using ExecGraph.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExecGraph.Execution;

/// <summary>
/// One run: wires its parts, starts it, and ends it once. README.md beside this file tells how work moves.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The sources have no timer and no parent, so there is nothing to dispose; cells may look at their tokens after the run.")]
internal sealed class Engine
{
    private readonly RunOptions _options;
    private readonly RunPlan _plan;
    private readonly RowGroupWindow _window;
    private readonly RunServices _services;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenSource _sourceCancellation = new();
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly Lane[] _lanes;
    private readonly TaskCompletionSource<RunReport> _completion;
    private readonly long _begun;
    private readonly List<RunnableGenerator> _initialized = [];
    private readonly RunTimers _timers;
    private readonly RunSurvey _survey;
    private readonly SinkPump? _pump;
    private readonly Func<Checkpoints.Manifest> _manifest;
    private StopReason? _stop;
    private int _finishing;
    private bool _hasBegun;
    private bool _isStoreOpen;
    private bool _skipsGaps;

    internal Engine(ExecutionGraph graph, RunOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _callerToken = cancellationToken;
        _log = (ILogger?)options.LoggerFactory?.CreateLogger("ExecGraph.Run") ?? NullLogger.Instance;
        _services = new RunServices(options.TimeProvider, options.Seed, _cancellation.Token, _sourceCancellation.Token);
        var definition = graph.Extras as TableDefinition ?? TableDefinition.Plain;
        _plan = new RunPlan(graph, _services, definition, options.OnFailure);
        _manifest = () => RunManifest.Of(graph, _plan, options.Seed);
        if (options.OpenStore() is { } store)
            Store = new RunStore(store, _plan, graph.RowGroupSize, options.DeadLetterFile());
        else if (options.RetryDropped)
            throw new InvalidOperationException($"{nameof(RunOptions.RetryDropped)} is set, but the run is not kept: set {nameof(RunOptions.CheckpointDirectory)} to what it was when the rows were dropped.");
        _window = new RowGroupWindow(
            this, _plan, options, definition.IsEmpty ? 0 : graph.RowCount, graph.RowGroupSize, Store is null ? null : new StoredGroups(this, Store));
        Calls = new BatchCalls(this, _plan, _window);
        Retries = new RetryQueue(this, options.TimeProvider);
        Failed = new FailedCells(this, _plan, options);
        Abandoned = new AbandonedCalls(this, _plan);
        Budget = options.Budget is { } budget ? new BudgetMeter(this, budget, options.StopGrace) : null;
        Rejections = new Rejections(this, options.TimeProvider);
        Estimates = new WeightEstimates(this, _window);
        Source = new SourcePump(this, _plan, _window, graph.RowGroupSize);
        (Lane workerLane, _lanes) = LaneAssignment.Assign(this, _plan, options);
        Threads = new WorkerThreads(this, _plan, _window, options, workerLane, _lanes);
        foreach (ColumnPlan column in _plan.Columns)
            column.Owner = new CallOwner(this, column);
        Explainer = new Explainer(this, graph, _plan, options);
        _survey = new RunSurvey(this, graph, _plan, options);
        _pump = options.Sinks.Count > 0 ? new SinkPump(this, options) : null;
        _completion = new TaskCompletionSource<RunReport>(
            options.Host.ContinuesInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _begun = options.TimeProvider.GetTimestamp();
        _timers = new RunTimers(options.TimeProvider);
        Threads.ActivityBegun();
        _callerRegistration = cancellationToken.UnsafeRegister(static engine => ((Engine)engine!).Stop(new StopReason(null, IsCancelled: true)), this);
        options.Host.Queue(new Start(this));
    }

    internal WorkerThreads Threads { get; }

    internal BatchCalls Calls { get; }

    internal RetryQueue Retries { get; }

    internal Rejections Rejections { get; }

    internal WeightEstimates Estimates { get; }

    internal SourcePump Source { get; }

    internal FailedCells Failed { get; }

    internal AbandonedCalls Abandoned { get; }

    /// <summary>Null if the run may cost anything.</summary>
    internal BudgetMeter? Budget { get; }

    internal RowGroupWindow Window => _window;

    /// <summary>The finished row groups; null if the run hands out none.</summary>
    internal System.Threading.Channels.ChannelReader<RowGroup>? Output => _pump is not null ? _pump.Reader : _window.Output.IsWanted ? _window.Output.Reader : null;

    /// <summary>What keeps the run; null if nothing does.</summary>
    internal RunStore? Store { get; }

    /// <summary>When calls begin, as exact as one is told.</summary>
    internal CoarseClock Clock => _services.Clock;

    internal Explainer Explainer { get; }

    internal RunExplanation Explain() => _survey.Explain(_options.TimeProvider.GetElapsedTime(_begun));

    /// <summary>Whether its generators are initialized, so that rows begin.</summary>
    internal bool HasBegun => Volatile.Read(ref _hasBegun);

    /// <summary>Why nothing begins any more, for people; null as long as things begin. Runs no code of the user's.</summary>
    internal string? Ending => Volatile.Read(ref _stop) is not { } reason ? null : _completion.Task.Status switch
    {
        TaskStatus.RanToCompletion => $"the run has ended ({_completion.Task.Result.Outcome}{(reason.Text is { } text ? $": {text}" : "")})",
        TaskStatus.Canceled => "the run was cancelled",
        TaskStatus.Faulted => $"the run has failed ({reason.Describe() ?? nameof(NoRowsLeftException)})",
        _ => $"the run is stopping ({reason.Describe() ?? "at its end"})",
    };

    internal Task<RunReport> Completion => _completion.Task;

    internal CancellationToken CancellationToken => _services.CancellationToken;

    internal CancellationToken SourceToken => _services.SourceToken;

    /// <summary>Whether what it costs or fails with may stop it: then it does not begin much at once.</summary>
    internal bool StopsEarly => Budget is not null || _options.StopAtFailureRate is not null;

    internal bool IsStopping => _services.Stopping;

    /// <summary>Whether no further row group will begin.</summary>
    internal bool AllAdmitted => _window.AllAdmitted;

    internal void GroupBegun(ActiveRowGroup group)
    {
        if (group.Stage == 0 && Source.IsNeeded)
            Source.GroupBegun(group);
    }

    /// <summary>Rows were given up: queues that were waiting for one of them have to look again.</summary>
    internal void RowsDropped()
    {
        foreach (ColumnPlan column in _plan.Columns)
            column.SettledUntaken();
    }

    internal void GroupRead()
    {
        if (!_window.GroupRead())
            return;
        Threads.ActivityBegun();
        _window.AskAdmission();
        Threads.Wake();
        Threads.ActivityEnded();
    }

    /// <summary>A cell's last attempt failed: the run ends.</summary>
    internal void Fail(long? row, ColumnPlan column, int attempt, Exception exception) =>
        Stop(new StopReason(new CellFailedException(row, column.Name, attempt, exception)));

    /// <summary>
    /// Finished rows could not be kept, read back or given to a sink: the run fails, also one that is stopping without an error, since it would seem to have kept them.
    /// </summary>
    internal void Lose(Exception exception)
    {
        var reason = new StopReason(exception);
        Stop(reason);
        if (Volatile.Read(ref _stop) is { Error: null, IsCancelled: false } earlier)
            Interlocked.CompareExchange(ref _stop, reason, earlier);
    }

    /// <summary>Ends the run: the first reason counts. Cells that have begun are told, and waited for.</summary>
    internal void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _stop, reason, null) is { } earlier)
        {
            // Asked to stop at once while it is stopping gently: the first reason still counts.
            if (earlier.IsGentle && !reason.IsGentle && Volatile.Read(ref _finishing) == 0)
                Threads.Post(() => CancelCells(_options.StopGrace));
            return;
        }

        _services.Stopping = true;
        Threads.Post(() =>
        {
            Cancel(_sourceCancellation);
            Retries.CancelAll();
            foreach (Lane lane in _lanes)
                lane.Close(); // what is reserved for this run is another's
            if (!reason.IsGentle)
                CancelCells(reason.Grace ?? _options.StopGrace);
            else if (reason.Grace is { } grace)
                _timers.After(grace, () => Threads.Post(() => CancelCells(grace)));
        });
    }

    internal void StopGently(TimeSpan? grace) =>
        Stop(StopReason.Gentle(RunOutcome.Stopped, "StopAsync was called.", grace ?? _options.StopGrace));

    /// <param name="grace">How long they may take to heed that before they are abandoned; null for as long as it takes.</param>
    private void CancelCells(TimeSpan? grace)
    {
        if (grace is { } time)
            _timers.After(time, () => Threads.Post(Abandoned.AbandonAll));
        Cancel(_cancellation);
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            RunLog.CancellationCallbackFailed(_log, exception);
        }
    }

    internal RunProgress Snapshot()
    {
        long cells = Threads.All.Sum(worker => Enumerable.Range(0, _plan.Columns.Length).Sum(worker.CellsOf));
        long skipped = Threads.All.Sum(worker => Enumerable.Range(0, _plan.Columns.Length).Sum(worker.SkippedOf));
        int inFlight = _lanes.Sum(lane => lane.Taken);
        return new RunProgress(
            _window.SurvivingRows, _window.RowCount, DroppedRows, FilteredRows, cells,
            _window.RowCount * _plan.Columns.Length, _window.Active, inFlight, _options.TimeProvider.GetElapsedTime(_begun))
        {
            CellsSkipped = skipped,
            RowsRestored = Store?.RestoredRows ?? 0,
        };
    }

    /// <summary>Nothing is under way. Why?</summary>
    internal void Rest()
    {
        // While this is the only activity, nothing that is looked at here changes. A reader, a shared limiter or the caller may come in
        // between, each as an activity of its own: then what was seen may be half of what they do, and they ask again at their end.
        while (Threads.TryBeOnlyActivity())
        {
            long version = _window.Version; // before anything that it vouches for
            if (IsStopping || _window.IsFinished)
            {
                if (Threads.EndQuietly() && Interlocked.Exchange(ref _finishing, 1) == 0)
                    _ = FinishAsync();
                return;
            }

            bool waits = Array.Exists(_lanes, lane => lane.IsOwedPermits); // before looking what can be taken: one may come in between
            WindowStanding standing = _window.Standing();
            if (standing == WindowStanding.CanAdmit || Threads.HasTakeable())
            {
                _window.AskAdmission();
                Threads.Wake();
                if (!Threads.EndQuietly())
                    return;
                continue;
            }

            if (standing == WindowStanding.HeldBack)
            {
                if (_pump is not { Reader: null } && _window.ShouldWarn()) // a sink that takes its time is no missing reader
                    Threads.Post(() => RunLog.WaitsForReader(_log)); // a logger is foreign code
            }
            else if (!waits && Threads.IsOnlyActivity && version == _window.Version)
            {
                Stop(new StopReason(new RunStalledException(StallReport.Describe(_plan, _window, Explainer))));
            }

            if (!Threads.EndQuietly() || (version == _window.Version && !IsStopping))
                return;
        }
    }

    /// <summary>Goes on when the store has answered: at once if it has, else as an activity of its own. What it fails with fails the run.</summary>
    /// <param name="coming">The answer.</param>
    /// <param name="then">What follows it.</param>
    /// <param name="worker">Who goes on if it is there already.</param>
    /// <param name="failed">Gives back what the caller holds, if nothing follows.</param>
    internal void Await<T>(ValueTask<T> coming, Action<T, Worker> then, Worker? worker = null, Action? failed = null)
    {
        if (worker is not null && coming.IsCompletedSuccessfully)
        {
            then(coming.Result, worker);
            return;
        }

        Threads.ActivityBegun();
        _ = AwaitAsync();

        async Task AwaitAsync()
        {
            T result;
            try
            {
                result = await coming.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Lose(exception);
                Threads.Enter(_ => failed?.Invoke());
                return;
            }

            Threads.Enter(by => then(result, by));
        }
    }

    /// <inheritdoc cref="Await{T}"/>
    internal void Await(ValueTask coming, Action<Worker> then, Worker? worker = null)
    {
        Await(Result(coming), (_, by) => then(by), worker);

        static ValueTask<bool> Result(ValueTask coming)
        {
            return coming.IsCompletedSuccessfully ? new ValueTask<bool>(true) : ResultAsync(coming);
        }

        static async ValueTask<bool> ResultAsync(ValueTask coming)
        {
            await coming.ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Takes over what an earlier run has kept.</summary>
    private async ValueTask OpenStoreAsync(RunStore store)
    {
        ColumnPlan? once = Array.Find(_plan.Columns, column => column.Generator is IInputGenerator { IsReadOnce: true });
        if (once is not null)
            RunLog.CannotBeContinued(_log, once.Name);
        await store.OpenAsync(_manifest(), _options, once?.Name, names => RunLog.CodeHasChanged(_log, names), CancellationToken).ConfigureAwait(false);
        _isStoreOpen = true;
        if (store.Known.Rows is { } rows)
            _window.EndRows(rows);
        if (store.Known.End is { } end)
            _window.RestoreEnd(end);
    }

    /// <summary>Makes what is finished durable, however the run ends, and gives the store back.</summary>
    private async ValueTask CloseStoreAsync(RunStore store)
    {
        try
        {
            if (_isStoreOpen)
                await store.CloseLettersAsync().ConfigureAwait(false); // before the end: a run that has ended is not looked at again
            if (_isStoreOpen && Volatile.Read(ref _stop) is null)
                await store.SaveEndAsync(new EndRecord(_window.RowCount ?? 0, _window.SurvivingRows, DroppedRows, FilteredRows)).ConfigureAwait(false);
            if (_isStoreOpen)
                await store.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Lose(exception);
        }

        try
        {
            await store.DisposeAsync().ConfigureAwait(false); // whatever happened: nobody else can have the directory before
        }
        catch (Exception exception)
        {
            Lose(exception);
        }
    }

    private long DroppedRows => Failed.DroppedRows + (Store?.RestoredDrops ?? 0);

    private long FilteredRows => Threads.All.Sum(worker => worker.FilteredRows) + (Store?.RestoredFiltered ?? 0);

    private async Task StartAsync()
    {
        try
        {
            await BeginAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Lose(exception);
        }

        Threads.Enter(static _ => { });
    }

    private async Task BeginAsync()
    {
        if (Store is not null)
        {
            try
            {
                await OpenStoreAsync(Store).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Stop(new StopReason(exception));
            }
        }

        if (!IsStopping)
            _pump?.Start(); // what the sinks hold is not touched by a run that is refused
        foreach (RunnableGenerator generator in _plan.Columns.Select(column => column.Generator).Distinct())
        {
            if (IsStopping || Store?.Known.End is not null)
                break; // there is nothing for them to do
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

        Volatile.Write(ref _hasBegun, true);
        if (_options.Budget?.Time is { } time)
            _timers.After(time, Budget!.TimeIsOver);
        if (Source.IsNeeded && !IsStopping && Store?.Known.IsAllRestored(_window.RowCount) != true)
        {
            Threads.ActivityBegun();
            Threads.Post(() => Threads.UnderContext(() => _ = PumpAsync()));
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            await Source.RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Lose(exception);
        }

        Threads.Enter(static _ => { });
    }

    private async Task FinishAsync()
    {
        try
        {
            await EndAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Of the engine's own, or of code that should not throw: whoever waits must not wait for ever.
            End(exception);
            _completion.TrySetException(exception);
        }
    }

    private async Task EndAsync()
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
        await EndOutputAsync().ConfigureAwait(false);
        if (Store is not null)
            await CloseStoreAsync(Store).ConfigureAwait(false);
        Threads.Close();
        _timers.Dispose();
        Clock.Dispose();
        StopReason? reason = Interlocked.CompareExchange(ref _stop, new StopReason(Error: null), null); // from here on nothing can stop it
        if (reason is { IsCancelled: true })
        {
            End(new OperationCanceledException(_callerToken));
            _completion.TrySetCanceled(_callerToken);
        }
        else if (reason?.Error is { } error)
        {
            End(error);
            _completion.TrySetException(error);
        }
        else if (reason is null && _window.SurvivingRows == 0 && DroppedRows > 0)
        {
            var nothing = new NoRowsLeftException(Report(reason));
            End(nothing);
            _completion.TrySetException(nothing);
        }
        else
        {
            End(null);
            _completion.TrySetResult(Report(reason));
        }
    }

    /// <summary>
    /// Hands out what is left, and waits until the sinks have it. A run that was stopped keeps what is finished also behind a row group that is not, and the complete rows
    /// of that; one that failed, or is kept and will be continued, hands out what has no gap.
    /// </summary>
    private async ValueTask EndOutputAsync()
    {
        StopReason? reason = Volatile.Read(ref _stop);
        _skipsGaps = Store is null && reason is not ({ IsCancelled: true } or { Error: not null });
        if (_skipsGaps && reason is { IsGentle: true })
            _window.HandOutCompleteRows();
        if (_pump is null)
            return;
        _window.End(error: null, _skipsGaps);
        await _pump.EndedAsync().ConfigureAwait(false);
    }

    private void End(Exception? error)
    {
        if (_pump is not null)
            _pump.End(error);
        else
            _window.End(error, _skipsGaps && error is null);
    }

    private RunReport Report(StopReason? reason) => new(
        reason?.Outcome ?? RunOutcome.Completed,
        _window.SurvivingRows,
        DroppedRows,
        FilteredRows,
        [.. _plan.Columns.Select(column => new ColumnReport(
            column.Name,
            Threads.All.Sum(worker => worker.CellsOf(column.Ordinal)),
            Threads.All.Sum(worker => worker.RetriesOf(column.Ordinal)),
            Threads.All.Sum(worker => worker.FailuresOf(column.Ordinal)),
            Failed.DropsOf(column.Ordinal),
            Failed.DefaultsOf(column.Ordinal))
        {
            RateLimited = column.Rejected,
            Skipped = Threads.All.Sum(worker => worker.SkippedOf(column.Ordinal)),
        })],
        _options.TimeProvider.GetElapsedTime(_begun),
        _window.OutputWait)
    {
        RestoredRows = Store?.RestoredRows ?? 0,
        Dropped = Failed.Dropped(),
        Abandoned = Abandoned.All(),
        StopReason = reason?.Text,
    };

    /// <summary>Why a run ends before its last row.</summary>
    /// <param name="Error">What <see cref="Completion"/> throws; null if the reader stopped, or the caller cancelled.</param>
    /// <param name="IsCancelled">Whether the caller cancelled.</param>
    /// <param name="IsGentle">Whether what is under way may end first; if so, <paramref name="Grace"/> says for how long, null for as long as it takes.</param>
    /// <param name="Grace">See <paramref name="IsGentle"/>.</param>
    /// <param name="Outcome">What the report says if there is no error.</param>
    /// <param name="Text">What the report says for people.</param>
    internal sealed record StopReason(
        Exception? Error, bool IsCancelled = false, bool IsGentle = false, TimeSpan? Grace = null, RunOutcome Outcome = RunOutcome.Stopped, string? Text = null)
    {
        /// <summary>The reason in words; null if there is none. The message of an exception that is not the library's may be code of the user's.</summary>
        internal string? Describe() =>
            Error is CellFailedException or RunStalledException or NoRowsLeftException || Error?.GetType() == typeof(InvalidOperationException) ? $"{Error.GetType().Name}: {Error.Message}"
            : Error is not null ? Error.GetType().Name
            : IsCancelled ? "the caller cancelled it"
            : Text;

        internal static StopReason Reader { get; } = new(Error: null, Text: "The rows were not read to their end.");

        internal static StopReason Gentle(RunOutcome outcome, string text, TimeSpan? grace) =>
            new(Error: null, IsGentle: true, Grace: grace, Outcome: outcome, Text: text);
    }

    private sealed class Start(Engine engine) : IThreadPoolWorkItem
    {
        public void Execute() => engine.Threads.UnderContext(() => _ = engine.StartAsync());
    }
}
