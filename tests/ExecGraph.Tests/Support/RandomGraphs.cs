using System.Text;
using CsCheck;

namespace ExecGraph.Tests.Support;

/// <summary>Columns in any order, and a table small enough to look at every node of it.</summary>
internal sealed record RandomGraph(IReadOnlyList<ColumnDescriptor> Columns, long RowCount, int RowGroupSize)
{
    internal ExecutionGraph Build() => new(Columns, RowCount, RowGroupSize);

    internal ExecutionGraph BuildOpenEnded() => new(Columns, rowCount: null, RowGroupSize);

    public override string ToString()
    {
        var text = new StringBuilder($"{RowCount} rows in groups of {RowGroupSize}");
        foreach (ColumnDescriptor column in Columns)
        {
            text.Append($"\n  {column.Name}: {column.Traits}{(column.IsBarrier ? $" ({column.Scope})" : "")}");
            text.Append($" <- [{string.Join(", ", column.Dependencies)}]");
            if (column.SideOutputs.Count > 0)
                text.Append($" also [{string.Join(", ", column.SideOutputs)}]");
        }

        return text.Append('\n').ToString();
    }
}

/// <summary>
/// Valid graphs of every kind: all traits and both scopes, several roots, joins, side outputs (also such as share a real column's
/// name), the same dependency twice, Start columns with dependencies, columns given before what they depend on, tables of one row,
/// groups of one row, short last groups, groups that end beside a 64-row word.
/// </summary>
internal static class RandomGraphs
{
    private const int Kinds = 5;

    private static readonly Gen<Recipe> Recipes =
        from kind in Gen.Int[0, Kinds - 1]
        from reads in Gen.Int[0, 999].Array[0, 4]
        from isStart in Gen.Int[0, 3]
        from sideOutputs in Gen.Int[0, 5]
        from place in Gen.Int[0, 9]
        select new Recipe(kind, reads, isStart == 0, sideOutputs, place);

    /// <param name="maxColumns">The most columns of a graph.</param>
    /// <param name="maxRows">The most rows of a table; half of the tables have no more than 12.</param>
    internal static Gen<RandomGraph> Any(int maxColumns = 7, int maxRows = 135) =>
        from recipes in Recipes.Array[1, maxColumns]
        from shuffle in Gen.Bool
        from rows in Gen.OneOf<int>(Gen.Int[1, Math.Min(12, maxRows)], Gen.Int[1, maxRows])
        from groupSize in Gen.OneOf(1, 2, 3, 5, 8, 63, 64, 65, 1024)
        select new RandomGraph(Columns(recipes, shuffle), rows, groupSize);

    private static List<ColumnDescriptor> Columns(Recipe[] recipes, bool shuffle)
    {
        var columns = new List<ColumnDescriptor>();
        var readable = new List<string>();
        var sideOutputs = new HashSet<string>();
        foreach (Recipe recipe in recipes)
        {
            string name = $"c{columns.Count}";
            string[] dependencies = readable.Count == 0 ? [] : [.. recipe.Reads.Select(read => readable[read % readable.Count])];

            // With 3 a name that an earlier real column has already, and that therefore still means that column.
            string[] outputs = recipe.SideOutputs switch
            {
                1 => [$"{name}a"],
                2 => [$"{name}a", $"{name}b"],
                3 when columns.Count > 0 && sideOutputs.Add("c0") => ["c0", $"{name}a"],
                _ => [],
            };
            columns.Add(new ColumnDescriptor(name)
            {
                Traits = Traits(recipe, isRoot: dependencies.Length == 0),
                Scope = recipe.Kind == 4 ? BarrierScope.RowGroup : BarrierScope.Dataset,
                Dependencies = dependencies,
                SideOutputs = outputs,
            });
            readable.AddRange([name, .. outputs]);
        }

        return shuffle ? [.. columns.Zip(recipes).OrderBy(pair => pair.Second.Place).Select(pair => pair.First)] : columns;
    }

    private static ExecutionTraits Traits(Recipe recipe, bool isRoot)
    {
        ExecutionTraits kind = recipe.Kind switch
        {
            0 => ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable,
            1 => ExecutionTraits.RowStreamable,
            2 => ExecutionTraits.None,
            _ => ExecutionTraits.Barrier,
        };
        return isRoot || recipe.IsStart ? kind | ExecutionTraits.Start : kind;
    }

    private sealed record Recipe(int Kind, int[] Reads, bool IsStart, int SideOutputs, int Place);
}
