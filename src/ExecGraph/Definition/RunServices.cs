namespace ExecGraph.Definition;

/// <summary>What the code of one run's cells may use of the run.</summary>
internal sealed class RunServices(TimeProvider timeProvider, long seed, CancellationToken cancellationToken, CancellationToken sourceToken)
{
    private volatile bool _stopping;

    internal TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>When calls begin, as exact as one is told.</summary>
    internal CoarseClock Clock { get; } = new(timeProvider);

    internal long Seed { get; } = seed;

    internal CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Cancelled as soon as the run stops, however gently: what a source still has is of no use then, and it may be long in coming.</summary>
    internal CancellationToken SourceToken { get; } = sourceToken;

    /// <summary>Set once, before the token is cancelled: no run of cells begins any more; of synchronous cells, one that is under way may finish.</summary>
    internal bool Stopping
    {
        get => _stopping;
        set => _stopping = value;
    }
}
