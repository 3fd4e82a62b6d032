namespace ExecGraph;

/// <summary>What completions made ready, by ordinal. Made once and reused: <see cref="Clear"/> keeps its capacity.</summary>
/// <remarks>Not thread-safe: each thread that completes cells brings its own.</remarks>
public sealed class ReadyBatch
{
    private readonly List<ReadyRun> _runs = [];
    private readonly List<ReadyRange> _ranges = [];
    private readonly List<ReadyBarrier> _barriers = [];

    /// <summary>Runs of ready cells, in the order in which they became ready.</summary>
    public IReadOnlyList<ReadyRun> Runs => _runs;

    /// <summary>Ranges of ready cells behind a completed dataset barrier, rows ascending.</summary>
    public IReadOnlyList<ReadyRange> Ranges => _ranges;

    /// <summary>Ready barrier nodes.</summary>
    public IReadOnlyList<ReadyBarrier> Barriers => _barriers;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => _runs.Count == 0 && _ranges.Count == 0 && _barriers.Count == 0;

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        _runs.Clear();
        _ranges.Clear();
        _barriers.Clear();
    }

    internal void Add(ReadyRun run) => _runs.Add(run);

    internal void Add(ReadyBarrier barrier) => _barriers.Add(barrier);

    internal void AddRange(int column, long firstRow, long rowCount)
    {
        if (_ranges.Count > 0 && _ranges[^1] is var last && last.Column == column && last.FirstRow + last.RowCount == firstRow)
            _ranges[^1] = last with { RowCount = last.RowCount + rowCount };
        else
            _ranges.Add(new ReadyRange(column, firstRow, rowCount));
    }
}
