using ExecGraph.Execution;

namespace ExecGraph.Tests.Support;

/// <summary>Runs a shape by the engine, in virtual time: every cell is a call that waits as long as the shape says.</summary>
internal sealed class ShapeRun
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = Shape.GroupSize };
    private readonly Limiter[] _limiters =
    [
        new("generators") { MaxConcurrency = Shape.Capacity },
        new("judges") { MaxConcurrency = Shape.Capacity },
    ];

    private readonly VirtualTimeHost _host = new();
    private readonly Schedule _schedule;

    private ShapeRun(Shape shape)
    {
        _schedule = new Schedule(shape.Rows);
        var columns = new List<Column<long>>();
        foreach (ShapeColumn column in shape.Columns)
        {
            var options = new CellOptions { Limiter = _limiters[column.Limiter] };
            columns.Add(column.After < 0
                ? _graph.Start(column.Name, context => Wait(column, context), options)
                : _graph.From(columns[column.After]).Cell(column.Name, (_, context) => Wait(column, context), options));
        }
    }

    internal static Schedule Of(Shape shape)
    {
        var run = new ShapeRun(shape);
        run._host.Run(run._graph.Build(shape.Rows).RunAsync(new RunOptions
        {
            Host = run._host,
            TimeProvider = run._host.TimeProvider,
            MaxActiveRowGroups = 4,
        }));
        return run._schedule;
    }

    private async Task<long> Wait(ShapeColumn column, CellContext context)
    {
        await Task.Delay(TimeSpan.FromSeconds(column.Seconds[context.Row]), context.TimeProvider, context.CancellationToken);
        _schedule.CellEnded((int)context.Row, (double)_host.TimeProvider.GetTimestamp() / TimeSpan.TicksPerSecond);
        return context.Row;
    }
}
