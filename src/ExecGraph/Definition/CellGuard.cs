using System.Runtime.CompilerServices;

namespace ExecGraph.Definition;

/// <summary>
/// What a loop over cells keeps beside its cell: where it is, so that a failure can name its row, and the execution context that each
/// cell begins under. One object on the stack, since a loop that kept these apart would have no registers left.
/// </summary>
internal struct CellGuard
{
    /// <summary>What stands for no context at all: only seen while a thread has none.</summary>
    private static ExecutionContext? _default;

    private readonly Thread _thread;
    private readonly ExecutionContext? _before;

    private CellGuard(Thread thread)
    {
        _thread = thread;
        _before = CellIsolation.Peek(thread);
        if (_before is null)
            _default ??= ExecutionContext.Capture();
    }

    /// <summary>The buffer index of the cell at hand.</summary>
    internal int Index;

    internal static CellGuard Begin() => new(Thread.CurrentThread);

    /// <summary>Puts the context back if the cell changed it: also after one that threw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void EndCell()
    {
        if (!ReferenceEquals(CellIsolation.Peek(_thread), _before))
            Restore();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Restore() => CellIsolation.Restore(_before ?? _default);
}
