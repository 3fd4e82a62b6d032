using Enrichment;

namespace ExecGraph.Tests.Samples;

public sealed class EnrichmentOptionsTests
{
    [Fact]
    public void Every_option_is_taken_over() =>
        EnrichmentOptions.Parse(
            ["--rows", "7", "--seed", "0", "--concurrency", "3", "--rate", "5", "--quota", "9", "--day", "4", "--latency", "0", "--print", "0", "--help"])
            .Should().BeEquivalentTo(new
            {
                Rows = 7,
                Concurrency = 3,
                Rate = 5,
                Print = 0,
                ShowHelp = true,
                Service = new ServiceOptions { Seed = 0, Quota = 9, Day = TimeSpan.FromSeconds(4), Latency = TimeSpan.Zero },
            });

    [Fact]
    public void The_help_tells_the_defaults()
    {
        EnrichmentOptions options = EnrichmentOptions.Parse([]);

        foreach ((string name, double value) in new (string, double)[]
        {
            ("--rows <n>", options.Rows), ("--seed <n>", options.Service.Seed), ("--concurrency <n>", options.Concurrency), ("--rate <n>", options.Rate),
            ("--quota <n>", options.Service.Quota), ("--day <s>", options.Service.Day.TotalSeconds), ("--latency <ms>", options.Service.Latency.TotalMilliseconds),
            ("--print <n>", options.Print),
        })
        {
            EnrichmentOptions.Help.Split('\n').Should().ContainSingle(line => line.Contains(name, StringComparison.Ordinal))
                .Which.Should().Contain($"(default: {value})");
        }

        EnrichmentOptions.Help.Should().Contain($"the service bears {options.Service.Rate} ");
        options.Rate.Should().BeLessThan(options.Service.Rate);
    }

    [Theory]
    [InlineData("Unknown option '--row'*", "--row", "1")]
    [InlineData("Unknown option 'stray'*", "stray")]
    [InlineData("--rows needs a value*", "--rows")]
    [InlineData("--quota needs a value*", "--quota", "--help")]
    [InlineData("--rows needs a whole number from 1, not '0'.", "--rows", "0")]
    [InlineData("--rows needs a whole number from 1, not ''.", "--rows", "")]
    [InlineData("--rate needs a whole number from 1, not '99999999999'.", "--rate", "99999999999")]
    [InlineData("--latency needs a whole number from 0, not '-1'.", "--latency", "-1")]
    [InlineData("--day needs a whole number from 1 to 86400, not '86401'.", "--day", "86401")]
    [InlineData("--concurrency needs a whole number from 1, not 'many'.", "--concurrency", "many")]
    public void What_is_wrong_is_said(string message, params string[] args)
    {
        Action parse = () => EnrichmentOptions.Parse(args);

        parse.Should().Throw<UserErrorException>().WithMessage(message);
    }
}
