using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>What a builder declares beside columns. Immutable.</summary>
/// <param name="Filters">Which rows go on.</param>
/// <param name="Outputs">The columns that the output keeps; null for all.</param>
internal sealed record TableDefinition(IReadOnlyList<ColumnFilter> Filters, IReadOnlySet<string>? Outputs)
{
    internal static readonly TableDefinition Plain = new([], null);

    /// <summary>Which cells are skipped, in declared order.</summary>
    internal IReadOnlyList<SkipRule> SkipRules { get; init; } = [];

    /// <summary>By column or side output: what a skipped cell has that was given no other value.</summary>
    internal IReadOnlyDictionary<string, SkippedValue> SkippedValues { get; init; } = new Dictionary<string, SkippedValue>();

    /// <summary>How values are kept in checkpoints.</summary>
    internal CodecRegistry Codecs { get; init; } = CodecRegistry.Empty;

    /// <summary>Whether the row count comes from a list without rows: a graph cannot have 0 rows, but a run can.</summary>
    internal bool IsEmpty { get; init; }

    /// <summary>The list whose length is the row count, so that every other source must have the same; null if the caller gave the count.</summary>
    internal string? RulingList { get; init; }
}
