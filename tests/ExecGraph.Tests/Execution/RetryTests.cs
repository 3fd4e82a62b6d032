using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class RetryTests
{
    private static readonly RetryOptions Jittered = new() { MaxAttempts = 10, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(20) };

    private readonly VirtualTimeHost _host = new();

    [Fact]
    public void Jittered_waits_are_between_the_delay_and_three_times_the_wait_before()
    {
        var all = new HashSet<TimeSpan>();
        for (ulong seed = 0; seed < 500; seed++)
        {
            double before = 1;
            for (int attempt = 1; attempt <= 9; attempt++)
            {
                TimeSpan delay = Jittered.DelayAfter(attempt, seed);
                delay.TotalSeconds.Should().BeInRange(1, Math.Min(20, before * 3));
                Jittered.DelayAfter(attempt, seed).Should().Be(delay, "it depends on nothing else");
                before = delay.TotalSeconds;
                all.Add(delay);
            }
        }

        all.Count.Should().BeGreaterThan(3000, "cells that fail together come back apart");
        all.Max().TotalSeconds.Should().Be(20, "waits grow to the longest");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 5)]
    [InlineData(7, 5)]
    public void Jitter_keeps_to_the_longest_delay(int delay, int longest)
    {
        var retry = new RetryOptions { Delay = TimeSpan.FromSeconds(delay), MaxDelay = TimeSpan.FromSeconds(longest) };
        foreach (int attempt in new[] { 1, 2, 100, int.MaxValue })
            retry.DelayAfter(attempt, seed: 3).TotalSeconds.Should().BeInRange(0, longest);
    }

    [Fact]
    public void A_run_with_the_same_seed_waits_the_same()
    {
        double Time(long seed)
        {
            var host = new VirtualTimeHost();
            var graph = new GraphBuilder();
            graph.Start("x", context => context.Attempt < 4 ? throw new FormatException() : 1, new CellOptions { Retry = Jittered });
            host.Report(graph.Build(20), options => options with { Seed = seed });
            return host.Seconds();
        }

        Time(1).Should().Be(Time(1)).And.NotBe(Time(2));
    }

    [Fact]
    public void A_failure_that_is_not_worth_it_is_not_tried_again()
    {
        var asked = new List<(string, int)>();
        var retry = new RetryOptions
        {
            MaxAttempts = 5,
            ShouldRetry = (exception, attempt) =>
            {
                asked.Add((exception.Message, attempt));
                return exception is FormatException;
            },
        };
        var graph = new GraphBuilder();
        graph.Start("x", long (CellContext context) => context.Attempt < 3 ? throw new FormatException("again") : throw new NotSupportedException("never"), new CellOptions { Retry = retry });
        CellFailedException failed = FluentActions.Invoking(() => _host.Report(graph.Build(1))).Should().Throw<CellFailedException>().Which;
        failed.Attempts.Should().Be(3);
        failed.InnerException.Should().BeOfType<NotSupportedException>();
        asked.Should().Equal(("again", 1), ("again", 2), ("never", 3));
    }

    [Fact]
    public void A_question_that_throws_ends_the_attempts_and_keeps_the_cause()
    {
        var graph = new GraphBuilder();
        graph.Start("x", long (row) => throw new FormatException("cell"),
            new CellOptions { Retry = new RetryOptions { ShouldRetry = (_, _) => throw new NotSupportedException("question") } });
        FluentActions.Invoking(() => _host.Report(graph.Build(1))).Should().Throw<CellFailedException>()
            .Which.InnerException.Should().BeOfType<AggregateException>().Which.InnerExceptions.Select(inner => inner.Message).Should().Equal("question", "cell");
    }

    [Fact]
    public void A_waiting_cell_holds_no_permit()
    {
        var limiter = new Limiter("one") { MaxConcurrency = 1 };
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async (CellContext context) =>
        {
            await VirtualRun.Wait(context, 1);
            return context is { Row: 0, Attempt: 1 } ? throw new FormatException() : context.Row;
        }, new CellOptions { Limiter = limiter, Retry = new RetryOptions { Delay = TimeSpan.FromSeconds(100), HasJitter = false, MaxDelay = TimeSpan.FromHours(1) } });
        _host.Collect(graph.Build(10), x).Rows.Should().HaveCount(10);
        _host.Seconds().Should().Be(102, "the other rows went on meanwhile");
    }
}
