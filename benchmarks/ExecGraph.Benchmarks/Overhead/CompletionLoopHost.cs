using ExecGraph.Execution;

namespace ExecGraph.Benchmarks;

/// <summary>
/// Gives an engine the one thread on which a <see cref="CompletionLoop"/> runs. Only the reader of the rows is elsewhere: it comes back
/// from the pool once for each row group.
/// </summary>
internal sealed class CompletionLoopHost(CompletionLoop loop) : IEngineHost
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Queue<IThreadPoolWorkItem> _work = new();
    private readonly Queue<IThreadPoolWorkItem> _fromReader = new();
    private volatile bool _hasFromReader;

    public bool OwnsThread => true;

    public bool ContinuesInline => true;

    public bool IsForeignThread => false;

    public void Queue(IThreadPoolWorkItem work)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            _work.Enqueue(work);
            return;
        }

        lock (_fromReader)
        {
            _fromReader.Enqueue(work);
            _hasFromReader = true;
        }
    }

    /// <summary>The engine's own work first, then the calls that are pending, as an event loop does, until the task has ended.</summary>
    internal void Run(Task task)
    {
        var idle = new SpinWait();
        while (!task.IsCompleted)
        {
            if (_hasFromReader)
                TakeFromReader();
            if (_work.TryDequeue(out IThreadPoolWorkItem? work))
                work.Execute();
            else if (loop.TryCompletePending())
                idle.Reset();
            else
                idle.SpinOnce(sleep1Threshold: -1); // the reader is behind
        }

        task.GetAwaiter().GetResult();
    }

    private void TakeFromReader()
    {
        lock (_fromReader)
        {
            while (_fromReader.TryDequeue(out IThreadPoolWorkItem? work))
                _work.Enqueue(work);
            _hasFromReader = false;
        }
    }
}
