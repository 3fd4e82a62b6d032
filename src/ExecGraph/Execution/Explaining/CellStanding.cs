namespace ExecGraph;

/// <summary>Where a cell stands at one moment: what it waits for, if it does not run now.</summary>
public enum CellStanding
{
    /// <summary>It has its value.</summary>
    Done,

    /// <summary>A condition passed it over, or it needs a cell that was skipped.</summary>
    Skipped,

    /// <summary>Its row was given up after a failure.</summary>
    Dropped,

    /// <summary>Its row was removed by a <see cref="GraphBuilder.Where"/>.</summary>
    Filtered,

    /// <summary>Done, skipped or in a row that is gone: its row group is finished, and which of them it was is not kept.</summary>
    Settled,

    /// <summary>Its code runs, or its call is under way.</summary>
    Running,

    /// <summary>It has all that it needs: a worker is about to take it, or is computing it. Quick synchronous cells are not followed one by one.</summary>
    Ready,

    /// <summary>Cells of its own row that it needs are not settled.</summary>
    WaitingForDependency,

    /// <summary>It is ready, and there is no permit for its call: by its limiter, or by <see cref="RunOptions.MaxConcurrentCells"/>.</summary>
    WaitingForPermit,

    /// <summary>An attempt failed, or came too often, and the next one is due later.</summary>
    WaitingForRetry,

    /// <summary>Its row group has not been admitted: as many as may be are being worked on.</summary>
    WaitingForRowGroup,

    /// <summary>Its row group has not been admitted: finished ones are not read, or wait for one before them.</summary>
    WaitingForReader,

    /// <summary>A barrier that it needs, or that its stage begins with, has not run.</summary>
    WaitingForBarrier,

    /// <summary>A source has not delivered its row.</summary>
    WaitingForSource,

    /// <summary>Its column is order-dependent, and an earlier row is not settled.</summary>
    WaitingForEarlierRow,

    /// <summary>Its column waits for more rows, see <see cref="StreamOptions.MinBatchSize"/>.</summary>
    WaitingForBatch,

    /// <summary>It will not run: the run has ended without it, or is stopping.</summary>
    RunEnded,
}
