namespace ExecGraph.Execution;

/// <summary>
/// The permits that a worker has in hand: those of the item that it executes, and the one of the call that brought its thread. Calls that
/// are left pending take theirs along.
/// </summary>
/// <remarks>Used by one thread at a time.</remarks>
internal sealed class HeldPermits
{
    private Lane? _lane;
    private int _count;
    private Lane? _inherited;
    private WorkItem _next;

    /// <summary>Whether the permit of the call that brought the thread is still in hand.</summary>
    internal bool IsInheriting => _inherited is not null;

    /// <summary>The call that shall have the inherited permit.</summary>
    internal WorkItem Next
    {
        set => _next = value;
    }

    internal void Take(Lane lane, int count)
    {
        _lane = lane;
        _count = count;
    }

    /// <summary>Permits of the item at hand that calls of this lane may have.</summary>
    internal int For(Lane lane) => ReferenceEquals(lane, _lane) ? _count : 0;

    /// <summary>Whether a permit for a call of this lane is in hand and not promised.</summary>
    internal bool MayServe(Lane lane) => For(lane) > 0 || IsInheritingFor(lane);

    internal bool IsInheritingFor(Lane lane) => ReferenceEquals(lane, _inherited) && _next.Column is null;

    /// <summary>Pending calls took some along.</summary>
    internal void Pass(int count) => _count -= count;

    internal void Return()
    {
        if (_lane is not null)
            _lane.Return(_count);
        _lane = null;
        _count = 0;
    }

    internal void Inherit(Lane lane) => _inherited = lane;

    /// <summary>Somebody else has the inherited permit now.</summary>
    internal void Forget() => _inherited = null;

    internal void ReturnInherited()
    {
        if (_next.Column is not null)
            _next.Column.Queue.Add(_next);
        _next = default;
        Lane lane = _inherited!;
        _inherited = null;
        lane.Return(1);
    }

    /// <summary>The call that gets the inherited permit: the one it is promised to, or what the lane picks.</summary>
    internal bool TryTakeNext(out WorkItem item)
    {
        item = _next;
        _next = default;
        return item.Column is not null || _inherited!.TryTakeWithPermit(out item);
    }
}
