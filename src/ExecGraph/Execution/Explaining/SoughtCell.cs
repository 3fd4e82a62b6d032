using System.Globalization;

namespace ExecGraph.Execution;

/// <summary>A cell that is explained, and the words for it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Column">The column that produces it.</param>
/// <param name="Name">The name that it was asked for by.</param>
/// <param name="Now">When.</param>
internal readonly record struct SoughtCell(long Row, ColumnPlan Column, string Name, Moment Now)
{
    /// <summary>An explanation whose sentence begins with the cell.</summary>
    internal CellExplanation Say(CellStanding standing, FormattableString sentence) => new(Row, Name, standing, Now.At)
    {
        Sentence = $"{NodeId.Cell(Row, Name)} {sentence.ToString(CultureInfo.InvariantCulture)}.",
    };

    internal static string List(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => $"'{column}'"));

    /// <summary>"1 cell", "2 cells".</summary>
    internal static string Count(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
