using ExecGraph.Checkpoints;
using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>What a run says about itself in its store.</summary>
internal static class RunManifest
{
    internal static Manifest Of(ExecutionGraph graph, RunPlan plan, long seed) => new(
        Manifest.CurrentFormat,
        Guid.NewGuid(),
        graph.RowCount,
        graph.RowGroupSize,
        plan.StageCount,
        seed,
        [.. plan.Layout.Names.Where((_, slot) => plan.IsOutput(slot))],
        [.. plan.Columns.Select(column => Of(graph.GetColumn(column.Name), column, plan.Definition))]);

    private static ManifestColumn Of(ColumnDescriptor descriptor, ColumnPlan column, TableDefinition definition) => new(
        descriptor.Name,
        descriptor.Traits.ToString(),
        descriptor.IsBarrier ? descriptor.Scope.ToString() : null,
        [.. descriptor.Dependencies],
        [.. descriptor.ProducedColumns],
        [.. column.Generator.OutputTypes.Select(type => type.ToString())],
        [
            .. column.Filters.Select(filter => $"where {filter.Column}"),
            .. definition.SkipRules.Where(rule => descriptor.ProducedColumns.Contains(rule.Column)).Select(rule => $"skip {rule.Column} by {string.Join(" and ", rule.Inputs)}"),
            .. column.Options.RunsOnSkippedInputs ? (string[])["runs on skipped inputs"] : [],
        ],
        column.Options.Version,
        column.Generator.CodeVersion);
}
