namespace ExecGraph.Tests.Support;

/// <summary>What became of the cells of one lane, in virtual time: when each was ready, began and ended.</summary>
internal sealed class LaneTrace(TimeProvider timeProvider)
{
    private readonly Dictionary<(string Column, long Row), double> _ready = [];
    private readonly List<(string Column, long Row, double Begun, double Ended)> _cells = [];

    internal void Ready(string column, long row) => _ready[(column, row)] = Now;

    /// <summary>A cell's body: waits, and notes when.</summary>
    internal async Task<long> Cell(string column, double seconds, CellContext context)
    {
        double begun = Now;
        await Task.Delay(TimeSpan.FromSeconds(seconds), context.TimeProvider, context.CancellationToken);
        _cells.Add((column, context.Row, begun, Now));
        return context.Row;
    }

    /// <summary>Seconds from ready to begun, ascending; what nobody called ready was so from the start.</summary>
    internal double[] Waits(string column, long rows = long.MaxValue) =>
        [.. _cells.Where(cell => cell.Column == column && cell.Row < rows).Select(cell => cell.Begun - ReadyAt(cell.Column, cell.Row)).Order()];

    /// <summary>The column of each cell, in the order in which they ended.</summary>
    internal IEnumerable<string> Columns() => _cells.Select(cell => cell.Column);

    /// <summary>Permit-seconds that stayed free while a cell waited for one.</summary>
    internal double IdleWhileWaiting(int capacity)
    {
        double[] instants = [.. _cells.SelectMany(cell => new[] { ReadyAt(cell.Column, cell.Row), cell.Begun, cell.Ended }).Distinct().Order()];
        return instants.Zip(instants.Skip(1)).Sum(span =>
        {
            int running = _cells.Count(cell => cell.Begun <= span.First && cell.Ended > span.First);
            int waiting = _cells.Count(cell => ReadyAt(cell.Column, cell.Row) <= span.First && cell.Begun > span.First);
            return Math.Min(capacity - running, waiting) * (span.Second - span.First);
        });
    }

    private double Now => (double)timeProvider.GetTimestamp() / TimeSpan.TicksPerSecond;

    private double ReadyAt(string column, long row) => _ready.GetValueOrDefault((column, row));
}
