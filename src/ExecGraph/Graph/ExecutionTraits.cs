namespace ExecGraph;

/// <summary>How a generator may be run. Traits combine; <see cref="Barrier"/> and <see cref="RowStreamable"/> exclude each other.</summary>
[Flags]
public enum ExecutionTraits
{
    /// <summary>Nothing declared: the column is tracked row by row.</summary>
    None = 0,

    /// <summary>Can generate from scratch, without input columns. Declared dependencies are honoured all the same.</summary>
    Start = 1,

    /// <summary>One call produces one cell.</summary>
    CellByCell = 2,

    /// <summary>May be called with any subset of rows whose inputs are ready.</summary>
    RowStreamable = 4,

    /// <summary>One call sees every row of its <see cref="BarrierScope"/>.</summary>
    Barrier = 8,
}
