namespace ExecGraph.Definition;

/// <summary>Keeps what a cell does to the execution context from reaching the next one.</summary>
internal static class CellIsolation
{
    /// <summary>Puts the context back if the cell changed it; telling costs a thread-local read.</summary>
    internal static void Restore(ExecutionContext? context)
    {
        if (context is not null && !ReferenceEquals(ExecutionContext.Capture(), context))
            ExecutionContext.Restore(context);
    }
}
