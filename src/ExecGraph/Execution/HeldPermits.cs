namespace ExecGraph.Execution;

/// <summary>
/// The permits that a worker has in hand: those of the item that it executes, and the one of the call that brought its thread. Calls that
/// are left pending take theirs along.
/// </summary>
/// <remarks>Used by one thread at a time. Lanes by number: a reference in a field would cost a write barrier for each cell.</remarks>
internal struct HeldPermits
{
    private const int None = -1;

    private int _lane = None;
    private int _count;
    private int _inherited = None;

    public HeldPermits()
    {
    }

    /// <summary>Whether the permit of the call that brought the thread is still in hand.</summary>
    internal readonly bool IsInheriting => _inherited != None;

    internal void Take(Lane lane, int count) => (_lane, _count) = (lane.Number, count);

    /// <summary>Permits of the item at hand that calls of this lane may have.</summary>
    internal readonly int For(Lane lane) => lane.Number == _lane ? _count : 0;

    internal readonly bool IsInheritingFor(Lane lane) => lane.Number == _inherited;

    /// <summary>Pending calls took some along.</summary>
    internal void Pass(int count) => _count -= count;

    internal void Return(Lane[] lanes)
    {
        (int lane, int count) = (_lane, _count);
        (_lane, _count) = (None, 0); // before anything can throw
        if (lane != None)
            lanes[lane].Return(count);
    }

    internal void Inherit(Lane lane) => _inherited = lane.Number;

    /// <summary>Somebody else has the inherited permit now.</summary>
    internal void Forget() => _inherited = None;

    internal void ReturnInherited(Lane[] lanes)
    {
        Lane lane = lanes[_inherited];
        _inherited = None;
        lane.Return(1);
    }
}
