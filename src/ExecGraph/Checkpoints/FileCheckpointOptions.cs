using Microsoft.Extensions.Logging;

namespace ExecGraph;

/// <summary>How a <see cref="FileCheckpointStore"/> writes. Immutable; may be shared by stores.</summary>
public sealed record FileCheckpointOptions
{
    /// <summary>
    /// Bytes of a segment file, 1 or more: an entry that would exceed them begins the next file, and one that is larger has a file of its own. Default: 256 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long MaxSegmentBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 256L * 1024 * 1024;

    /// <summary>
    /// How long entries wait for others to become durable together with them, unless <see cref="FileCheckpointStore.FlushAsync"/> is called, from 0 to a day: with
    /// the time that the disk takes, what a power loss costs. A process that is killed loses nothing of it. Default: 50 milliseconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than a day.</exception>
    public TimeSpan FlushInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromMilliseconds(50);

    /// <summary>The clock of <see cref="FlushInterval"/>. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>Where the store logs. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
