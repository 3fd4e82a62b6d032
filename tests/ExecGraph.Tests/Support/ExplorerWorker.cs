namespace ExecGraph.Tests.Support;

/// <summary>One thread of the explored program, in the schedule that is being run.</summary>
internal sealed class ExploredThread(Explorer explorer, int index)
{
    internal Explorer Explorer => explorer;

    internal int Index => index;

    /// <summary>The real thread that it runs on; null until it begins.</summary>
    internal ExplorerWorker? Worker { get; set; }

    /// <summary>Whether it has come to its first step.</summary>
    internal bool HasArrived { get; set; }

    internal void Reset()
    {
        Worker = null;
        HasArrived = false;
    }
}

/// <summary>A real thread that runs explored threads, one at a time and each to its end, whenever it is its turn.</summary>
internal sealed class ExplorerWorker
{
    private readonly Explorer _explorer;
    private readonly Baton _turn = new();
    private ExploredThread? _begins;

    internal ExplorerWorker(Explorer explorer)
    {
        _explorer = explorer;
        new Thread(Live) { IsBackground = true, Name = "explorer" }.Start();
    }

    /// <summary>Begins a thread on this idle worker, or with null lets the worker go.</summary>
    internal void Begin(ExploredThread? thread)
    {
        _begins = thread;
        _turn.Pass();
    }

    /// <summary>Goes on with the thread that waits here for its turn.</summary>
    internal void Resume() => _turn.Pass();

    internal void WaitForTurn() => _turn.Take();

    private void Live()
    {
        while (true)
        {
            _turn.Take();
            if (_begins is not { } thread)
                return;
            for (ExploredThread? next = thread; next is not null;)
                next = _explorer.RunToEnd(next, this);
        }
    }
}
