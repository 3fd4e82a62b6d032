using ExecGraph.Definition;

namespace ExecGraph;

/// <summary>What a cell can know about its call. A value; valid as long as the call.</summary>
public readonly struct CellContext
{
    private readonly RunServices _services;
    private readonly ulong _columnSeed;

    internal CellContext(RunServices services, ulong columnSeed, long row, int attempt, CancellationToken cancellationToken)
    {
        _services = services;
        _columnSeed = columnSeed;
        Row = row;
        Attempt = attempt;
        CancellationToken = cancellationToken;
    }

    /// <summary>The absolute row, from 0.</summary>
    public long Row { get; }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; }

    /// <summary>
    /// A seed of the cell's own: a fixed hash of the run's seed, the column's name and the row, the same in every attempt and every
    /// run. Use <c>new Random((int)context.Seed)</c> or any generator.
    /// </summary>
    public long Seed => (long)SplitMix.Mix(_columnSeed + (ulong)Row);

    /// <summary>Cancelled when the run stops, or when the attempt's <see cref="CellOptions.Timeout"/> is over.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The run's clock: wait through it, and the cell also runs in virtual time.</summary>
    public TimeProvider TimeProvider => _services.TimeProvider;
}
