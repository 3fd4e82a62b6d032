using System.Globalization;

namespace Quickstart;

/// <summary>Writes report.md: what the table says about the documentation.</summary>
internal static class MemberReport
{
    private const int Listed = 20;
    private const int CutAfter = 100;

    public static void Write(TextWriter report, IReadOnlyCollection<MemberRow> rows)
    {
        report.WriteLine("# Documented members");
        report.WriteLine();
        report.WriteLine(Invariant($"{rows.Count:N0} members, {rows.Count(row => row.SameAs is null && row.Words > 0):N0} different summaries."));
        WriteCounts(report, "By kind", "kind", rows.CountBy(row => row.Kind));
        WriteCounts(report, "By verdict", "verdict", rows.CountBy(row => row.Verdict));
        WriteCounts(report, $"The {Listed} most repeated summaries", "summary", MostRepeated(rows));
        WriteLongest(report, rows);
        WriteMissing(report, rows);
        WriteCounts(report, "By namespace", "namespace", rows.CountBy(row => row.Namespace));
    }

    private static IEnumerable<KeyValuePair<string, int>> MostRepeated(IEnumerable<MemberRow> rows) => rows
        .Where(row => row.Words > 0)
        .CountBy(row => row.Summary)
        .Where(pair => pair.Value > 1)
        .OrderByDescending(pair => pair.Value)
        .Take(Listed);

    private static void WriteLongest(TextWriter report, IEnumerable<MemberRow> rows)
    {
        WriteTitle(report, $"The {Listed} longest summaries");
        report.WriteLine("| words | member | begins |");
        report.WriteLine("|---:|---|---|");
        foreach (MemberRow row in rows.OrderByDescending(row => row.Words).Take(Listed).TakeWhile(row => row.Words > 0))
            report.WriteLine(Invariant($"| {row.Words:N0} | {Text(row.Id)} | {Text(row.Summary)} |"));
    }

    private static void WriteMissing(TextWriter report, IEnumerable<MemberRow> rows)
    {
        List<MemberRow> missing = [.. rows.Where(row => row.Words == 0)];
        WriteTitle(report, "Members without a summary");
        report.WriteLine(missing.Count == 0 ? "None." : Invariant($"{missing.Count:N0}{(missing.Count > Listed ? $"; the first {Listed}" : "")}:"));
        if (missing.Count > 0)
            report.WriteLine();
        foreach (MemberRow row in missing.Take(Listed))
            report.WriteLine($"- {Escape(row.Id)}");
    }

    private static void WriteCounts(TextWriter report, string title, string heading, IEnumerable<KeyValuePair<string, int>> counts)
    {
        WriteTitle(report, title);
        report.WriteLine($"| members | {heading} |");
        report.WriteLine("|---:|---|");
        foreach ((string key, int count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal))
            report.WriteLine(Invariant($"| {count:N0} | {Text(key.Length == 0 ? "(none)" : key)} |"));
    }

    private static void WriteTitle(TextWriter report, string title)
    {
        report.WriteLine();
        report.WriteLine($"## {title}");
        report.WriteLine();
    }

    private static string Text(string text) => Escape(Cut(text));

    /// <summary>Without the characters that Markdown would take for its own.</summary>
    private static string Escape(string text)
    {
        foreach (string special in new[] { "\\", "|", "<", "*", "_", "`", "[", "~" })
            text = text.Replace(special, "\\" + special, StringComparison.Ordinal);
        return text;
    }

    private static string Cut(string text) => text.Length <= CutAfter ? text : text[..CutAfter].TrimEnd() + "…";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
