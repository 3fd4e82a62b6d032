using System.Globalization;

namespace ExecGraph.Graph;

/// <summary>What must hold for the names and the traits of columns, whatever they depend on.</summary>
internal static class ColumnRules
{
    private const ExecutionTraits KnownTraits =
        ExecutionTraits.Start | ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable | ExecutionTraits.Barrier;

    internal static void CheckNames(ColumnDescriptor[] columns, List<string> errors)
    {
        for (int c = 0; c < columns.Length; c++)
        {
            CheckName(columns[c].Name, $"columns[{c}]", errors);
            for (int i = 0; i < columns[c].SideOutputs.Count; i++)
                CheckName(columns[c].SideOutputs[i], $"side output {i} of column {Quote(columns[c].Name)}", errors);
        }

        foreach (IGrouping<string, ColumnDescriptor> same in columns.GroupBy(column => column.Name).Where(same => same.Count() > 1))
            errors.Add($"{same.Count()} columns are named {Quote(same.Key)}; the name of a column must be its own.");
        CheckSideOutputs(columns, errors);
    }

    internal static void CheckTraits(ColumnDescriptor[] columns, List<string> errors)
    {
        foreach (ColumnDescriptor column in columns)
        {
            string name = Quote(column.Name);
            if ((column.Traits & ~KnownTraits) != 0)
                errors.Add($"Column {name} has traits that do not exist: {column.Traits & ~KnownTraits}.");
            if (column.IsBarrier && column.IsRowStreamable)
                errors.Add($"Column {name} is both Barrier and RowStreamable; a call can wait for all rows or take any of them, not both.");
            if (column.DeclaresTraits && column.Generator?.InferTraits() is { } inferred && inferred != column.Traits)
                errors.Add($"Column {name} is declared as {column.Traits}, but its generator says {inferred}.");
            if (column.IsBarrier)
                CheckScope(column, errors);
        }
    }

    /// <summary>The name in quotes, on one line whatever it contains.</summary>
    internal static string Quote(string? name) =>
        name is null ? "null" : $"'{string.Concat(name.Select(c => char.IsControl(c) ? CodePoint(c) : c.ToString()))}'";

    private static void CheckName(string? name, string what, List<string> errors)
    {
        string? problem =
            string.IsNullOrEmpty(name) ? "empty"
            : name.Any(char.IsControl) ? $"{Quote(name)}, with the control character {CodePoint(name.First(char.IsControl))}"
            : string.IsNullOrWhiteSpace(name) ? "nothing but white space"
            : null;
        if (problem is not null)
            errors.Add($"The name of {what} is {problem}.");
    }

    private static void CheckSideOutputs(ColumnDescriptor[] columns, List<string> errors)
    {
        var producers = columns.SelectMany(column => column.SideOutputs, (column, output) => (Output: output, Column: column.Name));
        foreach (var same in producers.GroupBy(producer => producer.Output, producer => producer.Column).Where(same => same.Count() > 1))
        {
            string[] names = [.. same.Distinct().Select(Quote)];
            errors.Add(names.Length > 1
                ? $"Side output {Quote(same.Key)} has {same.Count()} producers: columns {string.Join(", ", names)}. It may have one."
                : $"Column {names[0]} lists its side output {Quote(same.Key)} {same.Count()} times.");
        }
    }

    private static void CheckScope(ColumnDescriptor column, List<string> errors)
    {
        if (!Enum.IsDefined(column.Scope))
            errors.Add($"Column {Quote(column.Name)} has a barrier scope that does not exist: {column.Scope}.");
        if (column.DeclaresScope && column.Generator is { } generator && generator.Scope != column.Scope)
            errors.Add($"Column {Quote(column.Name)} is declared with scope {column.Scope}, but its generator says {generator.Scope}.");
    }

    private static string CodePoint(char c) => string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}");
}
