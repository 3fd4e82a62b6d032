namespace ExecGraph.Benchmarks;

/// <summary>How much is done in one measurement: very little when it is only to be seen that the benchmarks work.</summary>
internal static class Scale
{
    internal static bool IsDry { get; set; }

    /// <summary>Rows of the overhead graph.</summary>
    internal static int OverheadRows => IsDry ? 5_000 : 500_000;
}
