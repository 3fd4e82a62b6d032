namespace ExecGraph.Tests.Definition;

/// <summary>Options refuse what they cannot mean, where it is written.</summary>
public class OptionsTests
{
    private static readonly TimeSpan Negative = TimeSpan.FromTicks(-1);

    public static TheoryData<string, Func<int, object>> Counts => new()
    {
        { "Workers", value => new RunOptions { Workers = value } },
        { "MaxConcurrentCells", value => new RunOptions { MaxConcurrentCells = value } },
        { "MaxActiveRowGroups", value => new RunOptions { MaxActiveRowGroups = value } },
        { "MaxBufferedRowGroups", value => new RunOptions { MaxBufferedRowGroups = value } },
        { "MaxAttempts", value => new RetryOptions { MaxAttempts = value } },
        { "MaxBatchSize", value => new StreamOptions { MaxBatchSize = value } },
        { "MinBatchSize", value => new StreamOptions { MinBatchSize = value } },
        { "MaxConcurrency", value => new Limiter("model") { MaxConcurrency = value } },
    };

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_count_is_at_least_one(string option, Func<int, object> with)
    {
        foreach (int value in new[] { 0, -1, int.MinValue })
            with.Invoking(make => make(value)).Should().Throw<ArgumentOutOfRangeException>("{0} is {1}", option, value);
        foreach (int value in new[] { 1, int.MaxValue })
            with.Invoking(make => make(value)).Should().NotThrow("{0} is {1}", option, value);
    }

    [Fact]
    public void A_delay_is_not_negative()
    {
        FluentActions.Invoking(() => new RetryOptions { Delay = Negative }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RetryOptions { MaxDelay = Negative }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RetryOptions { Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero }).Should().NotThrow();
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 400)]
    [InlineData(8, 25_600)]
    [InlineData(9, 30_000)]
    [InlineData(int.MaxValue, 30_000)]
    public void Delays_double_up_to_the_longest(int attempt, int milliseconds) =>
        new RetryOptions { HasJitter = false }.DelayAfter(attempt, seed: 0).Should().Be(TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void The_largest_delay_does_not_overflow() =>
        new RetryOptions { Delay = TimeSpan.MaxValue, MaxDelay = TimeSpan.MaxValue, HasJitter = false }.DelayAfter(100, seed: 0).Should().Be(TimeSpan.MaxValue);

    [Fact]
    public void The_clock_of_a_run_is_not_null() =>
        FluentActions.Invoking(() => new RunOptions { TimeProvider = null! }).Should().Throw<ArgumentNullException>();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_limiter_has_a_name(string? name) => FluentActions.Invoking(() => new Limiter(name!)).Should().Throw<ArgumentException>();
}
