using ExecGraph.Definition;

namespace ExecGraph;

/// <summary>What a cell can know about its call. A value; valid as long as the call.</summary>
public readonly struct CellContext
{
    private readonly RunnerBinding _binding;

    internal CellContext(RunnerBinding binding, long row, int attempt, CancellationToken cancellationToken)
    {
        _binding = binding;
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
    public long Seed => (long)SplitMix.Mix(_binding.ColumnSeed + (ulong)Row);

    /// <summary>Cancelled when the run stops, or when the attempt's <see cref="CellOptions.Timeout"/> is over.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The run's clock: wait through it, and the cell also runs in virtual time.</summary>
    public TimeProvider TimeProvider => _binding.Services.TimeProvider;

    /// <summary>
    /// Says what the call really weighed, which the column's limiter had to estimate: in tokens, for example. Say it during the call, at any time and also
    /// if it fails; the last word counts. Ignored if the column has no <see cref="CellOptions.Weight"/> or no limiter, and after the call. Thread-safe.
    /// </summary>
    /// <param name="actual">What it weighed, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void ReportWeight(long actual)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual);
        _binding.Weights?.Report(Row, Attempt, actual);
    }
}
