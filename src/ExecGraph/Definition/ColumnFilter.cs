using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>A predicate over a column's values that decides which rows go on.</summary>
internal abstract class ColumnFilter(string column)
{
    internal string Column { get; } = column;

    /// <summary>The version of the module that the predicate was compiled into.</summary>
    internal abstract Guid Code { get; }

    /// <summary>The cells whose rows stay.</summary>
    /// <param name="buffer">The column's values.</param>
    /// <param name="offset">The buffer index that bit 0 stands for.</param>
    /// <param name="cells">The cells to ask about.</param>
    /// <param name="failed">The cell whose predicate threw, after which no more were asked; 0 for none.</param>
    /// <param name="exception">What it threw.</param>
    internal abstract ulong Keep(ColumnBuffer buffer, int offset, ulong cells, out ulong failed, out Exception? exception);
}

internal sealed class ColumnFilter<T>(string column, Func<T, bool> keep) : ColumnFilter(column)
{
    internal override Guid Code => keep.Method.Module.ModuleVersionId;

    internal override ulong Keep(ColumnBuffer buffer, int offset, ulong cells, out ulong failed, out Exception? exception) =>
        RowPredicate.Ask(keep, new OneInput<T>((ColumnBuffer<T>)buffer), offset, cells, out failed, out exception);
}
