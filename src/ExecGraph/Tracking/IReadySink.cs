namespace ExecGraph.Tracking;

/// <summary>Where the frontier reports to. A struct type argument, so that reporting costs no virtual call.</summary>
internal interface IReadySink
{
    void Cells(RowGroupBitmaps group, int column, int word, ulong cells);

    void GroupBarrier(RowGroupBitmaps group, int column);

    void DatasetBarrier(int column);

    /// <summary>Every cell and every barrier node of the group is settled: reported once for each group.</summary>
    void Settled(RowGroupBitmaps group);
}
