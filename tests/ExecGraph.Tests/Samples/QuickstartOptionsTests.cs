using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class QuickstartOptionsTests
{
    [Fact]
    public void Without_options_all_members_of_the_sdk_go_to_the_folder_out() =>
        QuickstartOptions.Parse([]).Should().BeEquivalentTo(new
        {
            Input = (string?)null,
            Output = "out",
            Rows = (int?)null,
            Latency = TimeSpan.FromMilliseconds(10),
            Reviewers = 64,
            ShowHelp = false,
        });

    [Fact]
    public void Every_option_is_taken_over() =>
        QuickstartOptions.Parse(["--input", "in", "--output", "o", "--rows", "7", "--latency", "0", "--reviewers", "3", "--help"]).Should().BeEquivalentTo(new
        {
            Input = "in",
            Output = "o",
            Rows = 7,
            Latency = TimeSpan.Zero,
            Reviewers = 3,
            ShowHelp = true,
        });

    [Theory]
    [InlineData("Unknown option '--row'*", "--row", "1")]
    [InlineData("Unknown option 'stray'*", "stray")]
    [InlineData("--rows needs a value*", "--rows")]
    [InlineData("--output needs a value*", "--output", "--help")]
    [InlineData("--input needs a value*", "--input", "")]
    [InlineData("--rows needs a whole number from 1, not '0'.", "--rows", "0")]
    [InlineData("--rows needs a whole number from 1, not '99999999999'.", "--rows", "99999999999")]
    [InlineData("--latency needs a whole number from 0, not '-1'.", "--latency", "-1")]
    [InlineData("--reviewers needs a whole number from 1, not 'many'.", "--reviewers", "many")]
    public void What_is_wrong_is_said(string message, params string[] args)
    {
        Action parse = () => QuickstartOptions.Parse(args);

        parse.Should().Throw<UserErrorException>().WithMessage(message);
    }
}
