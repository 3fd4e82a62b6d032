using System.Runtime.CompilerServices;

namespace ExecGraph.Definition;

/// <summary>Keeps what a cell does to the execution context from reaching the next one.</summary>
internal static class CellIsolation
{
    private static readonly bool IsFieldKnown = SeeWhetherFieldIsKnown();

    /// <summary>Something that is another object as soon as the thread's context is another one.</summary>
    /// <remarks>
    /// The public way, <see cref="ExecutionContext.Capture"/>, looks the thread up each time, which is more than a cheap cell costs. So the
    /// field behind it is read, if this runtime has been seen to keep the context there.
    /// </remarks>
    /// <param name="thread">The current thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ExecutionContext? Peek(Thread thread) => IsFieldKnown ? ContextField(thread) : ExecutionContext.Capture();

    /// <summary>Puts the context back if the cell changed it.</summary>
    internal static void Restore(ExecutionContext? context)
    {
        if (context is not null && !ReferenceEquals(ExecutionContext.Capture(), context))
            ExecutionContext.Restore(context);
    }

    private static bool SeeWhetherFieldIsKnown()
    {
        ExecutionContext? before = ExecutionContext.Capture();
        try
        {
            _ = new AsyncLocal<bool> { Value = true };
            return before is not null && ReferenceEquals(ContextField(Thread.CurrentThread), ExecutionContext.Capture());
        }
        catch (MissingFieldException)
        {
            return false;
        }
        finally
        {
            if (before is not null)
                ExecutionContext.Restore(before);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_executionContext")]
    private static extern ref ExecutionContext? ContextField(Thread thread);
}
