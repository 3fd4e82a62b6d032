namespace ExecGraph;

/// <summary>What a run did. Immutable.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">Rows that were finished and survived.</param>
/// <param name="FilteredRows">Rows that a <see cref="GraphBuilder.Where"/> removed.</param>
/// <param name="Columns">One entry for each column, in topological order.</param>
/// <param name="Elapsed">From the start to the end, on the run's clock.</param>
/// <param name="OutputWait">How long the run stood still because finished row groups were not read.</param>
public sealed record RunReport(
    RunOutcome Outcome, long Rows, long FilteredRows, IReadOnlyList<ColumnReport> Columns, TimeSpan Elapsed, TimeSpan OutputWait)
{
    /// <summary>Completed cells, over all columns.</summary>
    public long Cells => Columns.Sum(column => column.Cells);
}

/// <summary>What a run did in one column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Cells">Completed cells.</param>
/// <param name="Retries">Attempts after the first.</param>
/// <param name="Failures">Attempts that threw.</param>
/// <param name="RateLimited">Calls that ended in a <see cref="RateLimitedException"/> and were made again; neither failures nor attempts.</param>
public sealed record ColumnReport(string Name, long Cells, long Retries, long Failures, long RateLimited = 0);
