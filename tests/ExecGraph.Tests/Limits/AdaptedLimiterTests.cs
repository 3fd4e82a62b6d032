using System.Threading.RateLimiting;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>A limiter of another kind behind ours. It keeps its own time, so these run on real threads.</summary>
public sealed class AdaptedLimiterTests
{
    [Theory]
    [InlineData(1_000)] // it queues who waits
    [InlineData(0)] // it refuses, and is asked again
    public async Task Its_permits_are_never_exceeded_and_all_come_back(int queueLimit)
    {
        await using var inner = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 3, QueueLimit = queueLimit });
        var limiter = new Limiter("adapted", inner);
        var gauge = new Gauge();
        ExecutionGraph table = Table(limiter, gauge, rows: 300);
        await Task.WhenAll(table.RunAsync(), table.RunAsync());
        gauge.Most.Should().BeLessThanOrEqualTo(3);
        gauge.Total.Should().Be(600);
        inner.GetStatistics()!.CurrentAvailablePermits.Should().Be(3);
    }

    [Fact]
    public async Task Our_own_limits_hold_beside_it()
    {
        await using var inner = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 50, QueueLimit = 100 });
        var gauge = new Gauge();
        await Table(new Limiter("adapted", inner) { MaxConcurrency = 2 }, gauge, rows: 200).RunAsync();
        gauge.Most.Should().BeLessThanOrEqualTo(2);
        gauge.Total.Should().Be(200);
        inner.GetStatistics()!.CurrentAvailablePermits.Should().Be(50);
    }

    [Fact]
    public async Task A_bucket_without_a_queue_says_when_to_ask_again()
    {
        await using var inner = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 5,
            TokensPerPeriod = 5,
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(5),
            QueueLimit = 0,
        });
        var gauge = new Gauge();
        await Table(new Limiter("adapted", inner), gauge, rows: 40).RunAsync();
        gauge.Total.Should().Be(40);
        inner.GetStatistics()!.TotalSuccessfulLeases.Should().BeGreaterThanOrEqualTo(40);
    }

    [Fact]
    public async Task One_that_throws_fails_the_run_that_waits_for_it_naming_the_limiter()
    {
        var inner = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 1 });
        await inner.DisposeAsync();
        Func<Task> run = () => Table(new Limiter("adapted", inner), new Gauge(), rows: 5).RunAsync();
        (await run.Should().ThrowAsync<InvalidOperationException>()).WithMessage("Limiter 'adapted' cannot grant permits any more: *")
            .WithInnerException<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_run_that_fails_leaves_no_lease_behind()
    {
        await using var inner = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 2, QueueLimit = 100 });
        var graph = new GraphBuilder { RowGroupSize = 16 };
        graph.Start(
            "a",
            async (row, _) =>
            {
                await Task.Yield();
                return row == 100 ? throw new FormatException("hundred") : row;
            },
            new CellOptions { Limiter = new Limiter("adapted", inner) });
        await new Func<Task>(() => graph.Build(1_000).RunAsync()).Should().ThrowAsync<CellFailedException>();
        inner.GetStatistics()!.CurrentAvailablePermits.Should().Be(2);
    }

    private static ExecutionGraph Table(Limiter limiter, Gauge gauge, int rows)
    {
        var graph = new GraphBuilder { RowGroupSize = 16 };
        graph.Start(
            "a",
            async (row, _) =>
            {
                gauge.Enter();
                await Task.Yield();
                gauge.Leave();
                return row;
            },
            new CellOptions { Limiter = limiter });
        return graph.Build(rows);
    }
}
