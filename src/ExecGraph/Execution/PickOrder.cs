using System.Numerics;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>A lane's columns by falling priority: a set of ranks, of which some are marked. Equals have adjoining ranks.</summary>
/// <remarks>Marks may be set by any thread; all else happens under the lane's lock.</remarks>
/// <typeparam name="TMemory">The atomic operations on the marks.</typeparam>
internal sealed class PickOrder<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>Equals that are compared: so many share exactly alike; of more, each is still looked at in its turn.</summary>
    private const int Compared = 16;

    private readonly ColumnQueue[] _queues;
    private readonly int[] _ranks;
    private readonly int[] _classStarts;
    private readonly int[] _classEnds;
    private readonly int[] _turns;
    private readonly ulong[] _marked;
    private readonly ulong[] _passed;
    private bool _hasPassed;

    internal PickOrder(IReadOnlyList<ColumnQueue> queues, Func<ColumnPlan, int> priority)
    {
        _queues = [.. queues.OrderByDescending(queue => priority(queue.Column))];
        _ranks = new int[queues.Count];
        _classStarts = new int[queues.Count];
        _classEnds = new int[queues.Count];
        _turns = new int[queues.Count];
        _marked = new ulong[(queues.Count + 63) / 64];
        _passed = new ulong[_marked.Length];
        for (int rank = queues.Count - 1; rank >= 0; rank--)
        {
            _ranks[_queues[rank].Position] = rank;
            bool last = rank == queues.Count - 1 || priority(_queues[rank].Column) != priority(_queues[rank + 1].Column);
            _classEnds[rank] = last ? rank + 1 : _classEnds[rank + 1];
        }

        for (int rank = 1; rank < queues.Count; rank++)
            _classStarts[rank] = _classEnds[rank] == _classEnds[rank - 1] ? _classStarts[rank - 1] : rank;
    }

    internal bool IsEmpty
    {
        get
        {
            foreach (ref ulong word in _marked.AsSpan())
            {
                if (TMemory.Read(ref word) != 0)
                    return false;
            }

            return true;
        }
    }

    internal void Mark(int position)
    {
        int rank = _ranks[position];
        ref ulong word = ref _marked[rank >> 6];
        if ((TMemory.Read(ref word) >> rank & 1) == 0)
            TMemory.Or(ref word, 1UL << rank);
    }

    internal void Clear(int position) => TMemory.And(ref _marked[_ranks[position] >> 6], ~(1UL << _ranks[position]));

    /// <summary>How many have the same priority, marked or not, itself included.</summary>
    internal int CountEquals(int position) => _classEnds[_ranks[position]] - _classStarts[_ranks[position]];

    /// <summary>Whether any is marked that has a higher priority, or itself. Any thread may ask.</summary>
    internal bool HasAnyBefore(int position)
    {
        int rank = _ranks[position];
        if ((TMemory.Read(ref _marked[rank >> 6]) >> rank & 1) != 0)
            return true;
        int end = _classStarts[rank];
        for (int word = 0; word << 6 < end; word++)
        {
            if ((TMemory.Read(ref _marked[word]) & Within(word, 0, end)) != 0)
                return true;
        }

        return false;
    }

    internal int MarkedEquals(int position)
    {
        int start = _classStarts[_ranks[position]];
        int end = _classEnds[start];
        int count = 0;
        for (int word = start >> 6; word << 6 < end; word++)
            count += BitOperations.PopCount(TMemory.Read(ref _marked[word]) & Within(word, start, end));
        return count;
    }

    internal void Begin()
    {
        if (_hasPassed)
            Array.Clear(_passed);
        _hasPassed = false;
    }

    internal int Next()
    {
        int first = First();
        if (first < 0)
            return -1;
        int start = _classStarts[first];
        int end = _classEnds[first];
        int best = first;
        if (end - start > 1)
        {
            // From the one whose turn it is to the end of the class, then around.
            int turn = Math.Max(first, _turns[start]);
            int looks = Compared;
            long fewest = long.MaxValue;
            Compare(turn, end, ref looks, ref best, ref fewest);
            Compare(start, turn, ref looks, ref best, ref fewest);
        }

        return _queues[best].Position;
    }

    internal void Pass(int position)
    {
        _hasPassed = true;
        _passed[_ranks[position] >> 6] |= 1UL << _ranks[position];
    }

    internal void Taken(int position)
    {
        int rank = _ranks[position];
        _turns[_classStarts[rank]] = rank + 1;
    }

    /// <summary>The bits of a word for the ranks from start to before end, which reach into it.</summary>
    private static ulong Within(int word, int start, int end)
    {
        ulong within = ulong.MaxValue;
        if (start > word << 6)
            within <<= start;
        if (end - (word << 6) is var rest and < 64)
            within &= (1UL << rest) - 1;
        return within;
    }

    private int First()
    {
        for (int word = 0; word < _marked.Length; word++)
        {
            if (Open(word) is var open and not 0)
                return (word << 6) + BitOperations.TrailingZeroCount(open);
        }

        return -1;
    }

    private void Compare(int start, int end, ref int looks, ref int best, ref long fewest)
    {
        for (int word = start >> 6; word << 6 < end; word++)
        {
            for (ulong open = Open(word) & Within(word, start, end); open != 0; open &= open - 1)
            {
                // None can hold fewer than none.
                if (fewest == 0 || looks == 0)
                    return;
                looks--;
                int rank = (word << 6) + BitOperations.TrailingZeroCount(open);
                if (_queues[rank].UnderWay is var held && held < fewest)
                    (best, fewest) = (rank, held);
            }
        }
    }

    private ulong Open(int word) => TMemory.Read(ref _marked[word]) & ~_passed[word];
}
