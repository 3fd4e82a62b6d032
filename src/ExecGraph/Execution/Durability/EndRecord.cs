using ExecGraph.Checkpoints;

namespace ExecGraph.Execution;

/// <summary>What a finished table was.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Survivors">Rows of its output.</param>
/// <param name="Dropped">Rows given up because a cell failed.</param>
/// <param name="Filtered">Rows that a filter removed.</param>
internal sealed record EndRecord(long Rows, long Survivors, long Dropped, long Filtered)
{
    internal static CheckpointKey Key { get; } = new(CheckpointKind.End, 0, 0);

    internal static async ValueTask<EndRecord> ReadAsync(RunEntries entries, CancellationToken cancellationToken)
    {
        long[] numbers = await entries.ReadNumbersAsync(Key, 4, cancellationToken).ConfigureAwait(false);
        return new EndRecord(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    internal ValueTask SaveAsync(RunEntries entries) => entries.AppendAsync(Key, Rows, Survivors, Dropped, Filtered);
}
