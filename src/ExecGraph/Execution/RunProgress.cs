namespace ExecGraph;

/// <summary>How far a run is, at one moment. Figures of different fields may be some cells apart.</summary>
/// <param name="RowsCompleted">Rows of finished row groups that survived.</param>
/// <param name="RowCount">Rows of the table; null while a source has not ended.</param>
/// <param name="DroppedRows">Rows that were given up because a cell failed.</param>
/// <param name="FilteredRows">Rows that a filter removed.</param>
/// <param name="CellsCompleted">Completed cells, over all columns; skipped ones apart.</param>
/// <param name="CellCount">Cells of the table; null while the row count is not known.</param>
/// <param name="ActiveRowGroups">Row groups being worked on.</param>
/// <param name="CellsInFlight">Asynchronous calls under way.</param>
/// <param name="Elapsed">Since the start, on the run's clock.</param>
public sealed record RunProgress(
    long RowsCompleted, long? RowCount, long DroppedRows, long FilteredRows, long CellsCompleted, long? CellCount, int ActiveRowGroups, int CellsInFlight, TimeSpan Elapsed)
{
    /// <summary>Skipped cells, over all columns.</summary>
    public long CellsSkipped { get; init; }

    /// <summary>Completed rows that an earlier run had finished. Their cells are not among <see cref="CellsCompleted"/>.</summary>
    public long RowsRestored { get; init; }
}
