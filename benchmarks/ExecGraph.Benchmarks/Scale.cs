namespace ExecGraph.Benchmarks;

/// <summary>How much is done in one measurement: very little when it is only to be seen that the benchmarks work.</summary>
internal static class Scale
{
    /// <summary>Cells of the overhead graph.</summary>
    internal const int OverheadCells = 500_000 * OverheadGraph.Columns;

    internal static bool IsDry { get; set; }

    /// <summary>Rows of the overhead graph.</summary>
    internal static int OverheadRows => Of(500_000);

    /// <summary>A number of rows, or a hundredth of it.</summary>
    internal static int Of(int rows) => IsDry ? Math.Max(10, rows / 100) : rows;
}
