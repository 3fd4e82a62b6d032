using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>A predicate over columns of a row that says whether another column's cell is skipped.</summary>
/// <param name="column">The column, or side output, whose cells are skipped.</param>
/// <param name="inputs">The columns that the predicate reads.</param>
/// <param name="value">What a skipped cell has; null for the column's own skipped value.</param>
internal abstract class SkipRule(string column, IReadOnlyList<string> inputs, SkippedValue? value)
{
    internal string Column { get; } = column;

    internal IReadOnlyList<string> Inputs { get; } = inputs;

    internal SkippedValue? Value { get; } = value;

    /// <summary>The version of the module that the predicate was compiled into.</summary>
    internal required Guid Code { get; init; }

    /// <summary>The cells that are skipped.</summary>
    /// <param name="buffers">The row group's buffers, by slot.</param>
    /// <param name="slots">The inputs' slots.</param>
    /// <param name="offset">The buffer index that bit 0 stands for.</param>
    /// <param name="cells">The cells to ask about, in ascending order.</param>
    /// <param name="failed">The cell whose predicate threw, after which no more were asked; 0 for none.</param>
    /// <param name="exception">What it threw.</param>
    internal abstract ulong Ask(ColumnBuffer?[] buffers, int[] slots, int offset, ulong cells, out ulong failed, out Exception? exception);
}

/// <inheritdoc/>
internal sealed class SkipRule<TIn, TReader>(string column, IReadOnlyList<string> inputs, Func<TIn, bool> predicate, SkippedValue? value)
    : SkipRule(column, inputs, value)
    where TReader : struct, IInputReader<TIn>
{
    internal override ulong Ask(ColumnBuffer?[] buffers, int[] slots, int offset, ulong cells, out ulong failed, out Exception? exception)
    {
        TReader reader = default;
        reader.Open(buffers, slots, firstRow: 0, offset);
        return RowPredicate.Ask(predicate, reader, offset, cells, out failed, out exception);
    }
}
