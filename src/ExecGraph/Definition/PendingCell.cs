using System.Runtime.CompilerServices;

namespace ExecGraph.Definition;

/// <summary>A begun cell: its task, and where the value goes. Reused for further cells of its column once it has ended.</summary>
/// <remarks>
/// It can be abandoned at any moment, from any thread, yet a cell that simply ends pays for no atomic operation: it notes that it has
/// ended, then looks whether it is being abandoned. The other side notes that, puts a barrier into every thread of the process, then looks
/// whether it has ended. So one of them sees the other, and where both do, <see cref="_fate"/> decides.
/// </remarks>
internal abstract class PendingCell(PendingCellOwner owner)
{
    private volatile bool _hasEnded = true;
    private volatile bool _isBeingAbandoned;
    private int _fate;

    private enum Fate
    {
        Open,
        Ends,
        IsAbandoned,
    }

    /// <summary>Who is told of its end.</summary>
    internal PendingCellOwner Owner => owner;

    /// <summary>The next one in the list of ended ones that nobody has taken back yet.</summary>
    internal PendingCell? Next { get; set; }

    /// <summary>How many are in the list of ended ones up to this one.</summary>
    internal int Position { get; set; }

    /// <summary>What the engine gave with the run.</summary>
    internal object Tag { get; private protected set; } = null!;

    internal int Offset { get; private protected set; }

    internal int Attempt { get; private protected set; }

    /// <summary>When it was left pending, by the run's <see cref="CoarseClock"/>.</summary>
    internal long Since { get; private protected set; }

    /// <summary>Takes the task's result, writes the value, and lets go of both.</summary>
    /// <returns>What the task failed with; null if the value is written.</returns>
    internal abstract Exception? Finish();

    /// <summary>Gives up on the cell, unless it has ended. If so, its object is used no more: it belongs to the call, which goes on somewhere.</summary>
    internal bool TryAbandon()
    {
        _isBeingAbandoned = true;
        Interlocked.MemoryBarrierProcessWide();
        if (Decide(_hasEnded ? Fate.Ends : Fate.IsAbandoned) != Fate.IsAbandoned)
            return false;
        LetGo();
        return true;
    }

    /// <summary>What is pending, as seen from outside: any thread, at any time.</summary>
    /// <remarks>The object is used for one cell after the other, so what was read counts only if it is read twice.</remarks>
    internal bool TryLook(out PendingCall call)
    {
        for (int looks = 0; looks < 4 && !_hasEnded; looks++)
        {
            call = Look();
            Interlocked.MemoryBarrier();
            if (!_hasEnded && call.Tag is not null && call == Look())
                return true;
        }

        call = default;
        return false;
    }

    /// <summary>Keeps no row group alive any more.</summary>
    private protected virtual void LetGo() => Tag = null!;

    private protected void Begin()
    {
        _fate = (int)Fate.Open; // that somebody tries to abandon it is not taken back: it may be meant for this cell already
        _hasEnded = false;
    }

    /// <summary>Whether the cell ends as it should, and was not abandoned.</summary>
    private protected bool TryEnd()
    {
        _hasEnded = true;
        return !_isBeingAbandoned || Decide(Fate.Ends) == Fate.Ends;
    }

    private PendingCall Look() => new(Tag, Offset, Attempt, Since);

    /// <summary>The first one decides, for both.</summary>
    private Fate Decide(Fate fate) => Interlocked.CompareExchange(ref _fate, (int)fate, (int)Fate.Open) is var before && before == (int)Fate.Open ? fate : (Fate)before;
}

/// <summary>A cell that is pending.</summary>
/// <param name="Tag">What the engine gave with the run.</param>
/// <param name="Offset">The cell's place in its row group.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Since">When it was left pending.</param>
internal readonly record struct PendingCall(object Tag, int Offset, int Attempt, long Since);

/// <inheritdoc/>
internal sealed class PendingCell<TOut, TWriter> : PendingCell
    where TWriter : struct, IOutputWriter<TOut>
{
    private readonly Action _ended;
    private TWriter _writer;
    private ConfiguredValueTaskAwaitable<TOut>.ConfiguredValueTaskAwaiter _awaiter;
    private TimedCall? _timed;

    internal PendingCell(PendingCellOwner owner)
        : base(owner) => _ended = End;

    internal void Await(ValueTask<TOut> task, in TWriter writer, object tag, int offset, int attempt, TimedCall? timed, long since)
    {
        _writer = writer;
        Tag = tag;
        Offset = offset;
        Attempt = attempt;
        Since = since;
        Begin();
        _awaiter = task.ConfigureAwait(false).GetAwaiter();
        if (timed is not null)
            Watch(timed);

        // The engine sets the execution context of every cell itself, so nothing needs to flow through the wait. If it has ended by now, it calls
        // back from another thread.
        _awaiter.UnsafeOnCompleted(_ended);
    }

    internal override Exception? Finish()
    {
        TimedCall? timed = _timed;
        if (timed is not null)
        {
            // From here on nobody gives up on it, so the object may be used again.
            timed.End();
            _timed = null;
        }

        try
        {
            _writer.Write(Offset, _awaiter.GetResult());
            return null;
        }
        catch (Exception exception)
        {
            return timed?.Explain(exception) ?? exception;
        }
        finally
        {
            LetGo();
            _awaiter = default;
        }
    }

    private protected override void LetGo()
    {
        base.LetGo();
        _writer = default;
    }

    /// <summary>In a method of its own, so that only cells with a time-out pay for the closure.</summary>
    private void Watch(TimedCall timed)
    {
        _timed = timed;
        timed.WhenOverdue(() => Owner.Overdue(this, timed.Exceeded()));
    }

    private void End()
    {
        if (TryEnd())
            Owner.Ended(this);
        else
            EndLate();
    }

    /// <summary>Nobody waits for the result any more; a failure is looked at, so that it does not count as unobserved.</summary>
    private void EndLate()
    {
        try
        {
            _awaiter.GetResult();
        }
        catch (Exception)
        {
            // What the cell failed with was its time.
        }

        _timed?.End();
        Owner.EndedLate(this);
    }
}
