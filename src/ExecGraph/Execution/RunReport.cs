namespace ExecGraph;

/// <summary>What a run did. Immutable.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">Rows that were finished and survived.</param>
/// <param name="DroppedRows">Rows that were given up because a cell failed.</param>
/// <param name="FilteredRows">Rows that a <see cref="GraphBuilder.Where"/> removed.</param>
/// <param name="Columns">One entry for each column, in topological order.</param>
/// <param name="Elapsed">From the start to the end, on the run's clock.</param>
/// <param name="OutputWait">How long the run stood still because finished row groups were not read.</param>
public sealed record RunReport(
    RunOutcome Outcome, long Rows, long DroppedRows, long FilteredRows, IReadOnlyList<ColumnReport> Columns, TimeSpan Elapsed, TimeSpan OutputWait)
{
    /// <summary>The first of the dropped rows, up to <see cref="RunOptions.MaxReportedDrops"/>, in the order in which they were dropped.</summary>
    public IReadOnlyList<CellFailure> Dropped { get; init; } = [];

    /// <summary>
    /// Calls that outlived their <see cref="CellOptions.Timeout"/>, or the stop of the run, and that nobody waited for. They may be under way still: each keeps its limiter's permit until it ends.
    /// </summary>
    public IReadOnlyList<AbandonedCall> Abandoned { get; init; } = [];

    /// <summary>
    /// Rows among <see cref="Rows"/> that an earlier run had finished and this one took from its store. <see cref="DroppedRows"/> and <see cref="FilteredRows"/>
    /// are those of the whole table, too; <see cref="Columns"/> and <see cref="Dropped"/> tell of this run alone.
    /// </summary>
    public long RestoredRows { get; init; }

    /// <summary>What stopped the run before its end; null if it was not stopped.</summary>
    public string? StopReason { get; init; }

    /// <summary>Completed cells, over all columns; skipped ones apart.</summary>
    public long Cells => Columns.Sum(column => column.Cells);

    /// <summary>Skipped cells, over all columns.</summary>
    public long SkippedCells => Columns.Sum(column => column.Skipped);
}

/// <summary>What a run did in one column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Cells">Completed cells: computed, and of rows that no filter of the column removed. Skipped ones are not among them.</param>
/// <param name="Retries">Attempts after the first; of a call over many rows, one for each row.</param>
/// <param name="Failures">Attempts that threw; of a call over many rows, one for each row.</param>
/// <param name="Dropped">Rows that were given up because a cell of this column failed for good.</param>
/// <param name="Defaulted">Cells that failed for good and got the value of their <see cref="CellFailurePolicy"/>; they are among the completed ones.</param>
public sealed record ColumnReport(string Name, long Cells, long Retries, long Failures, long Dropped, long Defaulted)
{
    /// <summary>Cells that were skipped, by a predicate or because of a skipped input, and whose rows no filter of the column removed.</summary>
    public long Skipped { get; init; }

    /// <summary>Calls that ended in a <see cref="RateLimitedException"/> and were made again; neither failures nor attempts.</summary>
    public long RateLimited { get; init; }
}
