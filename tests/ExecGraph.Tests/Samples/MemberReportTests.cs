using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class MemberReportTests
{
    [Fact]
    public void Members_are_counted_by_kind_verdict_and_namespace()
    {
        string report = Write(Row(0, "One."), Row(1, "Two.", kind: "Field"), Row(2, "", ns: ""));

        report.Should().Contain("3 members, 2 different summaries.")
            .And.Contain("| 2 | Method |").And.Contain("| 1 | Field |")
            .And.Contain("| 3 | good |")
            .And.Contain("| 2 | N |").And.Contain("| 1 | (none) |");
    }

    [Fact]
    public void Repeated_summaries_come_most_repeated_first_and_single_ones_not_at_all()
    {
        string[] texts = ["Twice.", "Thrice.", "Once.", "Thrice.", "Twice.", "Thrice.", "", ""];

        string section = Section(Write([.. texts.Select((text, row) => Row(row, text))]), "The 20 most repeated summaries");

        section.Should().MatchRegex(@"(?s)\| 3 \| Thrice\. \|.*\| 2 \| Twice\. \|").And.NotContain("Once.").And.NotContain("(none)");
    }

    [Fact]
    public void The_longest_summaries_are_cut_to_fit_a_line()
    {
        string section = Section(Write(Row(0, "Short."), Row(1, string.Join(' ', Enumerable.Repeat("word", 1000)))), "The 20 longest summaries");

        section.Should().MatchRegex(@"(?s)\| 1,000 \| M:N\.C\.M1 \| word word.*… \|.*\| 1 \| M:N\.C\.M0 \| Short\. \|");
    }

    [Fact]
    public void Only_the_first_members_without_a_summary_are_listed()
    {
        string section = Section(Write([.. Enumerable.Range(0, 25).Select(row => Row(row, ""))]), "Members without a summary");

        section.Should().Contain("25; the first 20:").And.Contain("- M:N.C.M19").And.NotContain("M20");
    }

    [Fact]
    public void Characters_of_markdown_stay_characters() => Write(Row(0, "a|b <c> `d` *e*")).Should().Contain(@"a\|b \<c> \`d\` \*e\*");

    [Fact]
    public void An_empty_table_has_a_report_too() => Write().Should().Contain("0 members").And.Contain("None.");

    private static MemberRow Row(int row, string summary, string kind = "Method", string ns = "N") =>
        new(row, kind, ns, $"M:N.C.M{row}", SummaryText.CountWords(summary), null, 0, null, "good", "a.xml", summary);

    private static string Write(params MemberRow[] rows)
    {
        using var text = new StringWriter { NewLine = "\n" };
        MemberReport.Write(text, rows);
        return text.ToString();
    }

    private static string Section(string report, string title) => report.Split($"## {title}\n")[1].Split("\n## ")[0];
}
