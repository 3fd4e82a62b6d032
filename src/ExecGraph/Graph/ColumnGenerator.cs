namespace ExecGraph;

/// <summary>
/// What a generator declares about itself. Traits are inferred from these properties and from nothing else, never from the class.
/// </summary>
/// <remarks>
/// A class derived directly from this one can be queried and tracked but not run; to run it, derive from
/// <c>CellGenerator</c> or <c>BatchGenerator</c>. The properties are read once, when the graph is built, and must not change.
/// </remarks>
public abstract class ColumnGenerator
{
    /// <summary>Whether the generator needs no input columns. Default: <see langword="false"/>.</summary>
    public virtual bool CanGenerateFromScratch => false;

    /// <summary>What one call covers. Default: <see cref="GenerationStrategy.CellByCell"/>.</summary>
    public virtual GenerationStrategy Strategy => GenerationStrategy.CellByCell;

    /// <summary>Whether any subset of ready rows may be given to a call. Default: true for cell-by-cell generators.</summary>
    public virtual bool IsRowStreamable => Strategy == GenerationStrategy.CellByCell;

    /// <summary>
    /// Whether calls must come one at a time and in ascending row order. Ignored by barriers, which see all rows at once. Default: <see langword="false"/>.
    /// </summary>
    public virtual bool IsOrderDependent => false;

    /// <summary>The rows a barrier waits for; ignored by other generators. Default: <see cref="BarrierScope.Dataset"/>.</summary>
    public virtual BarrierScope Scope => BarrierScope.Dataset;

    /// <summary>The traits that follow from the other properties.</summary>
    /// <remarks>Cell-by-cell generators are always row-streamable: a single cell is a subset of rows.</remarks>
    public ExecutionTraits InferTraits()
    {
        ExecutionTraits start = CanGenerateFromScratch ? ExecutionTraits.Start : ExecutionTraits.None;
        if (Strategy == GenerationStrategy.CellByCell)
            return start | ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable;
        return start | (IsRowStreamable ? ExecutionTraits.RowStreamable : ExecutionTraits.Barrier);
    }
}
