using System.Numerics;
using ExecGraph.Checkpoints;
using ExecGraph.Definition;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>
/// One row group on its way: being worked on in a stage, then parked until the next one, then handed out.
/// <see cref="RowGroupWindow"/> alone moves it on; workers fill its buffers and its bitmaps.
/// </summary>
/// <param name="index">The group's index.</param>
/// <param name="firstRow">The row at offset 0.</param>
/// <param name="rows">Rows of the group, as far as is known.</param>
/// <param name="slots">Value columns of the table.</param>
/// <param name="columns">Columns, if any of them is a barrier; else 0.</param>
/// <param name="skippingColumns">Columns, if any of them may be skipped; else 0.</param>
internal sealed class ActiveRowGroup(long index, long firstRow, int rows, int slots, int columns, int skippingColumns)
{
    private readonly ulong[]?[] _skipped = new ulong[]?[skippingColumns];
    private readonly int _words = (rows + 63) / 64;
    private List<RecordedDrop>? _drops;
    private volatile ColumnBuffer?[] _buffers = new ColumnBuffer?[slots];
    private volatile RowGroupBitmaps? _bitmaps;
    private ulong[]? _givenUp;

    internal long Index { get; } = index;

    internal long FirstRow { get; } = firstRow;

    /// <summary>Rows of the group that are in the table; shrinks once, if a source ends within the group.</summary>
    internal int Rows { get; set; } = rows;

    /// <summary>The values, by slot; null where a column has not begun, or is not needed any more.</summary>
    /// <remarks>Replaced, never cleared, when the group moves on: a cell of a dropped row may still be reading the old array.</remarks>
    internal ColumnBuffer?[] Buffers
    {
        get => _buffers;
        set => _buffers = value;
    }

    internal int Stage { get; set; }

    /// <summary>The tracking state in the present stage; null while parked.</summary>
    /// <remarks>
    /// Taken away before the buffers are replaced. So who reads the buffers first and then finds the bitmaps of the stage it knows has
    /// the buffers of that stage.
    /// </remarks>
    internal RowGroupBitmaps? Bitmaps
    {
        get => _bitmaps;
        set => _bitmaps = value;
    }

    /// <summary>The rows that had survived when the present stage began, by word.</summary>
    internal ulong[] Survivors { get; set; } = [];

    /// <summary>The same, and never replaced within the stage: what an item of several words stands for.</summary>
    internal ulong[] Begun { get; set; } = [];

    /// <summary>By column: what a barrier or aggregate computed for this group. Written before the barrier's cells become ready; null again behind its stage.</summary>
    internal BarrierValue?[] BarrierValues { get; } = columns == 0 ? [] : new BarrierValue?[columns];

    /// <summary>By column: the group's partial state of an aggregate.</summary>
    internal object?[] Partials { get; set; } = [];

    /// <summary>Rows that a failure had taken when the group was parked, and stored.</summary>
    internal int DropsWhenParked { get; private set; }

    /// <summary>The skipped cells of a column, a bit for each row at its offset; null if there are none. Complete once the column is settled.</summary>
    internal ulong[]? SkippedOf(int column) => Volatile.Read(ref _skipped[column]);

    /// <summary>The skipped cells of one word. Of a settled cell the answer is final: its bit was set before it was settled (I1).</summary>
    internal ulong SkippedCells(int column, int word) => SkippedOf(column) is { } words ? Volatile.Read(ref words[word]) : 0;

    /// <summary>Marks cells that are not settled yet. Any thread.</summary>
    internal void Skip(int column, int word, ulong cells)
    {
        ulong[] words = SkippedOf(column) ?? Interlocked.CompareExchange(ref _skipped[column], new ulong[_words], null) ?? _skipped[column]!;
        Interlocked.Or(ref words[word], cells);
    }

    /// <summary>Rows are about to be dropped because a cell failed. Any thread.</summary>
    internal void GiveUp(int word, ulong rows)
    {
        ulong[] words = Volatile.Read(ref _givenUp) ?? Interlocked.CompareExchange(ref _givenUp, new ulong[_words], null) ?? _givenUp!;
        Interlocked.Or(ref words[word], rows);
    }

    /// <summary>Of rows that are gone, those that a failure took; a filter took the others.</summary>
    internal ulong GivenUp(int word) => Volatile.Read(ref _givenUp) is { } words ? Volatile.Read(ref words[word]) : 0;

    /// <summary>Of the rows of a group, those that a barrier column's call takes in: a row whose cell is skipped is none of them.</summary>
    internal ulong[] Seen(ColumnPlan barrier, ulong[] survivors)
    {
        if (barrier.Skips is null || SkippedOf(barrier.Ordinal) is not { } skipped)
            return survivors;
        var seen = new ulong[survivors.Length];
        for (int word = 0; word < seen.Length; word++)
            seen[word] = survivors[word] & ~skipped[word];
        return seen;
    }

    /// <summary>The cells of the surviving rows, as a call over whole groups sees them.</summary>
    internal void AddRuns(List<CellRun> runs, ReadOnlySpan<ulong> survivors) => AddRuns(runs, survivors, Buffers);

    /// <param name="runs">Takes the cells.</param>
    /// <param name="survivors">The rows, by word.</param>
    /// <param name="buffers">Where the values are.</param>
    internal void AddRuns(List<CellRun> runs, ReadOnlySpan<ulong> survivors, ColumnBuffer?[] buffers)
    {
        for (int word = 0; word < survivors.Length; word++)
        {
            if (survivors[word] != 0)
                runs.Add(new CellRun(buffers, FirstRow + word * 64, word * 64, survivors[word], Attempt: 1, this));
        }
    }

    /// <summary>Notes why a row is about to be given up, for the record of the group. Any thread.</summary>
    internal void Note(RecordedDrop drop)
    {
        lock (_skipped)
            (_drops ??= []).Add(drop);
    }

    /// <summary>The row was gone for another reason. Any thread.</summary>
    internal void TakeBack(RecordedDrop drop)
    {
        lock (_skipped)
            _drops?.RemoveAll(noted => ReferenceEquals(noted, drop));
    }

    /// <summary>Why rows were given up, each once and in row order: the first failure of a row counts.</summary>
    internal List<RecordedDrop> DropsOf(ReadOnlySpan<ulong> survivors)
    {
        var drops = new SortedDictionary<int, RecordedDrop>();
        lock (_skipped)
        {
            foreach (RecordedDrop drop in _drops ?? [])
            {
                if ((survivors[drop.Offset / 64] >> drop.Offset & 1) == 0)
                    drops.TryAdd(drop.Offset, drop);
            }
        }

        return [.. drops.Values];
    }

    /// <summary>Makes the group what it was when it was kept.</summary>
    internal void Restore(int rows, ulong[] survivors, IEnumerable<RecordedDrop> drops)
    {
        Rows = rows;
        Survivors = survivors;
        RestoreDrops(drops);
    }

    internal void RestoreDrops(IEnumerable<RecordedDrop> drops)
    {
        lock (_skipped)
            _drops = [.. drops];
    }

    /// <summary>Parked, and stored: what is on disk need not be in memory, but for what the barriers of the next stage look at.</summary>
    internal void Shed(Func<int, bool> isLookedAt)
    {
        DropsWhenParked = DropsOf(Survivors).Count;
        Kept = [];
        lock (_skipped)
            _drops = null;
        for (int column = 0; column < _skipped.Length; column++)
        {
            if (!isLookedAt(column))
                _skipped[column] = null;
        }
    }

    internal void RestoreSkipped(int column, ulong[] words) => Volatile.Write(ref _skipped[column], words);

    /// <summary>Rows that are settled in the present stage and kept, while other rows of the group are tried again, by word; empty for none. To the tracker they are as good as dropped.</summary>
    internal ulong[] Kept { get; set; } = [];

    /// <summary>The rows that survive at this moment, by word. Not to be changed: if none of them is gone, it is the array of those that had survived.</summary>
    internal ulong[] SurvivorsNow()
    {
        if (Kept.Length > 0)
            return CopySurvivors();
        for (int word = 0; word < Survivors.Length; word++)
        {
            if (Survivors[word] != Bitmaps!.Survivors(word))
                return CopySurvivors();
        }

        return Survivors;
    }

    /// <summary>The rows that survive at this moment, by word.</summary>
    internal ulong[] CopySurvivors()
    {
        ulong[] survivors = CopyTracked();
        for (int word = 0; word < Kept.Length; word++)
            survivors[word] |= Kept[word];
        return survivors;
    }

    /// <summary>Of these, the rows that have cells in the present stage.</summary>
    internal ulong[] CopyTracked()
    {
        var survivors = new ulong[Bitmaps!.WordCount];
        for (int word = 0; word < survivors.Length; word++)
            survivors[word] = Bitmaps.Survivors(word);
        return survivors;
    }
}

/// <summary>What a barrier's call or an aggregate's merge gave, as one group sees it.</summary>
/// <param name="Result">A barrier's values; null for an aggregate.</param>
/// <param name="State">An aggregate's merged state.</param>
/// <param name="FirstPosition">The position of the group's first surviving row in the call.</param>
/// <param name="Seen">The rows that the call saw, by word: later drops do not move positions.</param>
internal sealed record BarrierValue(IBatchResult? Result, object? State, int FirstPosition, ulong[] Seen)
{
    internal int PositionOf(int word)
    {
        int position = FirstPosition;
        for (int i = 0; i < word; i++)
            position += BitOperations.PopCount(Seen[i]);
        return position;
    }
}
