using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>
/// Which of a lane's columns comes next. In the steady state the deepest one, so that rows finish early; when the tail is near, the
/// one with the longest path still to go, so that nothing is left dangling. Of equals the one that holds the fewest permits, and in turn
/// where they hold as many: so each gets an equal share of the permits, however long its cells take. Finding it costs O(columns / 64).
/// </summary>
/// <remarks>A set of ranks in two orders; marks may be set by any thread, all else happens under the lane's lock.</remarks>
internal sealed class Picker
{
    /// <summary>Equals that are compared: as many exactly share alike; of more, each is looked at in its turn.</summary>
    private const int Compared = 16;

    private readonly Order _deepest;
    private readonly Order _longest;

    internal Picker(IReadOnlyList<ColumnQueue> queues)
    {
        _deepest = new Order(queues, column => column.Depth);
        _longest = new Order(queues, column => column.Tail);
    }

    internal bool IsEmpty => _deepest.IsEmpty;

    internal void Mark(int position)
    {
        _deepest.Mark(position);
        _longest.Mark(position);
    }

    internal void Clear(int position)
    {
        _deepest.Clear(position);
        _longest.Clear(position);
    }

    /// <summary>In the steady state, whether any column is marked that comes before this one or is its equal, itself included.</summary>
    internal bool HasAnyBefore(int position) => _deepest.HasAnyBefore(position);

    /// <summary>The next marked position that is not in <paramref name="passed"/>; -1 for none.</summary>
    internal int Next(bool tailIsNear, ReadOnlySpan<ulong> passed) => (tailIsNear ? _longest : _deepest).Next(passed);

    /// <summary>What was picked could be taken, so the next one's turn has come.</summary>
    internal void Taken(bool tailIsNear, int position) => (tailIsNear ? _longest : _deepest).Taken(position);

    /// <summary>Whether the column ever takes turns with another.</summary>
    internal bool HasEquals(int position) => _deepest.HasEquals(position) || _longest.HasEquals(position);

    /// <summary>How many marked ones have the same priority, itself included.</summary>
    internal int MarkedEquals(bool tailIsNear, int position) => (tailIsNear ? _longest : _deepest).MarkedEquals(position);

    /// <summary>Columns by falling priority, and the marked ones among them. Equals have adjoining ranks.</summary>
    private sealed class Order
    {
        private readonly ColumnQueue[] _queues;
        private readonly int[] _ranks;
        private readonly int[] _classStarts;
        private readonly int[] _classEnds;
        private readonly int[] _turns;
        private readonly ulong[] _marked;

        internal Order(IReadOnlyList<ColumnQueue> queues, Func<ColumnPlan, int> priority)
        {
            _queues = [.. queues.OrderByDescending(queue => priority(queue.Column))];
            _ranks = new int[queues.Count];
            _classStarts = new int[queues.Count];
            _classEnds = new int[queues.Count];
            _turns = new int[queues.Count];
            _marked = new ulong[(queues.Count + 63) / 64];
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
                    if (Volatile.Read(ref word) != 0)
                        return false;
                }

                return true;
            }
        }

        internal void Mark(int position)
        {
            int rank = _ranks[position];
            ref ulong word = ref _marked[rank >> 6];
            if ((Volatile.Read(ref word) >> rank & 1) == 0)
                Interlocked.Or(ref word, 1UL << rank);
        }

        internal void Clear(int position) => Interlocked.And(ref _marked[_ranks[position] >> 6], ~(1UL << _ranks[position]));

        internal int Next(ReadOnlySpan<ulong> passed)
        {
            int first = FirstMarked(0, _queues.Length, passed);
            if (first < 0)
                return -1;
            int start = _classStarts[first];
            int end = _classEnds[first];
            if (end - start == 1)
                return _queues[first].Position;

            // From the one whose turn it is to the end of the class, then around.
            int turn = Math.Max(first, _turns[start]);
            int best = first;
            long fewest = long.MaxValue;
            for ((int from, int to, int looks) = (turn, end, Compared); looks > 0 && fewest > 0; looks--)
            {
                int rank = FirstMarked(from, to, passed);
                if (rank < 0 && to == end)
                    (rank, to) = (FirstMarked(start, turn, passed), turn);
                if (rank < 0)
                    break;
                if (_queues[rank].UnderWay is var held && held < fewest)
                    (best, fewest) = (rank, held);
                from = rank + 1;
            }

            return _queues[best].Position;
        }

        internal void Taken(int position)
        {
            int rank = _ranks[position];
            _turns[_classStarts[rank]] = rank + 1;
        }

        internal bool HasEquals(int position)
        {
            int rank = _ranks[position];
            return _classEnds[rank] - _classStarts[rank] > 1;
        }

        internal bool HasAnyBefore(int position)
        {
            int end = _classEnds[_ranks[position]];
            for (int word = 0; word << 6 < end; word++)
            {
                ulong marked = Volatile.Read(ref _marked[word]);
                if (end - (word << 6) is var rest and < 64)
                    marked &= (1UL << rest) - 1;
                if (marked != 0)
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
            {
                ulong marked = Volatile.Read(ref _marked[word]);
                if (word == start >> 6)
                    marked &= ulong.MaxValue << start;
                if (end - (word << 6) is var rest and < 64)
                    marked &= (1UL << rest) - 1;
                count += BitOperations.PopCount(marked);
            }

            return count;
        }

        private int FirstMarked(int from, int to, ReadOnlySpan<ulong> passed)
        {
            while (from < to)
            {
                ulong marked = Volatile.Read(ref _marked[from >> 6]) & ulong.MaxValue << from;
                for (; marked != 0; marked &= marked - 1)
                {
                    int rank = (from & ~63) + BitOperations.TrailingZeroCount(marked);
                    if (rank >= to)
                        return -1;
                    int position = _queues[rank].Position;
                    if ((passed[position >> 6] >> position & 1) == 0)
                        return rank;
                }

                from = (from & ~63) + 64;
            }

            return -1;
        }
    }
}
