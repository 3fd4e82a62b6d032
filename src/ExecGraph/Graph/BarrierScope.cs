namespace ExecGraph;

/// <summary>The rows that a barrier column waits for and sees in one call.</summary>
public enum BarrierScope
{
    /// <summary>Every row of the table: one barrier node for the column.</summary>
    Dataset,

    /// <summary>Every row of one row group: one barrier node for each row group.</summary>
    RowGroup,
}
