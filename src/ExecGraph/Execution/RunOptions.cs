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

    /// <summary>Where progress and results will be kept, so that a run can be continued. Not written by this version: a run logs a warning.</summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>Row groups being worked on at once, 1 or more. With the group size this bounds memory and look-ahead. Default: 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxActiveRowGroups { get; init => field = AtLeastOne(value); } = 8;

    /// <summary>Finished row groups that wait for the reader, 1 or more. When they are this many, the run waits too. Default: 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxBufferedRowGroups { get; init => field = AtLeastOne(value); } = 8;

    /// <summary>The clock of every wait. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>What <see cref="CellContext.Seed"/> is derived from. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Where the run logs. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>What stands for the thread pool: another one runs the whole engine in virtual time.</summary>
    internal IEngineHost Host { get; init; } = PoolHost.Instance;

    private static int AtLeastOne(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }
}
