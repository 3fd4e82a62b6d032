using System.Globalization;
using System.Text;
using ExecGraph;

namespace Quickstart;

/// <summary>Gathers the figures of the report while rows go by.</summary>
public sealed class MemberReport
{
    private const int Listed = 20;

    private readonly Dictionary<string, long> _kinds = [];
    private readonly Dictionary<string, long> _namespaces = [];
    private readonly Dictionary<string, long> _verdicts = [];
    private readonly Dictionary<string, long> _summaries = [];
    private readonly PriorityQueue<(string Id, int Words, string Summary), int> _longest = new();
    private readonly List<string> _missing = [];
    private long _missingCount;

    public long Rows { get; private set; }

    public void Add(MemberTable table, Row row) => Add(table.Id[row], table.Kind[row], table.Namespace[row], table.Summary[row], table.Words[row], table.Verdict[row]);

    public void Add(string id, string kind, string ns, string summary, int words, string verdict)
    {
        Rows++;
        Count(_kinds, kind);
        Count(_namespaces, ns);
        Count(_verdicts, verdict);
        if (summary.Length == 0)
        {
            _missingCount++;
            if (_missing.Count < Listed)
                _missing.Add(id);
            return;
        }

        Count(_summaries, summary);
        _longest.Enqueue((id, words, summary), words);
        if (_longest.Count > Listed)
            _longest.Dequeue();
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Documented members").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Rows:N0} rows.").AppendLine();
        Table(text, "By kind", "kind", _kinds, int.MaxValue);
        Table(text, "By verdict", "verdict", _verdicts, int.MaxValue);
        Table(text, "Largest namespaces", "namespace", _namespaces, Listed);
        Table(text, $"The {Listed} most repeated summaries", "summary", _summaries.Where(pair => pair.Value > 1).ToDictionary(), Listed);

        text.AppendLine("## Longest summaries").AppendLine().AppendLine("| words | member | begins |").AppendLine("| --- | --- | --- |");
        foreach ((string id, int words, string summary) in _longest.UnorderedItems.Select(item => item.Element).OrderByDescending(item => item.Words).ThenBy(item => item.Id, StringComparer.Ordinal))
            text.AppendLine(CultureInfo.InvariantCulture, $"| {words} | `{id}` | {Escape(summary.Length > 80 ? summary[..80] + "…" : summary)} |");

        text.AppendLine().AppendLine("## Members without a summary").AppendLine();
        text.AppendLine(_missingCount == 0 ? "None." : string.Create(CultureInfo.InvariantCulture, $"{_missingCount:N0}, among them:")).AppendLine();
        foreach (string id in _missing)
            text.AppendLine(CultureInfo.InvariantCulture, $"- `{id}`");
        return text.ToString();
    }

    private static void Count(Dictionary<string, long> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static void Table(StringBuilder text, string title, string column, Dictionary<string, long> counts, int most)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"| rows | {column} |").AppendLine("| --- | --- |");
        foreach ((string key, long count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most))
            text.AppendLine(CultureInfo.InvariantCulture, $"| {count:N0} | {Escape(key.Length == 0 ? "(none)" : key)} |");
        text.AppendLine();
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
