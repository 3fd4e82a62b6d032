using ExecGraph.Execution;
using Microsoft.Extensions.Logging;

namespace ExecGraph;

/// <summary>How a graph is run. Immutable; may be shared by runs.</summary>
public sealed record RunOptions
{
    /// <summary>Threads that run synchronous cells, 1 or more. Default: the number of processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Workers { get; init => field = AtLeastOne(value); } = Environment.ProcessorCount;

    /// <summary>Asynchronous cells without a <see cref="Limiter"/> under way at once, 1 or more. Default: 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxConcurrentCells { get; init => field = AtLeastOne(value); } = 256;

    /// <summary>How finished row groups are handed out. Default: in row order. <c>RunAsync</c> hands out none, whatever this says.</summary>
    public OutputOrder Output { get; init; }

    /// <summary>
    /// A directory in which finished row groups are kept, so that a run which was interrupted goes on when it is started again, and a finished one can be read
    /// again. Made if it is not there. Default: null, nothing is kept. See <see cref="Resume"/>.
    /// </summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>A store to use in place of a directory. The run opens it and disposes of it. Default: null.</summary>
    public ICheckpointStore? CheckpointStore { get; init; }

    /// <summary>
    /// What takes the finished row groups beside the reader, or without one: each gets them in row order. The reader gets a group behind them. A run that is kept notes how far each
    /// is, by its place in this list. Default: none.
    /// </summary>
    public IReadOnlyList<IRowGroupSink> Sinks { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>What to do with what is stored already. Default: continue it.</summary>
    public ResumeMode Resume { get; init; }

    /// <summary>
    /// Whether rows that were dropped when the run was stored are tried again, and no others: also those of a run that was finished. Barriers see the table with the rows that were won, so
    /// they and what follows them are computed anew, and sinks begin anew. A row group that has a barrier of its own, or an aggregate over values that are not kept, runs again as a whole.
    /// Needs <see cref="CheckpointDirectory"/> or <see cref="CheckpointStore"/>. Default: false.
    /// </summary>
    public bool RetryDropped { get; init; }

    /// <summary>What to do when a column's code was compiled anew since the run was stored, and its <see cref="CellOptions.Version"/> is the same. Default: a warning in the log.</summary>
    public ChangedCode ChangedCode { get; init; }

    /// <summary>Row groups being worked on at once, 1 or more. With the group size this bounds memory and look-ahead. Default: 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxActiveRowGroups { get; init => field = AtLeastOne(value); } = 8;

    /// <summary>Finished row groups that wait for the reader, 1 or more. When they are this many, the run waits too. Default: 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxBufferedRowGroups { get; init => field = AtLeastOne(value); } = 8;

    /// <summary>What becomes of a cell whose attempts ran out, in columns that do not say. Default: <see cref="CellFailurePolicy.FailRun"/>.</summary>
    public CellFailurePolicy OnFailure { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = CellFailurePolicy.FailRun;

    /// <summary>
    /// Called for each row that is dropped, by the worker that dropped it, many at once; must be short. If it throws, the run fails with what it threw. Default: null.
    /// </summary>
    public Action<CellFailure>? OnRowDropped { get; init; }

    /// <summary>Dropped rows that the report names; it counts all of them. 0 or more. Default: 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxReportedDrops
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 100;

    /// <summary>When so many of a column's cells fail that it is not worth going on. Default: null, never.</summary>
    public FailureRate? StopAtFailureRate { get; init; }

    /// <summary>What the run may cost. Default: null, no limit.</summary>
    public RunBudget? Budget { get; init; }

    /// <summary>
    /// How long calls that are under way may go on after the run has been asked to stop, by <c>GraphRun.StopAsync</c>, a failure rate or a budget, before their
    /// token is cancelled; and how long after their token was cancelled, for whatever reason the run stops, until those that do not heed it are abandoned, see
    /// <see cref="RunReport.Abandoned"/>; 0 or more. Default: null, until they end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan? StopGrace
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? TimeSpan.Zero, TimeSpan.Zero, nameof(value));
            field = value;
        }
    }

    /// <summary>The clock of every wait. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>What <see cref="CellContext.Seed"/> is derived from. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Where the run logs. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>What stands for the thread pool: another one runs the whole engine in virtual time.</summary>
    internal IEngineHost Host { get; init; } = PoolHost.Instance;

    /// <summary>The order in which groups leave the run.</summary>
    /// <exception cref="InvalidOperationException">There are sinks, and the reader wants another order.</exception>
    internal OutputOrder HandOutOrder() => (Sinks.Count, Output) switch
    {
        (0, var order) => order,
        (_, OutputOrder.AsCompleted) => throw new InvalidOperationException($"{nameof(Sinks)} get row groups in order, so {nameof(Output)} cannot be {nameof(OutputOrder.AsCompleted)} beside them."),
        _ => OutputOrder.InOrder,
    };

    /// <summary>The store that the options name; null if they name none.</summary>
    /// <exception cref="InvalidOperationException">They name two.</exception>
    internal ICheckpointStore? OpenStore() => (CheckpointDirectory, CheckpointStore) switch
    {
        (null, var store) => store,
        (not null, not null) => throw new InvalidOperationException($"{nameof(CheckpointDirectory)} and {nameof(CheckpointStore)} are both set; a run is kept in one place."),
        ({ } directory, null) => new FileCheckpointStore(directory, new FileCheckpointOptions { LoggerFactory = LoggerFactory }),
    };

    /// <summary>Where dropped rows are told of; null where the run is not kept in a directory.</summary>
    internal DeadLetterFile? DeadLetterFile() => CheckpointDirectory is { } directory ? new DeadLetterFile(Path.Combine(directory, "dropped.jsonl")) : null;

    private static int AtLeastOne(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }
}
