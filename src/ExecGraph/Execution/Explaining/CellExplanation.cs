namespace ExecGraph;

/// <summary>Why a cell is not running at one moment, or what it has come to. A snapshot: a moment later it may be otherwise. Immutable.</summary>
/// <param name="Row">The row.</param>
/// <param name="Column">The column, as it was asked for.</param>
/// <param name="Standing">Where the cell stands.</param>
/// <param name="At">The moment, on the run's clock.</param>
public sealed record CellExplanation(long Row, string Column, CellStanding Standing, DateTimeOffset At)
{
    /// <summary>The columns whose cells it waits for, in declared order; the source that is being read, of a row that was not delivered. Empty where neither is waited for.</summary>
    public IReadOnlyList<string> WaitsFor { get; init; } = [];

    /// <summary>The barrier that it waits for; null if it waits for none.</summary>
    public string? Barrier { get; init; }

    /// <summary>Row groups that the dataset barrier still waits for; null if it waits for none, or while a source has not ended.</summary>
    public long? RowGroupsShort { get; init; }

    /// <summary>Cells that are to be settled before: those that the barrier waits for, or that a batch lacks. Null where none are counted.</summary>
    /// <remarks>While a source has not ended, of the rows that are known.</remarks>
    public long? CellsShort { get; init; }

    /// <summary>The name of the limiter that has no permit for it; null if that is not what it waits for, or the run's own limit is.</summary>
    public string? Limiter { get; init; }

    /// <summary>
    /// Since when it runs, to about a tenth of a second; or since when its lane has had to wait for the limiter, while permits may have passed from call to call. Null where
    /// neither is so, or where it is not known.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the wait is over, at the earliest: that for the next attempt, for a limiter's pause, or for a window. Null where that is not a matter of time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The attempt that runs or that is waited for, from 1; null for neither.</summary>
    public int? Attempt { get; init; }

    /// <summary>The earlier row that an order-dependent column is at; null if that is not what it waits for.</summary>
    public long? EarlierRow { get; init; }

    /// <summary>Why that which it waits for is not there: where waiting for each other ends, not the next step only. Null if it waits for no other cell.</summary>
    public CellExplanation? Cause { get; init; }

    /// <summary>What <see cref="ToString"/> says about this cell alone.</summary>
    internal string? Sentence { get; init; }

    /// <summary>The same as a sentence or two, for people.</summary>
    public override string ToString() => Cause is null ? Own : $"{Own} {Cause}";

    private string Own => Sentence ?? $"{NodeId.Cell(Math.Max(0, Row), Column)}: {Standing}.";
}
