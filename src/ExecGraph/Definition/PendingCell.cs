using System.Runtime.CompilerServices;

namespace ExecGraph.Definition;

/// <summary>A begun cell: its task, and where the value goes. Reused for further cells of its column once it has ended.</summary>
internal abstract class PendingCell
{
    /// <summary>The next one in a <see cref="PendingCells"/> list; only while it is spare.</summary>
    internal PendingCell? NextSpare { get; set; }

    /// <summary>What the engine gave with the run.</summary>
    internal object Tag { get; private protected set; } = null!;

    internal int Offset { get; private protected set; }

    internal int Attempt { get; private protected set; }

    /// <summary>Takes the task's result, writes the value, and lets go of both.</summary>
    /// <returns>What the task failed with; null if the value is written.</returns>
    internal abstract Exception? Finish();
}

/// <inheritdoc/>
internal sealed class PendingCell<TOut, TWriter> : PendingCell
    where TWriter : struct, IOutputWriter<TOut>
{
    private readonly IPendingCellOwner _owner;
    private readonly Action _ended;
    private TWriter _writer;
    private ConfiguredValueTaskAwaitable<TOut>.ConfiguredValueTaskAwaiter _awaiter;

    internal PendingCell(IPendingCellOwner owner)
    {
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
        finally
        {
            Tag = null!; // a spare one keeps no row group alive
            _writer = default;
            _awaiter = default;
        }
    }
}
