using ExecGraph.Graph;

namespace ExecGraph.Tests.Graph;

public class NameSuggestionTests
{
    [Theory]
    [InlineData("sumary", "summary")]
    [InlineData("summaryy", "summary")]
    [InlineData("summery", "summary")]
    [InlineData("smumary", "summary")]
    [InlineData("SUMMARY", "summary")]
    [InlineData("id", "ID")]
    [InlineData("abc", "abd")]
    [InlineData("ab", "abc")]
    [InlineData("abxyef", "abcdef")]
    public void A_name_that_differs_in_at_most_a_third_of_its_letters_is_near(string wanted, string name) =>
        NameSuggestion.For(wanted, [name]).Should().Be($" Did you mean '{name}'?");

    [Theory]
    [InlineData("", "a")]
    [InlineData("a", "b")]
    [InlineData("ab", "ac")]
    [InlineData("abxyzf", "abcdef")]
    [InlineData("abc", "xyz")]
    [InlineData("summary", "su")]
    [InlineData("su", "summary")]
    [InlineData("abcdef", "xyzabcxyz")]
    public void A_name_that_differs_in_more_is_not(string wanted, string name) => NameSuggestion.For(wanted, [name]).Should().BeEmpty();

    [Fact]
    public void The_nearest_name_is_suggested_and_of_equals_the_first()
    {
        NameSuggestion.For("summary", ["summxyy", "summay", "sumary"]).Should().Be(" Did you mean 'summay'?");
        NameSuggestion.For("summary", ["Summary", "summary"]).Should().Be(" Did you mean 'Summary'?");
        NameSuggestion.For("summary", []).Should().BeEmpty();
    }
}
