using System.Collections.Concurrent;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>Limits on real threads and by the real clock: each call tells when it began, and nothing may ever have been too much.</summary>
public sealed class LimiterSoakTests
{
    private readonly TimeProvider _clock = TimeProvider.System;

    [Fact]
    public async Task No_window_ever_holds_a_call_too_many_however_threads_are_held_up()
    {
        const int Permits = 5;
        var window = TimeSpan.FromMilliseconds(20);
        for (int round = 0; round < Soak.Times(2); round++)
        {
            var limiter = new Limiter("shared") { Requests = new RateLimit(Permits, window) };
            var begins = new ConcurrentBag<long>();
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Graph(limiter, begins).RunAsync(new RunOptions { Workers = 2 })));

            long[] sorted = [.. begins.Order()];
            sorted.Should().HaveCount(3 * 2 * 30);
            for (int i = Permits; i < sorted.Length; i++)
                _clock.GetElapsedTime(sorted[i - Permits], sorted[i]).Should().BeGreaterThanOrEqualTo(window, "call {0}", i);
        }
    }

    [Fact]
    public async Task Concurrency_is_never_exceeded_by_runs_that_share_it()
    {
        for (int round = 0; round < Soak.Times(2); round++)
        {
            var limiter = new Limiter("shared") { MaxConcurrency = 7 };
            var gauge = new Gauge();
            var graph = new GraphBuilder { RowGroupSize = 32 };
            Column<long> a = graph.Start("a", (row, _) => Counted(gauge, row), new CellOptions { Limiter = limiter });
            graph.From(a).Cell("b", (row, _) => Counted(gauge, row), new CellOptions { Limiter = limiter });
            ExecutionGraph table = graph.Build(2_000);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => table.RunAsync(new RunOptions { Workers = 2 })));
            gauge.Most.Should().BeLessThanOrEqualTo(7);
            gauge.Total.Should().Be(3 * 2 * 2_000);
            limiter.CurrentConcurrency.Should().Be(0);
        }
    }

    private ExecutionGraph Graph(Limiter limiter, ConcurrentBag<long> begins)
    {
        var options = new CellOptions { Limiter = limiter };
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<long> a = graph.Start("a", (row, _) => Call(row), options);
        graph.From(a).Cell("b", (row, _) => Call(row), options);
        return graph.Build(30);

        async ValueTask<long> Call(long row)
        {
            begins.Add(_clock.GetTimestamp());
            await Task.Yield();
            return row;
        }
    }

    private static async ValueTask<long> Counted(Gauge gauge, long row)
    {
        gauge.Enter();
        await Task.Yield();
        gauge.Leave();
        return row;
    }
}
