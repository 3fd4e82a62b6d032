using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class SummaryTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  One\n   line.  ", "One line.")]
    [InlineData("a &lt; b &amp;&amp; c", "a < b && c")]
    [InlineData("""A <see cref="T:System.Collections.Generic.List`1" />.""", "A List.")]
    [InlineData("""A <see cref="T:System.String">piece of text</see>.""", "A piece of text.")]
    [InlineData("""Is <see langword="null" />?""", "Is null?")]
    [InlineData("""See <see href="https://example.org" />.""", "See https://example.org.")]
    [InlineData("""Use <xref data-throw-if-not-resolved="true" uid="System.IO.Stream.ReadAsync(System.Byte[],System.Int32)" />.""", "Use ReadAsync.")]
    [InlineData("""<paramref name="a" /> of <typeparamref name="T" />.""", "a of T.")]
    [InlineData("<para>One.</para><para>Two.</para>", "One. Two.")]
    [InlineData("One.<br />Two <c>code</c>.", "One. Two code.")]
    public void A_plain_summary_reads_as_it_is_shown(string xml, string plain) => SummaryText.Plain(xml).Should().Be(plain);

    [Theory]
    [InlineData("", 0)]
    [InlineData("One", 1)]
    [InlineData("One, two and three.", 4)]
    public void Words_are_counted_by_the_spaces_between_them(string summary, int words) => SummaryText.CountWords(summary).Should().Be(words);

    [Fact]
    public void Short_words_are_easier_to_read_than_long_ones()
    {
        ReadingEase.Score("The cat sat on the mat.").Should().BeGreaterThan(100);
        ReadingEase.Score("Asynchronously enumerates serialization configurations.").Should().BeNegative();
    }

    [Fact]
    public void A_missing_summary_has_no_reading_ease() => ReadingEase.Score("").Should().BeNull();

    [Theory]
    [InlineData(0, null, null, "missing")]
    [InlineData(8, 60.0, 3L, "repeat")]
    [InlineData(3, 60.0, null, "too short")]
    [InlineData(61, 60.0, null, "too long")]
    [InlineData(8, -1.0, null, "hard to read")]
    [InlineData(8, 0.0, null, "good")]
    public void A_reviewer_judges_by_simple_rules(int words, double? ease, long? sameAs, string verdict) =>
        Reviewer.Judge(words, ease, sameAs).Should().Be(verdict);
}
