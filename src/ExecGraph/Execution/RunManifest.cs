using System.Buffers.Binary;
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

    private static ManifestColumn Of(ColumnDescriptor descriptor, ColumnPlan column, TableDefinition definition)
    {
        SkipRule[] skips = [.. definition.SkipRules.Where(rule => descriptor.ProducedColumns.Contains(rule.Column))];
        return new ManifestColumn(
            descriptor.Name,
            descriptor.Traits.ToString(),
            descriptor.IsBarrier ? descriptor.Scope.ToString() : null,
            [.. descriptor.Dependencies],
            [.. descriptor.ProducedColumns],
            [.. column.Generator.OutputTypes.Select(type => type.ToString())],
            [
                .. column.Filters.Select(filter => $"where {filter.Column}"),
                .. skips.Select(rule => $"skip {rule.Column} by {string.Join(" and ", rule.Inputs)}"),
                .. column.Options.RunsOnSkippedInputs ? (string[])["runs on skipped inputs"] : [],
            ],
            column.Options.Version,
            OneOf([column.Generator.CodeVersion, .. column.Filters.Select(filter => filter.Code), .. skips.Select(rule => rule.Code)]));
    }

    /// <summary>Says of several versions at once whether one of them has changed.</summary>
    private static Guid OneOf(IEnumerable<Guid> versions)
    {
        UInt128 all = 0;
        foreach (Guid version in versions.Distinct())
            all ^= BinaryPrimitives.ReadUInt128BigEndian(version.ToByteArray(bigEndian: true));
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, all);
        return new Guid(bytes, bigEndian: true);
    }
}
