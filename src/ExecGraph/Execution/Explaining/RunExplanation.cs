namespace ExecGraph;

/// <summary>What a run is doing at one moment, and what it waits for. Figures of different fields may be some cells apart. Immutable.</summary>
/// <param name="At">The moment, on the run's clock.</param>
/// <param name="Elapsed">Since the start, on the run's clock.</param>
/// <param name="RowGroups">Where the row groups are.</param>
/// <param name="Columns">The cells of admitted row groups, by column: the columns of the present stage, in topological order.</param>
/// <param name="Lanes">What limits the cells: the workers, the calls without a limiter, then each limiter.</param>
/// <param name="OldestCalls">The calls, and slow synchronous cells, that have run longest, up to five, the oldest first.</param>
public sealed record RunExplanation(
    DateTimeOffset At, TimeSpan Elapsed, RowGroupLoad RowGroups, IReadOnlyList<ColumnLoad> Columns, IReadOnlyList<LaneLoad> Lanes, IReadOnlyList<RunningCall> OldestCalls)
{
    /// <summary>The dataset barriers that the next stage begins with, or that are being called; empty in the last stage.</summary>
    public IReadOnlyList<string> Barriers { get; init; } = [];

    /// <summary>Rows that the sources have delivered; null if there are none, or all are lists.</summary>
    public long? RowsDelivered { get; init; }

    /// <summary>Whether no row group is admitted because finished ones have not been read, or wait for one before them.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>Whether somebody reads the rows, or has begun to.</summary>
    public bool HasReader { get; init; }

    /// <summary>Why nothing begins any more: that the run has ended, or is stopping, and how. Null while it goes on.</summary>
    public string? Ending { get; init; }

    /// <summary>The same as a few lines, for people.</summary>
    public override string ToString() => Execution.RunText.Of(this);
}

/// <summary>Where a run's row groups are.</summary>
/// <param name="Stage">The present stage, from 0.</param>
/// <param name="StageCount">Stages of the graph.</param>
/// <param name="Admitted">Row groups being worked on.</param>
/// <param name="Limit">How many may be, see <see cref="RunOptions.MaxActiveRowGroups"/>.</param>
/// <param name="Parked">Those that have parked before the next stage's barriers.</param>
/// <param name="Finished">Those that are finished.</param>
/// <param name="Unread">Of the finished ones, those that the reader can have, or is at.</param>
/// <param name="Early">Of the finished ones, those that wait for one before them.</param>
/// <param name="Total">All there are; null while a source has not ended.</param>
public sealed record RowGroupLoad(int Stage, int StageCount, int Admitted, int Limit, long Parked, long Finished, int Unread, int Early, long? Total);

/// <summary>The cells of one column in the admitted row groups that are not settled. Those in rows that are gone do not count.</summary>
/// <param name="Name">The column.</param>
/// <param name="Waiting">Cells that need others, a barrier or a source.</param>
/// <param name="Ready">Cells that have all they need, quick synchronous ones that are being computed among them.</param>
/// <param name="Running">Cells under way; of a barrier, calls.</param>
/// <param name="WaitingForRetry">Cells that wait for another attempt; of a barrier, calls.</param>
public sealed record ColumnLoad(string Name, long Waiting, long Ready, long Running, long WaitingForRetry);

/// <summary>How a limit is used.</summary>
/// <param name="Name">The limiter's name, or what the lane is for.</param>
/// <param name="IsLimiter">Whether it is a <see cref="Limiter"/>: others that share it are counted, too.</param>
/// <param name="Taken">Permits that are taken.</param>
/// <param name="Limit">Permits there are; null for no limit.</param>
public sealed record LaneLoad(string Name, bool IsLimiter, int Taken, int? Limit)
{
    /// <summary>Since when the run has had to wait for it, to about a tenth of a second; permits may have passed from call to call since. Null if it does not wait.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Until when it pauses, or a window of its is full; null if neither is so.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>A call, or a slow synchronous cell, that is under way.</summary>
/// <param name="Row">The row; of a call over several rows the first one; null for a barrier.</param>
/// <param name="Column">The column.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Since">When it began, to about a tenth of a second.</param>
public sealed record RunningCall(long? Row, string Column, int Attempt, DateTimeOffset Since);
