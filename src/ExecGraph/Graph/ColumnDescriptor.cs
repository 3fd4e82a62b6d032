namespace ExecGraph;

/// <summary>A column as the graph knows it: name, traits, dependencies, and the generator that produces it.</summary>
/// <remarks>Immutable; lists that are set are copied. Checked as part of a graph, by <see cref="ExecutionGraph"/>.</remarks>
/// <param name="Name">Unique among the columns of a graph; not empty, without control characters.</param>
public sealed record ColumnDescriptor(string Name)
{
    private readonly ExecutionTraits? _traits;
    private readonly BarrierScope? _scope;

    /// <summary>How the column may be run. Unless set: inferred from <see cref="Generator"/>.</summary>
    public ExecutionTraits Traits
    {
        get => _traits ?? Generator?.InferTraits() ?? ExecutionTraits.None;
        init => _traits = value;
    }

    /// <summary>The names of the columns, or side outputs, whose values the generator reads, in its own order.</summary>
    public IReadOnlyList<string> Dependencies { get; init => field = [.. value ?? throw new ArgumentNullException(nameof(value))]; } = [];

    /// <summary>
    /// Further columns that a cell waits for, because they decide whether it is skipped; the generator does not read them. Those it does read
    /// are among <see cref="Dependencies"/> alone. Set by the builder.
    /// </summary>
    public IReadOnlyList<string> SkipDependencies { get; internal init => field = [.. value]; } = [];

    /// <summary>Further columns that the same generator call produces.</summary>
    public IReadOnlyList<string> SideOutputs { get; init => field = [.. value ?? throw new ArgumentNullException(nameof(value))]; } = [];

    /// <summary>The rows a barrier column waits for. Unless set: what <see cref="Generator"/> declares, else the dataset.</summary>
    public BarrierScope Scope
    {
        get => _scope ?? Generator?.Scope ?? BarrierScope.Dataset;
        init => _scope = value;
    }

    /// <summary>The code that produces the column; null in a graph that is only queried and tracked.</summary>
    public ColumnGenerator? Generator { get; init; }

    /// <summary>A note shown in the picture of the graph, such as the limit the column runs under; null for none.</summary>
    public string? Annotation { get; init; }

    /// <summary>Whether the column can be generated from scratch.</summary>
    public bool IsStart => Traits.HasFlag(ExecutionTraits.Start);

    /// <summary>Whether one call produces one cell.</summary>
    public bool IsCellByCell => Traits.HasFlag(ExecutionTraits.CellByCell);

    /// <summary>Whether any subset of ready rows may be given to a call.</summary>
    public bool IsRowStreamable => Traits.HasFlag(ExecutionTraits.RowStreamable);

    /// <summary>Whether one call sees every row of its <see cref="Scope"/>.</summary>
    public bool IsBarrier => Traits.HasFlag(ExecutionTraits.Barrier);

    /// <summary>The column itself, then its side outputs.</summary>
    public IReadOnlyList<string> ProducedColumns => [Name, .. SideOutputs];

    internal bool DeclaresTraits => _traits is not null;

    internal bool DeclaresScope => _scope is not null;
}
