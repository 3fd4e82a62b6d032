namespace ExecGraph.Execution;

/// <summary>
/// Runs engines in virtual time on the calling thread: deterministic, and the clock advances only when nothing else can run.
/// Holds for cells that wait through <see cref="CellContext.TimeProvider"/>; a cell that ends on another thread fails its run.
/// </summary>
internal sealed class VirtualTimeHost : IEngineHost
{
    private readonly Queue<IThreadPoolWorkItem> _work = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    internal VirtualTimeProvider TimeProvider { get; } = new();

    public bool OwnsThread => true;

    public bool ContinuesInline => true;

    public bool IsForeignThread => Environment.CurrentManagedThreadId != _thread;

    public void Queue(IThreadPoolWorkItem work)
    {
        // A foreign thread can only get here to report itself; the lock keeps that orderly.
        lock (_work)
            _work.Enqueue(work);
    }

    /// <summary>Runs until the task has ended.</summary>
    /// <exception cref="InvalidOperationException">Nothing can run, no timer is armed, and the task has not ended.</exception>
    internal T Run<T>(Task<T> task)
    {
        // A cell's await would post to the caller's context, which runs on threads of its own.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (!task.IsCompleted)
            {
                if (TryDequeue(out IThreadPoolWorkItem? work))
                    work.Execute();
                else if (!TimeProvider.TryAdvanceToNextTimer() && !task.IsCompleted)
                    throw new InvalidOperationException("Nothing can run and no timer is armed, but the task has not ended: it waits for something outside virtual time.");
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        return task.GetAwaiter().GetResult();
    }

    private bool TryDequeue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IThreadPoolWorkItem? work)
    {
        lock (_work)
            return _work.TryDequeue(out work);
    }
}
