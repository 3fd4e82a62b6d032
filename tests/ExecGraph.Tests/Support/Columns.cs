namespace ExecGraph.Tests.Support;

/// <summary>Columns without code to run, for graphs that are only queried and tracked.</summary>
internal static class Columns
{
    internal static ColumnDescriptor Start(string name, params string[] dependencies) =>
        Column(name, ExecutionTraits.Start | ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable, dependencies);

    internal static ColumnDescriptor Cell(string name, params string[] dependencies) =>
        Column(name, ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable, dependencies);

    internal static ColumnDescriptor Stream(string name, params string[] dependencies) =>
        Column(name, ExecutionTraits.RowStreamable, dependencies);

    internal static ColumnDescriptor Barrier(string name, params string[] dependencies) =>
        Column(name, ExecutionTraits.Barrier, dependencies);

    internal static ColumnDescriptor GroupBarrier(string name, params string[] dependencies) =>
        Barrier(name, dependencies) with { Scope = BarrierScope.RowGroup };

    internal static ColumnDescriptor StartBarrier(string name, params string[] dependencies) =>
        Column(name, ExecutionTraits.Start | ExecutionTraits.Barrier, dependencies);

    internal static ColumnDescriptor Column(string name, ExecutionTraits traits, params string[] dependencies) =>
        new(name) { Traits = traits, Dependencies = dependencies };

    internal static ColumnDescriptor Producing(this ColumnDescriptor column, params string[] sideOutputs) =>
        column with { SideOutputs = sideOutputs };
}
