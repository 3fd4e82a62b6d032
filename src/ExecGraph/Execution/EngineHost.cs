namespace ExecGraph.Execution;

/// <summary>The one seam between the engine and its threads.</summary>
internal interface IEngineHost
{
    /// <summary>Whether the calling thread may be used for as long as there is work; else only for a little.</summary>
    bool OwnsThread { get; }

    /// <summary>Whether continuations of whoever waits for the run may run on the engine's thread.</summary>
    bool ContinuesInline { get; }

    /// <summary>Whether a cell ended where the host cannot follow it.</summary>
    bool IsForeignThread { get; }

    void Queue(IThreadPoolWorkItem work);
}

/// <summary>The thread pool.</summary>
internal sealed class PoolHost : IEngineHost
{
    internal static readonly PoolHost Instance = new();

    public bool OwnsThread => Thread.CurrentThread.IsThreadPoolThread;

    public bool ContinuesInline => false;

    public bool IsForeignThread => false;

    public void Queue(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
}
