using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Benchmarks;

/// <summary>
/// A heavy root, 512 cells of half a second, and a peer that comes late, 256 cells of a twentieth, on one limiter of eight permits.
/// Fair would be half of the permits from the instant at which the peer is ready.
/// </summary>
internal static class HeavyRoot
{
    private const int Capacity = 8;
    private const int HeavyRows = 512;
    private const double HeavySeconds = 0.5;
    private const int PeerRows = 256;
    private const double PeerSeconds = 0.05;
    private const double Late = 5.2;

    /// <returns>Permit-seconds that stayed free while a cell waited; the peer's wait that 95 % do not exceed, and the fair one.</returns>
    internal static (double Idle, double Wait, double FairWait) Run()
    {
        var host = new VirtualTimeHost();
        var trace = new LaneTrace(host.TimeProvider);
        var lane = new CellOptions { Limiter = new Limiter("lane") { MaxConcurrency = Capacity } };
        var graph = new GraphBuilder { RowGroupSize = Shape.GroupSize };
        graph.Start("heavy", context => trace.Cell("heavy", HeavySeconds, context), lane);

        // A table has as many rows in every column: the peer's further ones come when all else is over, and are not looked at.
        Column<long> gate = graph.Start("gate", async context =>
        {
            double wait = context.Row < PeerRows ? Late : 1000;
            await Task.Delay(TimeSpan.FromSeconds(wait), context.TimeProvider, context.CancellationToken).ConfigureAwait(false);
            trace.Ready("peer", context.Row);
            return context.Row;
        });
        graph.From(gate).Cell("peer", (_, context) => trace.Cell("peer", PeerSeconds, context), lane);
        host.Run(graph.Build(HeavyRows).RunAsync(new RunOptions
        {
            Host = host,
            TimeProvider = host.TimeProvider,
            MaxConcurrentCells = HeavyRows, // every gate waits from the start
        }));
        double[] waits = trace.Waits("peer", PeerRows);
        const double fairPermits = Capacity / 2.0;
        return (trace.IdleWhileWaiting(Capacity), waits[(int)(0.95 * waits.Length)], 0.95 * PeerRows * PeerSeconds / fairPermits);
    }
}
