namespace ExecGraph.Execution;

/// <summary>
/// The permits that a worker has in hand: those of the item that it executes, or of calls that it has taken back. Calls that are left
/// pending take theirs along.
/// </summary>
/// <remarks>Used by one thread at a time.</remarks>
/// <param name="lanes">Lanes of the run.</param>
internal sealed class HeldPermits(int lanes)
{
    private readonly int[] _counts = new int[lanes];
    private readonly int[] _held = new int[lanes]; // the lanes of which there may be any
    private int _heldCount;

    internal void Take(Lane lane, int count)
    {
        ref int held = ref _counts[lane.Number];
        if (held == 0 && !IsListed(lane.Number))
            _held[_heldCount++] = lane.Number;
        held += count;
    }

    /// <summary>Permits that calls of this lane may have.</summary>
    internal int For(Lane lane) => _counts[lane.Number];

    /// <summary>A lane of which there may be permits in hand; null if there is none.</summary>
    internal int? AnyLane
    {
        get
        {
            while (_heldCount > 0 && _counts[_held[_heldCount - 1]] == 0)
                _heldCount--;
            return _heldCount == 0 ? null : _held[_heldCount - 1];
        }
    }

    /// <summary>Gives back the permits of a lane.</summary>
    internal void Return(Lane lane)
    {
        int count = _counts[lane.Number];
        _counts[lane.Number] = 0; // before anything can throw
        lane.Return(count);
    }

    /// <summary>Pending calls took some along.</summary>
    internal void Pass(Lane lane, int count) => _counts[lane.Number] -= count;

    internal void Return(Lane[] lanes)
    {
        while (_heldCount > 0)
            Return(lanes[_held[--_heldCount]]);
    }

    private bool IsListed(int lane)
    {
        for (int i = 0; i < _heldCount; i++)
        {
            if (_held[i] == lane)
                return true;
        }

        return false;
    }
}
