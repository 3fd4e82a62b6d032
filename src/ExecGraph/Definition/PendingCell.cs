using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Takes cells back that were begun and end later.</summary>
internal interface IPendingCellOwner
{
    /// <summary>A cell is about to be left pending.</summary>
    void Begun();

    /// <summary>The cell's task has ended. Any thread; the caller returns to foreign code afterwards.</summary>
    void Ended(PendingCell cell);
}

/// <summary>A begun cell: its task, and where the value goes. Reused for further cells of its column once it has ended.</summary>
internal abstract class PendingCell
{
    /// <summary>What the engine gave with the run.</summary>
    internal object Tag { get; private protected set; } = null!;

    internal int Offset { get; private protected set; }

    internal int Attempt { get; private protected set; }

    /// <summary>Takes the task's result and writes the value.</summary>
    /// <returns>What the task failed with; null if the value is written.</returns>
    internal abstract Exception? Finish();

    /// <summary>Gives the object back; nobody may use it afterwards.</summary>
    internal abstract void Recycle();
}

/// <inheritdoc/>
internal sealed class PendingCell<TOut, TWriter> : PendingCell
    where TWriter : struct, IOutputWriter<TOut>
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<PendingCell<TOut, TWriter>> _pool;
    private readonly IPendingCellOwner _owner;
    private readonly Action _ended;
    private TWriter _writer;
    private System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable<TOut>.ConfiguredValueTaskAwaiter _awaiter;

    internal PendingCell(System.Collections.Concurrent.ConcurrentQueue<PendingCell<TOut, TWriter>> pool, IPendingCellOwner owner)
    {
        _pool = pool;
        _owner = owner;
        _ended = () => _owner.Ended(this);
    }

    internal void Await(ValueTask<TOut> task, in TWriter writer, object tag, int offset, int attempt)
    {
        _writer = writer;
        Tag = tag;
        Offset = offset;
        Attempt = attempt;
        _awaiter = task.ConfigureAwait(false).GetAwaiter();

        // The engine sets the execution context of every cell itself, so nothing needs to flow through the wait.
        if (_awaiter.IsCompleted)
            _owner.Ended(this);
        else
            _awaiter.UnsafeOnCompleted(_ended);
    }

    internal override Exception? Finish()
    {
        try
        {
            _writer.Write(Offset, _awaiter.GetResult());
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    internal override void Recycle()
    {
        _writer = default;
        _awaiter = default;
        Tag = null!;
        _pool.Enqueue(this);
    }
}
