using System.Collections.Concurrent;
using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>Gives threads to workers, and counts what is under way.</summary>
/// <remarks>
/// <para>A thread that works, a lane of which permits are taken, a timer and the source pump each count as one activity. When the last one
/// ends, the engine is asked what that means.</para>
/// <para>Threads come from the host, at most <see cref="RunOptions.Workers"/> at a time; those that take back what has ended come on top.</para>
/// </remarks>
internal sealed class WorkerThreads(Engine engine, RunPlan plan, RowGroupWindow window, RunOptions options, Lane workerLane, Lane[] callLanes)
    : IThreadPoolWorkItem
{
    /// <summary>Items that a thread which is not the host's may execute.</summary>
    private const int BorrowedBudget = 64;

    [ThreadStatic]
    private static Residence? _residence;

    private readonly bool _isVirtual = options.Host is not PoolHost;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly ConcurrentQueue<Worker> _idle = []; // not bags: a bag keeps what a thread put into it alive as long as that thread
    private readonly ConcurrentQueue<Worker> _workers = [];
    private int _spawned;
    private int _permits;
    private int _activity;
    private int _isClosed;

    /// <summary>The lanes by number.</summary>
    internal Lane[] Lanes { get; } = [workerLane, .. callLanes];

    /// <summary>Every worker there has been: each counts what it did.</summary>
    internal IEnumerable<Worker> All => _workers;

    /// <summary>Threads that compute synchronous cells, at most as many as there are workers.</summary>
    internal int Computing => Math.Min(Volatile.Read(ref _permits), options.Workers);

    /// <summary>Whether one more thread could run synchronous cells.</summary>
    internal bool HasIdleWorker => Volatile.Read(ref _permits) < options.Workers;

    /// <summary>Gives a thread to work that the caller will not do itself, unless all threads are at work: they look again before they leave.</summary>
    internal void Wake()
    {
        int spawned = Volatile.Read(ref _spawned);
        while (spawned < options.Workers)
        {
            int seen = Interlocked.CompareExchange(ref _spawned, spawned + 1, spawned);
            if (seen == spawned)
            {
                ActivityBegun();
                options.Host.Queue(this);
                return;
            }

            spawned = seen;
        }
    }

    /// <summary>Calls can begin. That takes a thread for a moment and no worker's permit, so they do not wait for workers that are all at long cells.</summary>
    internal void WakeForCalls()
    {
        if (IsWorking && ReferenceEquals(_residence!.Worker?.Threads, this))
            Wake(); // or the caller looks by itself before it leaves
        else
            WakeOnTop();
    }

    /// <summary>The caller turns to something that may take long, and leaves work behind: another thread looks at it.</summary>
    internal void WakeInstead()
    {
        if (HasTakeable())
            WakeOnTop();
    }

    /// <summary>There are permits again, without anybody who is at work for the run: so it may be over by now.</summary>
    internal void PermitsReturned()
    {
        if (!engine.Completion.IsCompleted && HasTakeable())
            Wake();
    }

    /// <summary>Gives another thread to work that is left over: each thread that takes an item calls the next one.</summary>
    internal void WakeForMore()
    {
        if (Volatile.Read(ref _spawned) < options.Workers && HasTakeable())
            Wake();
    }

    void IThreadPoolWorkItem.Execute() => UnderContext(() => Work(first: null, isSpawned: true)); // a thread of the host's is at no other work

    /// <summary>Goes on with something that counted as an activity, on this thread, which then works on.</summary>
    internal void Enter(Action<Worker> first)
    {
        // A timer or a barrier's call that ended within a worker: another thread takes it.
        if (IsWorking)
            options.Host.Queue(new Entered(this, first));
        else
            UnderContext(() => Work(first, isSpawned: false));
    }

    /// <summary>Goes on with something that counted as an activity, on another thread: the caller holds a lock.</summary>
    internal void Begin(Action<Worker> first) => options.Host.Queue(new Entered(this, first));

    internal void ActivityBegun() => Interlocked.Increment(ref _activity);

    internal void ActivityEnded()
    {
        if (Interlocked.Decrement(ref _activity) == 0)
            engine.Rest();
    }

    /// <summary>Runs something that is neither user code nor long on a thread of the host's.</summary>
    internal void Post(Action action)
    {
        ActivityBegun();
        options.Host.Queue(new Posted(this, action));
    }

    /// <summary>Runs user code, or what leads to it, under the execution context of whoever started the run.</summary>
    internal void UnderContext(Action action)
    {
        if (IsUnderContext)
            action();
        else
            ExecutionContext.Run(_context!, static action => ((Action)action!)(), action);
    }

    /// <summary>Counts the caller as the only activity, if there is none.</summary>
    internal bool TryBeOnlyActivity() => Interlocked.CompareExchange(ref _activity, 1, 0) == 0;

    /// <summary>Whether the caller, who is an activity, is the only one.</summary>
    internal bool IsOnlyActivity => Volatile.Read(ref _activity) == 1;

    /// <summary>Ends an activity without asking what that means.</summary>
    /// <returns>Whether it was the last one.</returns>
    internal bool EndQuietly() => Interlocked.Decrement(ref _activity) == 0;

    internal bool TryTake(Worker worker, out WorkItem item)
    {
        // Calls first: beginning one is short, and then it is under way while cells are computed.
        foreach (Lane lane in callLanes)
        {
            if (lane.TryTake(worker.HasPermit, out item))
                return true;
        }

        item = default;
        if (!worker.HasPermit && (!HasSyncWork() || !TryTakePermit(worker)))
            return false;
        if (workerLane.TryTake(hasWorker: true, out item))
            return true;
        foreach (Lane lane in callLanes)
        {
            if (lane.HasSyncColumns && lane.TryTake(hasWorker: true, out item))
                return true;
        }

        return false;
    }

    /// <summary>Whether a thread would find something to do; it may still find that somebody else was first.</summary>
    internal bool HasTakeable()
    {
        if (engine.IsStopping)
            return false;
        if (window.IsAdmissionAsked)
            return true;
        bool hasWorker = HasIdleWorker;
        if (hasWorker && workerLane.HasWork)
            return true;
        foreach (Lane lane in callLanes)
        {
            if (lane.MayHaveTakeable && (hasWorker || !lane.HasSyncColumns))
                return true;
        }

        return false;
    }

    /// <summary>Calls that have ended and were not taken back yet.</summary>
    internal EndedCalls Ended { get; } = new();

    /// <summary>A call has ended, on whichever thread. Its permit, which is still taken, counts as an activity until it is taken back.</summary>
    internal void CallEnded(ColumnPlan column, PendingCell cell)
    {
        if (_isVirtual && options.Host.IsForeignThread)
        {
            engine.Stop(new Engine.StopReason(new InvalidOperationException(
                $"A cell of column '{column.Name}' ended on a foreign thread: in virtual time, cells must wait through CellContext.TimeProvider.")));
        }

        Takers.Added(column, Ended.Add(cell));
    }

    /// <summary>Threads that take back what has ended.</summary>
    internal Takers Takers { get; } = new(engine, options);

    /// <summary>The run has ended: no thread keeps a worker of it. One that a late reader still calls lets go of it when it leaves.</summary>
    internal void Close()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        Takers.Dispose();
        foreach (Worker worker in _workers)
            worker.Residence?.Release(worker);
    }

    internal bool TryTakePermit(Worker worker)
    {
        int permits = Volatile.Read(ref _permits);
        while (permits < options.Workers)
        {
            int seen = Interlocked.CompareExchange(ref _permits, permits + 1, permits);
            if (seen == permits)
                return worker.HasPermit = true;
            permits = seen;
        }

        return false;
    }

    internal void ReturnPermit(Worker worker)
    {
        worker.HasPermit = false;
        Interlocked.Decrement(ref _permits);
    }

    /// <summary>Gives a thread to work, if need be on top of those that are all at work.</summary>
    private void WakeOnTop()
    {
        if (Volatile.Read(ref _spawned) < options.Workers)
        {
            Wake();
            return;
        }

        ActivityBegun();
        Begin(static _ => { });
    }

    private static bool IsWorking => _residence is { IsWorking: true };

    /// <summary>Works as an activity of its own.</summary>
    private void Work(Action<Worker>? first, bool isSpawned)
    {
        Worker worker = Begin(out Residence residence, out SynchronizationContext? owner);
        try
        {
            first?.Invoke(worker);
            worker.Loop(options.Host.OwnsThread ? int.MaxValue : BorrowedBudget);
        }
        catch (Exception exception)
        {
            // Not a cell's failure, which is caught where it happens: the run must not end as if nothing were missing.
            engine.Lose(exception);
            worker.Abandon();
        }
        finally
        {
            End(residence, owner);
        }

        Leave(worker, isSpawned);
    }

    /// <summary>Works as one who takes back what has ended.</summary>
    internal void WorkAsTaker() => Work(Takers.Begin, isSpawned: false);

    private Worker Begin(out Residence residence, out SynchronizationContext? owner)
    {
        // On a thread that is borrowed from its owner's loop, a cell's await must not go back to that loop.
        owner = SynchronizationContext.Current;
        if (owner is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        residence = _residence ??= new Residence();
        residence.IsWorking = true;
        Worker? worker = residence.Worker;
        return worker is not null && ReferenceEquals(worker.Threads, this) ? worker : Settle(residence, worker);
    }

    private static void End(Residence residence, SynchronizationContext? owner)
    {
        residence.IsWorking = false;
        if (owner is not null)
            SynchronizationContext.SetSynchronizationContext(owner);
    }

    /// <summary>Gives the thread a worker of this run, and the one it had back to that one's run.</summary>
    private Worker Settle(Residence residence, Worker? other)
    {
        other?.Threads._idle.Enqueue(other);
        if (!_idle.TryDequeue(out Worker? worker))
        {
            worker = new Worker(engine, this, plan, window);
            _workers.Enqueue(worker);
        }

        worker.Residence = residence;
        residence.Worker = worker;
        return worker;
    }

    private void Leave(Worker worker, bool isSpawned)
    {
        Takers.Release(worker);
        if (worker.HasPermit)
            ReturnPermit(worker);
        if (isSpawned)
            Interlocked.Decrement(ref _spawned);

        // Leave first, then look: whoever adds work adds first and then looks whether threads are at work.
        if (HasTakeable())
            Wake();
        ActivityEnded();
        if (Volatile.Read(ref _isClosed) != 0)
            worker.Residence!.Release(worker);
    }

    private void Lose(Exception exception) => engine.Lose(exception);

    private bool HasSyncWork()
    {
        if (workerLane.HasWork)
            return true;
        foreach (Lane lane in callLanes)
        {
            if (lane.HasSyncColumns && lane.MayHaveTakeable)
                return true;
        }

        return false;
    }

    private bool IsUnderContext => _context is null || ReferenceEquals(_context, ExecutionContext.Capture());

    private sealed class Posted(WorkerThreads threads, Action action) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                threads.Lose(exception);
            }

            threads.Enter(static _ => { });
        }
    }

    private sealed class Entered(WorkerThreads threads, Action<Worker> first) : IThreadPoolWorkItem
    {
        public void Execute() => threads.Enter(first);
    }
}

/// <summary>Which worker a thread keeps, so that coming back to a run costs no look-up.</summary>
internal sealed class Residence
{
    internal Worker? Worker;

    /// <summary>Whether the thread is at work for a run, with that worker: then nothing is nested on its stack.</summary>
    internal bool IsWorking;

    /// <summary>A run that has ended takes its worker away, from whichever thread.</summary>
    internal void Release(Worker worker) => Interlocked.CompareExchange(ref Worker, null, worker);
}
