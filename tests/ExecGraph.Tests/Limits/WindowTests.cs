using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Limits;

/// <summary>Calls and weights in windows of time, by whole runs in virtual time.</summary>
public sealed class WindowTests
{
    private readonly VirtualClockRuns _run = new();
    private readonly CallLog _log;

    public WindowTests() => _log = new CallLog(_run);

    [Fact]
    public void Three_columns_that_share_sixty_a_minute_run_exactly_at_the_limit()
    {
        var limited = new CellOptions { Limiter = new Limiter("service") { Requests = RateLimit.PerMinute(60) } };
        var graph = new GraphBuilder { RowGroupSize = 32 };
        foreach (string name in (string[])["a", "b", "c"])
            graph.Start(name, context => _log.Call(name, context.Row, seconds: 0.3), limited);
        _run.Run(graph.Build(100));

        _log.Calls.Select(call => call.Begun).Should().Equal(Enumerable.Range(0, 300).Select(call => 60.0 * (call / 60)));
        _log.MostWithin(TimeSpan.FromMinutes(1)).Should().Be(60);
        _log.Begins("a").Take(20).Should().HaveCount(20).And.OnlyContain(at => at == 0, "columns take turns");
        _run.HasTimers.Should().BeFalse();
    }

    [Fact]
    public void A_window_slides_with_the_calls_in_it()
    {
        var limited = new CellOptions { Limiter = new Limiter("service") { MaxConcurrency = 1, Requests = new RateLimit(3, TimeSpan.FromSeconds(10)) } };
        var graph = new GraphBuilder();
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 2), limited);
        _run.Run(graph.Build(8));

        _log.Begins("a").Should().Equal(0, 2, 4, 10, 12, 14, 20, 22);
    }

    /// <summary>Whatever the arrivals, durations and weights: calls begin in their turn, each at the first instant at which all limits have room.</summary>
    [Fact]
    public void Calls_begin_at_the_first_instant_that_every_limit_allows() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 30], Gen.Int[5, 12], Gen.Int[1, 30], Arrivals.Array[1, 30])
            .Sample((concurrency, requests, requestWindow, weight, weightWindow, arrivals) =>
            {
                arrivals = [.. arrivals.OrderBy(arrival => arrival.At).Select((arrival, i) => arrival with { At = arrival.At + i * 1e-3 })];
                var run = new VirtualClockRuns();
                var log = new CallLog(run);
                var limiter = new Limiter("service")
                {
                    MaxConcurrency = concurrency,
                    Requests = new RateLimit(requests, TimeSpan.FromSeconds(requestWindow)),
                    Weight = new RateLimit(weight, TimeSpan.FromSeconds(weightWindow)),
                };
                RunArrivals(run, log, limiter, arrivals);

                log.Calls.Select(call => call.Begun).Should().Equal(Earliest(limiter, arrivals), (one, other) => Math.Abs(one - other) < 1e-6);
                log.MostWithin(limiter.Requests.Window).Should().BeLessThanOrEqualTo(requests);
                log.MostWithin(limiter.Weight.Window, call => call.Weight).Should().BeLessThanOrEqualTo(weight);
                log.Most.Should().BeLessThanOrEqualTo(concurrency);
                run.HasTimers.Should().BeFalse();
            }, iter: Soak.Times(200));

    [Fact]
    public void Two_runs_that_share_a_window_get_equal_shares_of_it()
    {
        var limited = new CellOptions { Limiter = new Limiter("service") { MaxConcurrency = 4, Requests = new RateLimit(6, TimeSpan.FromSeconds(10)) } };
        _run.Run(Table("first"), Table("second"));

        foreach (IGrouping<double, Call> instant in _log.Calls.Where(call => call.Row < 50).GroupBy(call => Math.Floor(call.Begun / 10)).Skip(1).Take(10))
            Math.Abs(instant.Count(call => call.Column == "first") - instant.Count(call => call.Column == "second")).Should().BeLessThanOrEqualTo(2);
        _log.MostWithin(TimeSpan.FromSeconds(10)).Should().Be(6);

        ExecutionGraph Table(string name)
        {
            var graph = new GraphBuilder();
            graph.Start(name, context => _log.Call(name, context.Row, seconds: 1), limited);
            return graph.Build(60);
        }
    }

    [Fact]
    public void A_call_that_waits_for_a_window_holds_no_place_among_the_calls_at_once()
    {
        var limiter = new Limiter("service") { MaxConcurrency = 3, Requests = new RateLimit(2, TimeSpan.FromSeconds(10)) };
        var graph = new GraphBuilder();
        var seen = new List<int>();
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 1), new CellOptions { Limiter = limiter });
        graph.Start("watch", async context =>
        {
            await _run.Wait(5 + context.Row);
            seen.Add(limiter.CurrentConcurrency);
            return 0;
        });
        _run.Run(graph.Build(5));
        seen.Should().Equal(0, 0, 0, 0, 0);
    }

    [Fact]
    public void Columns_of_another_limiter_go_on_while_one_waits_for_its_window()
    {
        var slow = new CellOptions { Limiter = new Limiter("slow") { Requests = new RateLimit(1, TimeSpan.FromHours(1)) } };
        var fast = new CellOptions { Limiter = new Limiter("fast") { MaxConcurrency = 2 } };
        var graph = new GraphBuilder();
        graph.Start("slow", context => _log.Call("slow", context.Row, seconds: 1), slow);
        Column<long> first = graph.Start("first", context => _log.Call("first", context.Row, seconds: 1), fast);
        graph.From(first).Cell("second", (row, context) => _log.Call("second", context.Row, seconds: 1), fast);
        _run.Run(graph.Build(5));

        _log.Calls.Where(call => call.Column != "slow").Max(call => call.Begun).Should().Be(4);
        _log.Begins("slow").Should().Equal(0, 3600, 7200, 10800, 14400);
    }

    [Fact]
    public void A_window_can_be_set_changed_and_lifted_while_calls_wait()
    {
        var limiter = new Limiter("service") { Requests = new RateLimit(1, TimeSpan.FromSeconds(10)) };
        var graph = new GraphBuilder();
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 0), new CellOptions { Limiter = limiter });
        graph.Start("change", async (CellContext context) =>
        {
            if (context.Row > 0)
                return context.Row;
            await _run.Wait(15).ConfigureAwait(false);
            limiter.Requests = new RateLimit(3, TimeSpan.FromSeconds(10)); // of which those at 10 count
            await _run.Wait(10).ConfigureAwait(false);
            limiter.Requests = new RateLimit(2, TimeSpan.FromSeconds(20)); // of which those at 15 and 20 count
            await _run.Wait(40).ConfigureAwait(false);
            limiter.Requests = null;
            return context.Row;
        }, new CellOptions { IsOrderDependent = true });
        _run.Run(graph.Build(11));

        _log.Begins("a").Should().Equal(0, 10, 15, 15, 20, 35, 40, 55, 60, 65, 65);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_call_over_many_rows_is_one_request(int batch)
    {
        var limited = new StreamOptions { Limiter = new Limiter("service") { Requests = new RateLimit(1, TimeSpan.FromSeconds(1)) }, MaxBatchSize = batch, MinBatchSize = batch };
        var begins = new List<double>();
        var graph = new GraphBuilder();
        Column<long> row = graph.Start("row", r => r);
        Column<long> batched = graph.From(row).Stream<long>("batched", Note, limited);
        graph.From(batched).Barrier<long>("barrier", Note, new BarrierOptions { Limiter = limited.Limiter });
        _run.Run(graph.Build(21));
        begins.Should().Equal(Enumerable.Range(0, 21 / batch + 1).Select(call => (double)call));

        async Task<IReadOnlyList<long>> Note(IRowBatch<long> rows, CancellationToken cancellationToken)
        {
            begins.Add(_run.Now);
            await Task.Delay(TimeSpan.FromMilliseconds(1), _run.Clock, cancellationToken);
            return [.. rows];
        }
    }

    [Fact]
    public void Synchronous_cells_take_their_turns_in_the_window_too()
    {
        var limited = new CellOptions { Limiter = new Limiter("service") { Requests = new RateLimit(10, TimeSpan.FromSeconds(1)) } };
        var begins = new List<double>();
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<long> x = graph.Start("x", r => r);
        Column<long> y = graph.From(x).Cell("y", Note, limited);
        graph.From(y).Cell("z", Note, limited);
        _run.Run(graph.Build(50));
        begins.Should().Equal(Enumerable.Range(0, 100).Select(call => (double)(call / 10)));

        long Note(long value)
        {
            begins.Add(_run.Now);
            return value;
        }
    }

    [Fact]
    public void Order_dependent_calls_keep_their_order_and_take_their_turns()
    {
        var limited = new CellOptions { Limiter = new Limiter("service") { Requests = new RateLimit(2, TimeSpan.FromSeconds(1)) }, IsOrderDependent = true };
        var graph = new GraphBuilder { RowGroupSize = 4 };
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 0), limited);
        _run.Run(graph.Build(20));
        _log.Calls.Select(call => call.Row).Should().BeInAscendingOrder();
        _log.Begins("a").Should().Equal(Enumerable.Range(0, 20).Select(call => (double)(call / 2)));
    }

    [Fact]
    public void Cells_of_dropped_rows_take_nothing()
    {
        var limited = new CellOptions { Limiter = new Limiter("service") { Requests = new RateLimit(1, TimeSpan.FromSeconds(10)) } };
        var graph = new GraphBuilder();
        Column<long> judged = graph.Start("judged", async context =>
        {
            await _run.Wait(5).ConfigureAwait(false);
            return context.Row;
        });
        graph.Where(judged, row => row % 10 == 0);
        graph.Start("a", context => _log.Call("a", context.Row, seconds: 0), limited);
        _run.Run(graph.Build(50));
        _log.Begins("a").Should().Equal(0, 10, 20, 30, 40);
    }

    private static readonly Gen<Arrival> Arrivals =
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 20], Gen.Int[0, 5], (at, seconds, weight) => new Arrival(at, seconds, weight));

    private static void RunArrivals(VirtualClockRuns run, CallLog log, Limiter limiter, Arrival[] arrivals)
    {
        var graph = new GraphBuilder { RowGroupSize = 8 };
        Column<Arrival> gate = graph.Start("gate", async context =>
        {
            await run.Wait(arrivals[context.Row].At);
            return arrivals[context.Row] = arrivals[context.Row] with { At = run.Now }; // delays are cut off to milliseconds
        });
        graph.From(gate).Cell("call", (arrival, context) => log.Call("call", context.Row, arrival.Seconds, arrival.Weight), new CellOptions
        {
            Limiter = limiter,
            Weight = inputs => inputs.Get<Arrival>("gate").Weight,
        });
        run.Run(graph.Build(arrivals.Length));
    }

    /// <summary>By trying every instant at which something can change.</summary>
    private static double[] Earliest(Limiter limiter, Arrival[] arrivals)
    {
        var begins = new double[arrivals.Length];
        for (int call = 0; call < arrivals.Length; call++)
        {
            double first = Math.Max(arrivals[call].At, call == 0 ? 0 : begins[call - 1]);
            double[] changes = [first, .. Enumerable.Range(0, call).SelectMany(other => new[]
            {
                begins[other] + arrivals[other].Seconds,
                begins[other] + limiter.Requests!.Window.TotalSeconds,
                begins[other] + limiter.Weight!.Window.TotalSeconds,
            })];
            begins[call] = changes.Where(at => at >= first - 1e-9).Order().First(at => Allows(at, call));
        }

        return begins;

        bool Allows(double at, int call)
        {
            bool IsWithin(int other, double seconds) => begins[other] + seconds > at + 1e-9;
            int[] before = [.. Enumerable.Range(0, call)];
            return before.Count(other => IsWithin(other, arrivals[other].Seconds)) < limiter.MaxConcurrency
                && before.Count(other => IsWithin(other, limiter.Requests!.Window.TotalSeconds)) < limiter.Requests!.Permits
                && before.Where(other => IsWithin(other, limiter.Weight!.Window.TotalSeconds)).Sum(other => arrivals[other].Weight) + arrivals[call].Weight <= limiter.Weight!.Permits;
        }
    }

    private sealed record Arrival(double At, double Seconds, long Weight);
}
