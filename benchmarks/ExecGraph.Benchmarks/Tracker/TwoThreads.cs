namespace ExecGraph.Benchmarks;

/// <summary>Runs something twice at the same time: here and on a second thread, which is kept so that its start is not measured.</summary>
internal sealed class TwoThreads : IDisposable
{
    private readonly Barrier _begin = new(2);
    private readonly Barrier _end = new(2);
    private readonly Thread _thread;
    private volatile Action? _other;

    internal TwoThreads()
    {
        _thread = new Thread(() =>
        {
            while (true)
            {
                _begin.SignalAndWait();
                if (_other is not { } other)
                    return;
                other();
                _end.SignalAndWait();
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    internal void Run(Action one, Action other)
    {
        _other = other;
        _begin.SignalAndWait();
        one();
        _end.SignalAndWait();
    }

    public void Dispose()
    {
        _other = null;
        _begin.SignalAndWait();
        _thread.Join();
        _begin.Dispose();
        _end.Dispose();
    }
}
