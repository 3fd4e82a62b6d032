using System.Globalization;
using System.Text;

namespace ExecGraph.Graph;

/// <summary>
/// Draws columns as a Mermaid flowchart. Start columns are rounded, barriers hexagons; a thick arrow says that all rows are waited
/// for, a dashed one that the column is read only to decide what is skipped, a label that a side output is read. Stages are boxes when there
/// are several.
/// </summary>
internal static class MermaidWriter
{
    internal static string Write(GraphTopology topology, ColumnIndex index)
    {
        var lines = new List<string> { "flowchart LR" };
        for (int stage = 0; stage < topology.StageCount; stage++)
        {
            IEnumerable<string> nodes = Enumerable.Range(0, topology.ColumnCount)
                .Where(c => topology.Stage(c) == stage)
                .Select(c => Node(topology, c));
            if (topology.StageCount == 1)
                lines.AddRange(nodes.Select(node => $"    {node}"));
            else
                lines.AddRange([$"    subgraph stage{stage}[\"stage {stage}\"]", .. nodes.Select(node => $"        {node}"), "    end"]);
        }

        lines.AddRange(Edges(topology, index));
        return string.Join('\n', lines);
    }

    private static string Node(GraphTopology topology, int column)
    {
        ColumnDescriptor descriptor = topology.Columns[column];
        var label = new List<string> { Escape(descriptor.Name), Traits(topology, column) };
        if (descriptor.SideOutputs.Count > 0)
            label.Add($"also {string.Join(", ", descriptor.SideOutputs.Select(Escape))}");
        if (descriptor.Annotation is { } annotation)
            label.Add(Escape(annotation));
        string text = $"\"{string.Join("<br/>", label.Where(line => line.Length > 0))}\"";
        return topology.IsBarrier(column) ? $"c{column}{{{{{text}}}}}"
            : descriptor.IsStart ? $"c{column}([{text}])"
            : $"c{column}[{text}]";
    }

    private static string Traits(GraphTopology topology, int column)
    {
        ExecutionTraits traits = topology.Columns[column].Traits;

        // A single cell is a subset of rows: to say it on every cell-by-cell column would only be noise.
        if (traits.HasFlag(ExecutionTraits.CellByCell))
            traits &= ~ExecutionTraits.RowStreamable;
        string text = traits == ExecutionTraits.None ? "" : traits.ToString().Replace(", ", " · ", StringComparison.Ordinal);
        return topology.IsGroupBarrier(column) ? $"{text} per row group" : text;
    }

    /// <summary>The arrows from each column, those of one kind on one line.</summary>
    private static IEnumerable<string> Edges(GraphTopology topology, ColumnIndex index)
    {
        var arrows = new List<(string Arrow, int To)>[topology.ColumnCount];
        for (int c = 0; c < arrows.Length; c++)
            arrows[c] = [];
        for (int c = 0; c < arrows.Length; c++)
        {
            AddArrows(topology.Columns[c].Dependencies, topology.IsBarrier(c) ? "==>" : "-->", c);
            AddArrows(topology.Columns[c].SkipDependencies, "-.->", c);
        }

        void AddArrows(IReadOnlyList<string> names, string arrow, int to)
        {
            foreach (IGrouping<int, string> reads in names.Distinct().GroupBy(name => index.Find(name, out _)))
            {
                string[] sideOutputs = [.. reads.Where(name => IsSideOutput(index, name)).Select(Escape)];
                arrows[reads.Key].Add((sideOutputs.Length == 0 ? arrow : $"{arrow}|\"{string.Join(", ", sideOutputs)}\"|", to));
            }
        }

        for (int c = 0; c < arrows.Length; c++)
        {
            foreach (IGrouping<string, int> same in arrows[c].GroupBy(edge => edge.Arrow, edge => edge.To))
                yield return $"    c{c} {same.Key} {string.Join(" & ", same.Select(to => $"c{to}"))}";
        }
    }

    private static bool IsSideOutput(ColumnIndex index, string name)
    {
        index.Find(name, out bool isSideOutput);
        return isSideOutput;
    }

    /// <summary>Text for use between quotes, where Mermaid reads some characters, and a Markdown list or emphasis, in its own way.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || IsHarmless(text, position))
                escaped.Append(rune.ToString());
            else
                escaped.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            position += rune.Utf16SequenceLength;
        }

        return escaped.ToString();
    }

    /// <summary>Whether a sign means only itself where it stands.</summary>
    private static bool IsHarmless(string text, int position) => text[position] switch
    {
        ' ' or ',' or '/' or '(' or '≤' or '×' or '·' => true,
        '_' or '-' => position > 0 && char.IsLetterOrDigit(text[position - 1])
            && position < text.Length - 1 && char.IsLetterOrDigit(text[position + 1]),
        '.' or ')' => text.AsSpan(0, position).ContainsAnyExceptInRange('0', '9'),
        _ => false,
    };
}
