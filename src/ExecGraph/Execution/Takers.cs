namespace ExecGraph.Execution;

/// <summary>
/// Calls threads that take back ended calls, as many as are worth it: a call that ends on some thread is added to <see cref="EndedCalls"/>, and
/// a taker takes all that are there, completes them together, and begins the next calls on their permits. While it is at that, further calls
/// that end gather for its next round.
/// </summary>
/// <remarks>
/// <para>Who adds a call adds it first and then looks whether there is a taker; a taker that leaves counts itself out first and then looks
/// whether there are calls. So one of the two sees the other.</para>
/// <para>A taker also begins calls, whose synchronous part is the user's. So it is a taker only while it begins calls that are known to
/// be quick; where they are less quick, or very many wait, a further one is called earlier; and if one call is not quick after all, a timer takes note and
/// has another thread do it.</para>
/// </remarks>
/// <param name="engine">The run.</param>
/// <param name="options">Where threads come from, and how many are at this at once.</param>
internal sealed class Takers(Engine engine, RunOptions options) : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private ITimer? _watch; // none on threads that are not the pool's: there, nothing happens behind the back of who is at work
    private bool _isWatching;
    private bool _isDisposed;
    private int _count;
    private Action? _work;

    void IThreadPoolWorkItem.Execute() => engine.Threads.UnderContext(_work ??= engine.Threads.WorkAsTaker);

    /// <summary>A call of the column was added.</summary>
    /// <param name="column">The column.</param>
    /// <param name="waiting">How many wait by now.</param>
    internal void Added(ColumnPlan column, int waiting)
    {
        int count = Volatile.Read(ref _count);
        if (count == 0 || (waiting % column.Cost.CallsOfATaker == 0 && count < options.Workers))
            TryCall(count);
    }

    /// <summary>A taker has left some for others.</summary>
    internal void LeftSome()
    {
        if (Volatile.Read(ref _count) is var count && count < options.Workers)
            TryCall(count);
    }

    /// <summary>A thread that was called begins.</summary>
    internal static void Begin(Worker worker) => Volatile.Write(ref worker.TakerRole, 1);

    /// <summary>The thread leaves, or turns to something that may take long. Once for each beginning: the watch may have been first.</summary>
    internal void Release(Worker worker)
    {
        if (Volatile.Read(ref worker.TakerRole) == 0 || Interlocked.Exchange(ref worker.TakerRole, 0) == 0)
            return;
        Interlocked.Decrement(ref _count); // first, then look
        if (!engine.Threads.Ended.IsEmpty && Volatile.Read(ref _count) == 0)
            TryCall(0);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _watch?.Dispose();
        }
    }

    private void TryCall(int count)
    {
        if (Interlocked.CompareExchange(ref _count, count + 1, count) != count)
            return; // somebody else called one, or one has left and looks
        engine.Threads.ActivityBegun();
        options.Host.Queue(this);
        if (!Volatile.Read(ref _isWatching) && options.Host is PoolHost)
            Watch();
    }

    private void Watch()
    {
        lock (_lock)
        {
            if (_isDisposed || _isWatching)
                return;
            _isWatching = true;
            _watch ??= TimeProvider.System.CreateTimer(static takers => ((Takers)takers!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _watch.Change(Tick, Tick);
        }
    }

    /// <summary>Takers that have done nothing since the last look are no takers any more. When there are none at all, the watch ends, until one is called.</summary>
    private void Look()
    {
        bool isQuiet = true;
        foreach (Worker worker in engine.Threads.All)
        {
            if (Volatile.Read(ref worker.TakerRole) == 0)
                continue;
            isQuiet = false;
            if (worker.HasNotMoved() && !engine.Threads.Ended.IsEmpty)
                Release(worker);
        }

        if (!isQuiet || Volatile.Read(ref _count) != 0)
            return;
        lock (_lock)
        {
            _isWatching = false;
            Interlocked.MemoryBarrier(); // said first, then looked again: who calls a taker counts it first and then looks whether there is a watch
            if (Volatile.Read(ref _count) != 0)
                _isWatching = true;
            else if (!_isDisposed)
                _watch!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
