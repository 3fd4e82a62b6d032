namespace ExecGraph;

/// <summary>
/// Takes a run's finished row groups while it goes on: a file, a database. It is given each group at least once, in ascending order, one at a time. With what it says
/// about its position it can make that exactly once: see <see cref="OpenAsync"/>.
/// </summary>
/// <remarks>One run uses a sink, and uses it once. Whatever it throws fails the run; when that is continued, the sink's position is where it was last.</remarks>
public interface IRowGroupSink : IAsyncDisposable
{
    /// <summary>Called once, before anything else.</summary>
    /// <param name="start">Where the run stands. What the sink holds beyond that position is of groups that will be written again, and is to be cut off or replaced.</param>
    /// <param name="cancellationToken">Never cancelled by the run itself.</param>
    ValueTask OpenAsync(SinkStart start, CancellationToken cancellationToken = default);

    /// <summary>Takes a group. Groups without a surviving row are left out.</summary>
    /// <param name="group">The group; it may be kept.</param>
    /// <param name="cancellationToken">Never cancelled by the run itself.</param>
    ValueTask WriteAsync(RowGroup group, CancellationToken cancellationToken = default);

    /// <summary>Makes what was written durable. Called now and then by runs that are kept, and at the end of every run.</summary>
    /// <param name="cancellationToken">Never cancelled by the run itself.</param>
    /// <returns>Where the sink stands: what it is told as <see cref="SinkStart.Position"/> when the run is continued from here. 0 or more.</returns>
    ValueTask<long> FlushAsync(CancellationToken cancellationToken = default);
}

/// <summary>Where a run stands when a sink is opened.</summary>
/// <param name="RunId">Names the run through all its interruptions; another one in each run that is not kept.</param>
/// <param name="NextRowGroup">The group that will be written next, or the first one after it that has rows. Together with the run it names what is written.</param>
/// <param name="Position">What <see cref="IRowGroupSink.FlushAsync"/> said when the groups before that one had been written; null if nothing was written yet.</param>
public sealed record SinkStart(Guid RunId, long NextRowGroup, long? Position);
