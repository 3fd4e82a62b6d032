using ExecGraph.Execution;

namespace ExecGraph.Tests.Support;

/// <summary>
/// The four shapes of graph that schedules are judged by, in virtual time: every cell is a call that takes a log-normal time
/// (median 1 s, sigma 0.8), at most 16 at once for each limiter.
/// </summary>
internal sealed class Shapes
{
    private const int Capacity = 16;

    private readonly GraphBuilder _graph = new() { RowGroupSize = 256 };
    private readonly Dictionary<string, (double[] Seconds, string? After, Limiter Limiter)> _columns = [];
    private readonly Limiter _generators = new("generators") { MaxConcurrency = Capacity };
    private readonly Limiter _judges = new("judges") { MaxConcurrency = Capacity };
    private readonly Random _random;
    private readonly int _rows;

    internal Shapes(string shape, int rows, int seed)
    {
        _random = new Random(seed);
        _rows = rows;
        Column<long> topic = Start("topic");
        switch (shape)
        {
            case "narrow" or "deep":
                Column<long> summary = Cell("summary", topic, _generators);
                Cell("conclusion", Cell("analysis", summary, _generators), _generators);
                if (shape == "deep")
                    Cell("trivia", topic, _generators);
                break;
            case "wide":
                for (int i = 0; i < 5; i++)
                    Cell($"wide {i}", topic, _generators);
                break;
            default:
                for (int i = 0; i < 3; i++)
                    Cell($"judge {i}", Cell($"model {i}", topic, _generators), _judges);
                break;
        }
    }

    /// <summary>Seconds from the first cell to the last.</summary>
    internal double Run()
    {
        var host = new VirtualTimeHost();
        RunReport report = host.Run(_graph.Build(_rows).RunAsync(new RunOptions
        {
            Host = host,
            TimeProvider = host.TimeProvider,
            MaxActiveRowGroups = 4,
        }));
        return report.Elapsed.TotalSeconds;
    }

    /// <summary>No schedule is shorter: a limiter's earliest start, its work by its capacity, its shortest tail; or the longest path of a row.</summary>
    internal double LowerBound()
    {
        double bound = Rows().Max(row => _columns.Keys.Max(column => Before(column, row) + _columns[column].Seconds[row]));
        foreach (IGrouping<Limiter, string> limiter in _columns.Keys.GroupBy(column => _columns[column].Limiter))
        {
            double earliest = limiter.Min(column => Rows().Min(row => Before(column, row)));
            double work = limiter.Sum(column => _columns[column].Seconds.Sum());
            double tail = limiter.Min(column => Rows().Min(row => After(column, row)));
            bound = Math.Max(bound, earliest + work / Capacity + tail);
        }

        return bound;
    }

    private IEnumerable<int> Rows() => Enumerable.Range(0, _rows);

    private double Before(string column, int row) =>
        _columns[column].After is { } producer ? Before(producer, row) + _columns[producer].Seconds[row] : 0;

    private double After(string column, int row) =>
        _columns.Where(pair => pair.Value.After == column).Select(pair => pair.Value.Seconds[row] + After(pair.Key, row)).DefaultIfEmpty().Max();

    private Column<long> Start(string name)
    {
        double[] seconds = Declare(name, after: null, _generators);
        return _graph.Start(name, async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds[context.Row]), context.TimeProvider, context.CancellationToken);
            return context.Row;
        }, new CellOptions { Limiter = _generators });
    }

    private Column<long> Cell(string name, Column<long> after, Limiter limiter)
    {
        double[] seconds = Declare(name, after.Name, limiter);
        return _graph.From(after).Cell(name, async (value, context) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds[context.Row]), context.TimeProvider, context.CancellationToken);
            return value;
        }, new CellOptions { Limiter = limiter });
    }

    private double[] Declare(string name, string? after, Limiter limiter)
    {
        var seconds = new double[_rows];
        for (int row = 0; row < _rows; row++)
            seconds[row] = Math.Exp(0.8 * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
        _columns.Add(name, (seconds, after, limiter));
        return seconds;
    }
}
