namespace ExecGraph.Graph;

/// <summary>
/// The graph by ordinals: what the hot path reads. Columns are numbered in topological order; side outputs have no ordinal
/// of their own but share their producer's. Immutable.
/// </summary>
internal sealed class GraphTopology
{
    private readonly BarrierScope?[] _barriers;
    private readonly int[][] _producers;
    private readonly int[][] _rowDependents;
    private readonly int[][] _barrierDependents;
    private readonly ulong[][] _descendants;
    private readonly int[] _stages;
    private readonly int[] _depths;
    private readonly int[] _tails;

    /// <param name="columns">The columns in topological order; at least one.</param>
    /// <param name="producers">For each column the distinct ordinals of the columns it depends on, in declared order.</param>
    internal GraphTopology(ColumnDescriptor[] columns, int[][] producers)
    {
        Columns = columns;

        // Asked once: what a generator declares is user code, and the hot path reads it for every ready run.
        _barriers = Array.ConvertAll(columns, column => column.IsBarrier ? column.Scope : (BarrierScope?)null);
        _producers = producers;
        int count = columns.Length;
        var rowDependents = new List<int>[count];
        var barrierDependents = new List<int>[count];
        _descendants = new ulong[count][];
        _stages = new int[count];
        _depths = new int[count];
        _tails = new int[count];
        for (int c = 0; c < count; c++)
        {
            rowDependents[c] = [];
            barrierDependents[c] = [];
            _descendants[c] = new ulong[(count + 63) / 64];
        }

        for (int c = 0; c < count; c++)
        {
            foreach (int producer in producers[c])
            {
                (IsBarrier(c) ? barrierDependents : rowDependents)[producer].Add(c);
                _stages[c] = Math.Max(_stages[c], _stages[producer]);
                _depths[c] = Math.Max(_depths[c], _depths[producer] + 1);
            }

            if (IsDatasetBarrier(c))
                _stages[c]++;
        }

        for (int c = count - 1; c >= 0; c--)
        {
            foreach (int dependent in rowDependents[c].Concat(barrierDependents[c]))
            {
                _tails[c] = Math.Max(_tails[c], _tails[dependent] + 1);
                _descendants[c][dependent >> 6] |= 1UL << dependent;
                for (int i = 0; i < _descendants[c].Length; i++)
                    _descendants[c][i] |= _descendants[dependent][i];
            }
        }

        _rowDependents = Array.ConvertAll(rowDependents, list => list.ToArray());
        _barrierDependents = Array.ConvertAll(barrierDependents, list => list.ToArray());
        StageCount = _stages.Max() + 1;
    }

    internal ColumnDescriptor[] Columns { get; }

    internal int ColumnCount => Columns.Length;

    /// <summary>One more than the largest stage: at least 1.</summary>
    internal int StageCount { get; }

    internal bool IsBarrier(int column) => _barriers[column] is not null;

    internal bool IsDatasetBarrier(int column) => _barriers[column] == BarrierScope.Dataset;

    internal bool IsGroupBarrier(int column) => _barriers[column] == BarrierScope.RowGroup;

    /// <summary>The distinct columns that <paramref name="column"/> depends on, in declared order.</summary>
    internal ReadOnlySpan<int> Producers(int column) => _producers[column];

    /// <summary>The row-local columns whose cells need the cells of <paramref name="column"/>.</summary>
    internal ReadOnlySpan<int> RowDependents(int column) => _rowDependents[column];

    /// <summary>The barrier columns whose barrier nodes need the cells of <paramref name="column"/>.</summary>
    internal ReadOnlySpan<int> BarrierDependents(int column) => _barrierDependents[column];

    /// <summary>Whether a path leads from <paramref name="ancestor"/> to <paramref name="column"/>, another column.</summary>
    internal bool IsDescendant(int column, int ancestor) => (_descendants[ancestor][column >> 6] >> column & 1) != 0;

    /// <summary>The largest number of dataset barriers on any path to the column, itself included.</summary>
    internal int Stage(int column) => _stages[column];

    /// <summary>Columns on the longest path to this one, not counting itself.</summary>
    internal int Depth(int column) => _depths[column];

    /// <summary>Columns on the longest path from this one, not counting itself.</summary>
    internal int Tail(int column) => _tails[column];

    /// <summary>The columns of a longest path, from its root; of several the one whose columns come first in topological order.</summary>
    internal List<int> LongestChain()
    {
        int column = Array.IndexOf(_tails, _tails.Max());
        List<int> chain = [column];
        while (_tails[column] > 0)
        {
            int tail = _tails[column] - 1;
            column = _rowDependents[column].Concat(_barrierDependents[column]).Where(dependent => _tails[dependent] == tail).Min();
            chain.Add(column);
        }

        return chain;
    }
}
