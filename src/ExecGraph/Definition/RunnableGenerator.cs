using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph;

/// <summary>A generator that can be run. Derive from <see cref="CellGenerator{T}"/> or <see cref="BatchGenerator{T}"/>.</summary>
public abstract class RunnableGenerator : ColumnGenerator
{
    private protected RunnableGenerator()
    {
    }

    /// <summary>How the calls are run. Read once for each run. Default: no limit, one attempt.</summary>
    public virtual CellOptions Options => CellOptions.Default;

    /// <summary>The types of the produced columns: the column itself, then its side outputs.</summary>
    internal abstract IReadOnlyList<Type> OutputTypes { get; }

    /// <summary>The types that the dependencies must have, in declared order; null where the generator finds out when it reads.</summary>
    internal virtual IReadOnlyList<Type>? InputTypes => null;

    /// <summary>The version of the module that the column's code was compiled into: another one means that the code may have changed.</summary>
    internal virtual Guid CodeVersion => GetType().Module.ModuleVersionId;

    private protected static Guid VersionOf(Delegate? code) => code is null ? Guid.Empty : code.Method.Module.ModuleVersionId;

    /// <summary>Makes what runs this column in one run.</summary>
    internal abstract ColumnRunner CreateRunner(RunnerBinding binding);

    /// <summary>Called once before a run's first call. A failure fails the run. Runs side by side each call it.</summary>
    protected internal virtual ValueTask InitializeAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>Called once after a run's last call, however the run ended, if <see cref="InitializeAsync"/> was called.</summary>
    protected internal virtual ValueTask DisposeAsync() => default;
}
