using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>What skipped cells of one column have.</summary>
/// <param name="column">The column or side output.</param>
internal abstract class SkippedValue(string column)
{
    internal string Column { get; } = column;

    /// <param name="buffer">The column's values.</param>
    /// <param name="offset">The buffer index that bit 0 stands for.</param>
    /// <param name="cells">The skipped cells.</param>
    internal abstract void Write(ColumnBuffer buffer, int offset, ulong cells);
}

/// <inheritdoc/>
internal sealed class SkippedValue<R>(string column, R value) : SkippedValue(column)
{
    internal override void Write(ColumnBuffer buffer, int offset, ulong cells) => ((ColumnBuffer<R>)buffer).Fill(offset, cells, value);
}
