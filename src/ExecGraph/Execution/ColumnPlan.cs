using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>One column in one run: its code, where its values are, its queue and its lane.</summary>
internal sealed class ColumnPlan
{
    internal required int Ordinal { get; init; }

    internal required string Name { get; init; }

    /// <summary>The column itself, then its side outputs.</summary>
    internal required IReadOnlyList<string> Outputs { get; init; }

    internal required int Stage { get; init; }

    /// <summary>Columns before it on the longest path.</summary>
    internal required int Depth { get; init; }

    /// <summary>Columns after it on the longest path.</summary>
    internal required int Tail { get; init; }

    internal required bool IsBarrier { get; init; }

    internal required bool IsDatasetBarrier { get; init; }

    internal required bool IsStart { get; init; }

    internal required RunnableGenerator Generator { get; init; }

    internal required CellOptions Options { get; init; }

    internal required ColumnRunner Runner { get; init; }

    internal required ColumnFilter[] Filters { get; init; }

    internal required CostEstimate Cost { get; init; }

    internal bool IsInput => Runner is InputRunner;

    internal bool IsStream => Runner is BatchRunner && !IsBarrier;

    internal bool IsOrdered => Options.IsOrderDependent || Generator.IsOrderDependent;

    /// <summary>Whether its cells are written by a worker without waiting: synchronous cells, and the cells behind any barrier.</summary>
    internal bool HasSyncCells => IsBarrier || !Runner.IsAsync;

    /// <summary>Whether a worker may carry straight on with a run of it, past every queue.</summary>
    internal bool IsFollowable => IsBarrier || (Runner is CellRunner { IsAsync: false } && Options.Limiter is null && !IsOrdered);

    internal int MaxAttempts => Options.Retry?.MaxAttempts ?? 1;

    /// <summary>Where ready cells wait.</summary>
    internal ColumnQueue Queue { get; set; } = null!;

    /// <summary>Where a barrier's call waits: in the lane that its options name, while its cells, which only copy values, need no permit.</summary>
    internal ColumnQueue CallQueue { get; set; } = null!;

    /// <summary>Takes back the cells that end later.</summary>
    internal IPendingCellOwner Pending { get; set; } = null!;
}
