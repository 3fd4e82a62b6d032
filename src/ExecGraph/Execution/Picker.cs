using System.Numerics;

namespace ExecGraph.Execution;

/// <summary>
/// Which of a lane's columns comes next. In the steady state the deepest one, so that rows finish early; when the tail is near, the
/// one with the longest path still to go, so that nothing is left dangling; equals in turn. Finding it costs O(columns / 64).
/// </summary>
/// <remarks>A set of ranks in two orders; marks may be set by any thread, all else happens under the lane's lock.</remarks>
internal sealed class Picker
{
    private readonly Order _deepest;
    private readonly Order _longest;

    internal Picker(IReadOnlyList<ColumnPlan> columns)
    {
        _deepest = new Order(columns, column => column.Depth);
        _longest = new Order(columns, column => column.Tail);
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

    /// <summary>The next marked position that is not in <paramref name="passed"/>; -1 for none.</summary>
    internal int Next(bool tailIsNear, ReadOnlySpan<ulong> passed) => (tailIsNear ? _longest : _deepest).Next(passed);

    /// <summary>Columns by falling priority, and the marked ones among them.</summary>
    private sealed class Order
    {
        private readonly int[] _positions;
        private readonly int[] _ranks;
        private readonly int[] _classStarts;
        private readonly int[] _classEnds;
        private readonly int[] _turns;
        private readonly ulong[] _marked;

        internal Order(IReadOnlyList<ColumnPlan> columns, Func<ColumnPlan, int> priority)
        {
            _positions = [.. Enumerable.Range(0, columns.Count).OrderByDescending(position => priority(columns[position]))];
            _ranks = new int[columns.Count];
            _classStarts = new int[columns.Count];
            _classEnds = new int[columns.Count];
            _turns = new int[columns.Count];
            _marked = new ulong[(columns.Count + 63) / 64];
            for (int rank = columns.Count - 1; rank >= 0; rank--)
            {
                _ranks[_positions[rank]] = rank;
                bool last = rank == columns.Count - 1 || priority(columns[_positions[rank]]) != priority(columns[_positions[rank + 1]]);
                _classEnds[rank] = last ? rank + 1 : _classEnds[rank + 1];
            }

            for (int rank = 1; rank < columns.Count; rank++)
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
            int rank = FirstMarked(0, _positions.Length, passed);
            if (rank < 0)
                return -1;

            // Equals in turn: the first marked one after the one that came last, else around to the first.
            int start = _classStarts[rank];
            int end = _classEnds[rank];
            int turn = FirstMarked(Math.Max(rank, _turns[start]), end, passed);
            if (turn >= 0)
                rank = turn;
            _turns[start] = rank + 1;
            return _positions[rank];
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
                    int position = _positions[rank];
                    if ((passed[position >> 6] >> position & 1) == 0)
                        return rank;
                }

                from = (from & ~63) + 64;
            }

            return -1;
        }
    }
}
