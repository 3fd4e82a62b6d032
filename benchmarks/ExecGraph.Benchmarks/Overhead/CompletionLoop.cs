using System.Threading.Tasks.Sources;

namespace ExecGraph.Benchmarks;

/// <summary>
/// Calls that are pending until a loop on the same thread completes them, first come first served, like the responses of a connection.
/// It allocates nothing once it is warm and leaves the thread pool out, so that what is measured is the code around the calls.
/// </summary>
internal sealed class CompletionLoop
{
    private readonly Queue<Call> _pending = new();
    private Call? _free;

    internal ValueTask<int> Later(int value)
    {
        Call call = _free ?? new Call(this);
        _free = call.NextFree;
        call.Value = value;
        _pending.Enqueue(call);
        return new ValueTask<int>(call, call.Version);
    }

    /// <summary>Completes the calls that are pending, the oldest first: whoever awaits one goes on within this method. Those that this begins are left for the next turn.</summary>
    internal bool TryCompletePending()
    {
        int pending = _pending.Count;
        for (int i = 0; i < pending; i++)
            _pending.Dequeue().Complete();
        return pending > 0;
    }

    private sealed class Call(CompletionLoop loop) : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        internal Call? NextFree { get; private set; }

        internal int Value { get; set; }

        internal short Version => _core.Version;

        public int GetResult(short token)
        {
            int result = _core.GetResult(token);
            _core.Reset();
            NextFree = loop._free;
            loop._free = this;
            return result;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        internal void Complete() => _core.SetResult(Value);
    }
}
