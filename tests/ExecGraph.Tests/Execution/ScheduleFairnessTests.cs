using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>How columns share the permits of a lane, in virtual time.</summary>
public sealed class ScheduleFairnessTests
{
    private const int Capacity = 8;
    private const int HeavyRows = 512;
    private const double HeavySeconds = 0.5;
    private const int PeerRows = 256;
    private const double PeerSeconds = 0.05;
    private const double Late = 5.2;

    private readonly VirtualTimeHost _host = new();
    private readonly GraphBuilder _graph = new() { RowGroupSize = 256 };
    private readonly CellOptions _lane = new() { Limiter = new Limiter("lane") { MaxConcurrency = Capacity } };
    private readonly LaneTrace _trace;

    public ScheduleFairnessTests() => _trace = new LaneTrace(_host.TimeProvider);

    /// <summary>
    /// Fair is an equal share of the permits: with n columns that all have work, the peer would hold 8 / n permits from the instant it is
    /// ready, and so begin its k-th cell after k x 0.05 s / (8 / n). To take turns call by call would be less: the heavy ones would hold
    /// ten times as many permits as the peer, because their calls last ten times as long. The rule cannot call a cell back, so the peer
    /// also waits for the first heavy ones to end; twice the share is room for that.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_late_peer_of_a_heavy_column_waits_at_most_twice_its_fair_share(int heavyColumns)
    {
        Column<long> seed = _graph.Start("seed", row => row);
        for (int i = 0; i < heavyColumns; i++)
            _graph.From(seed).Cell($"heavy {i}", (_, context) => _trace.Cell("heavy", HeavySeconds, context), _lane);
        AddLatePeer();
        Run();

        double fairShare = PeerRows * PeerSeconds / ((double)Capacity / (heavyColumns + 1));
        Percentile95(_trace.Waits("peer", PeerRows)).Should().BeLessThan(2 * 0.95 * fairShare);
        _trace.IdleWhileWaiting(Capacity).Should().Be(0);
    }

    [Fact]
    public void A_late_peer_behind_a_heavy_root_waits_at_most_twice_its_fair_share()
    {
        _graph.Start("heavy", context => _trace.Cell("heavy", HeavySeconds, context), _lane);
        AddLatePeer();
        Run();

        double fairShare = PeerRows * PeerSeconds / (Capacity / 2.0);
        Percentile95(_trace.Waits("peer", PeerRows)).Should().BeLessThan(2 * 0.95 * fairShare);
        _trace.IdleWhileWaiting(Capacity).Should().Be(0);
    }

    [Fact]
    public void Equals_take_turns_when_there_are_more_of_them_than_permits()
    {
        const int Columns = 24;
        for (int i = 0; i < Columns; i++)
        {
            string name = $"column {i}";
            _graph.Start(name, context => _trace.Cell(name, PeerSeconds, context), _lane);
        }

        Run();

        _trace.Columns().Chunk(Columns).Should().OnlyContain(turn => turn.Distinct().Count() == Columns);
    }

    /// <summary>
    /// A consumer is deeper than its root, so it takes the next permit that comes free. Only when the tail is near do the last roots go
    /// first: 64 cells with what follows them, which is 32 roots, or four times the lane.
    /// </summary>
    [Fact]
    public void A_heavy_root_does_not_starve_its_consumers()
    {
        Column<long> root = _graph.Start("root", async context =>
        {
            long row = await _trace.Cell("root", HeavySeconds, context);
            _trace.Ready("consumer", row);
            return row;
        }, _lane);
        _graph.From(root).Cell("consumer", (_, context) => _trace.Cell("consumer", PeerSeconds, context), _lane);
        Run();

        double[] waits = _trace.Waits("consumer");
        Percentile95(waits).Should().BeLessThan(HeavySeconds);
        waits[^1].Should().BeLessThan(4 * HeavySeconds);
        _trace.IdleWhileWaiting(Capacity).Should().Be(0);
    }

    private static double Percentile95(double[] ascending) => ascending[(int)(0.95 * ascending.Length)];

    private void AddLatePeer()
    {
        // The rows beyond the peer's come when all else is over.
        Column<long> gate = _graph.Start("gate", async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(context.Row < PeerRows ? Late : 1000), context.TimeProvider, context.CancellationToken);
            _trace.Ready("peer", context.Row);
            return context.Row;
        });
        _graph.From(gate).Cell("peer", (_, context) => _trace.Cell("peer", PeerSeconds, context), _lane);
    }

    private void Run() => _host.Run(_graph.Build(HeavyRows).RunAsync(new RunOptions
    {
        Host = _host,
        TimeProvider = _host.TimeProvider,
        MaxConcurrentCells = HeavyRows, // every gate waits from the start
    }));
}
