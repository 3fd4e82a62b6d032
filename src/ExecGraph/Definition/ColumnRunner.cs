using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Where a column's values are in one run, and what its code may use.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Dependencies">The dependencies' names, in declared order.</param>
/// <param name="Inputs">The dependencies' buffer slots, in declared order.</param>
/// <param name="Outputs">The buffer slots of the column and its side outputs.</param>
/// <param name="Options">How its calls are run.</param>
/// <param name="Services">The run.</param>
internal sealed record RunnerBinding(string Column, IReadOnlyList<string> Dependencies, int[] Inputs, int[] Outputs, CellOptions Options, RunServices Services)
{
    /// <summary>What the column's calls weigh; null if nobody asks.</summary>
    internal CallWeights? Weights { get; init; }

    internal ulong ColumnSeed { get; } = SplitMix.ColumnSeed(Services.Seed, Column);

    internal ulong SeedOf(long row) => SplitMix.Mix(ColumnSeed + (ulong)row);
}

/// <summary>Runs one column in one run. It sees buffers and rows, neither tracker nor engine.</summary>
internal abstract class ColumnRunner(RunnerBinding binding)
{
    internal RunnerBinding Binding { get; } = binding;

    /// <summary>Whether a call can be pending after it returned: then it needs no worker while it waits.</summary>
    internal abstract bool IsAsync { get; }

    /// <summary>Puts new buffers for the column and its side outputs into their slots, that of the last output last.</summary>
    internal abstract void AddBuffers(ColumnBuffer?[] buffers, int rows);
}

/// <summary>Runs single cells.</summary>
internal abstract class CellRunner(RunnerBinding binding) : ColumnRunner(binding)
{
    /// <summary>
    /// Produces cells in ascending order until one fails or the run stops; synchronous cells that lie together stop together. Cells that have begun and are neither done nor failed
    /// come back through the owner of <paramref name="pending"/>, each exactly once, from any thread, perhaps before this call returns.
    /// </summary>
    internal abstract CellRunResult Run(in CellRun run, PendingCells pending);
}

/// <summary>Runs single cells that are done when their call returns.</summary>
internal abstract class SyncCellRunner(RunnerBinding binding) : CellRunner(binding)
{
    internal override bool IsAsync => false;

    internal override CellRunResult Run(in CellRun run, PendingCells pending)
    {
        ulong cells = run.Cells;
        int end = RunWords(run, new ReadOnlySpan<ulong>(in cells), out Exception? exception) - run.Offset;
        ulong done = RowBits.Below(cells, end);
        return exception is null ? new CellRunResult(done, done) : new CellRunResult(done, done | 1UL << end, 1UL << end, exception);
    }

    /// <summary>Produces cells of neighbouring words, in ascending order until one fails or the run stops.</summary>
    /// <param name="run">Where the first word lies; its cells are among the others.</param>
    /// <param name="words">The cells, by word.</param>
    /// <param name="exception">What the cell threw that failed; null if none did.</param>
    /// <returns>The buffer index before which all of the cells are done, and from which on none is: of a failed cell, its own.</returns>
    internal abstract int RunWords(in CellRun run, ReadOnlySpan<ulong> words, out Exception? exception);
}

/// <summary>Runs calls that cover many rows.</summary>
internal abstract class BatchRunner(RunnerBinding binding) : ColumnRunner(binding)
{
    /// <summary>One call over the cells of all runs, which are in ascending row order.</summary>
    /// <returns>Writes the values when asked to.</returns>
    /// <param name="runs">The cells.</param>
    /// <param name="cancellationToken">The call's token.</param>
    internal abstract ValueTask<IBatchResult> RunAsync(IReadOnlyList<CellRun> runs, CancellationToken cancellationToken);

    /// <summary>The result of a call whose values were kept.</summary>
    internal abstract IBatchResult ResultOf(IReadOnlyList<ColumnBuffer> pieces);
}

/// <summary>The values of a call over many rows, in row order.</summary>
internal interface IBatchResult
{
    /// <summary>Values of a piece, at most.</summary>
    const int PieceSize = 1 << 16;

    /// <summary>The values in the order of the rows, in pieces of a bounded size.</summary>
    IEnumerable<ColumnBuffer> Pieces();

    /// <summary>Writes the values of the run's cells.</summary>
    /// <param name="run">Cells that the call saw.</param>
    /// <param name="position">The position of the first row that the call saw in this word.</param>
    /// <param name="seen">The rows of this word that the call saw.</param>
    void Write(in CellRun run, int position, ulong seen);

    /// <summary>Why the row at a position failed by itself; null if it did not.</summary>
    Exception? FailureAt(int position);
}

/// <summary>Folds rows into a mergeable state.</summary>
internal abstract class AggregateRunner(RunnerBinding binding) : ColumnRunner(binding)
{
    /// <summary>Whether the values need the inputs again once the state is known.</summary>
    internal abstract bool ReadsInputsAgain { get; }

    /// <summary>The type of the state.</summary>
    internal abstract Type StateType { get; }

    /// <summary>How a state is kept; null if nothing is known about that.</summary>
    internal abstract StateCodec? CodecFrom(CodecRegistry codecs);

    /// <summary>A new state over the cells of the runs, which belong to one group and are in ascending row order.</summary>
    internal abstract object? Accumulate(IReadOnlyList<CellRun> runs);

    /// <summary>The state over several groups.</summary>
    internal abstract object? Merge(object? earlier, object? later);

    /// <summary>Produces cells from a merged state, in ascending order until one fails or the run stops.</summary>
    internal abstract CellRunResult Select(in CellRun run, object? state);
}
