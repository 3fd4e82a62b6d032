namespace ExecGraph.Tests.Support;

/// <summary>
/// One of the graphs that schedules are judged by (narrow, deep, wide, dual-model, and a chain of ten), with the time of every cell:
/// log-normal (median 1 s, sigma 0.8), at most <see cref="Capacity"/> at once for each limiter. The engine is never told these times;
/// bounds and the clairvoyant simulator are.
/// </summary>
internal sealed class Shape
{
    internal const int Capacity = 16;
    internal const int GroupSize = 256;
    internal const int Generators = 0;
    internal const int Judges = 1;

    private readonly List<ShapeColumn> _columns = [];
    private readonly Random _random;

    internal Shape(string name, int rows, int seed)
    {
        _random = new Random(seed);
        Rows = rows;
        int topic = Add("topic", after: -1);
        switch (name)
        {
            case "narrow" or "deep":
                Add("conclusion", Add("analysis", Add("summary", topic)));
                if (name == "deep")
                    Add("trivia", topic);
                break;
            case "chain":
                for (int i = 1; i < 10; i++)
                    Add($"link {i}", after: i - 1);
                break;
            case "wide":
                for (int i = 0; i < 5; i++)
                    Add($"wide {i}", topic);
                break;
            case "dual-model":
                for (int i = 0; i < 3; i++)
                    Add($"judge {i}", Add($"model {i}", topic), Judges);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such shape.");
        }
    }

    internal int Rows { get; }

    /// <summary>Each column after the one that it needs.</summary>
    internal IReadOnlyList<ShapeColumn> Columns => _columns;

    /// <summary>No schedule is shorter: a limiter's earliest start, its work by its capacity, its shortest tail; or the longest path of a row.</summary>
    internal double LowerBound()
    {
        IEnumerable<int> rows = Enumerable.Range(0, Rows);
        double bound = rows.Max(row => _columns[0].Seconds[row] + After(0, row));
        foreach (IGrouping<int, int> limiter in Enumerable.Range(0, _columns.Count).GroupBy(column => _columns[column].Limiter))
        {
            double earliest = limiter.Min(column => rows.Min(row => Before(column, row)));
            double work = limiter.Sum(column => _columns[column].Seconds.Sum());
            double tail = limiter.Min(column => rows.Min(row => After(column, row)));
            bound = Math.Max(bound, earliest + work / Capacity + tail);
        }

        return bound;
    }

    /// <summary>Columns before this one.</summary>
    internal int Depth(int column) => _columns[column].After < 0 ? 0 : Depth(_columns[column].After) + 1;

    /// <summary>Seconds that a row needs at least between the end of this cell and its own end.</summary>
    internal double After(int column, int row) =>
        Consumers(column).Select(consumer => _columns[consumer].Seconds[row] + After(consumer, row)).DefaultIfEmpty().Max();

    internal IEnumerable<int> Consumers(int column) =>
        Enumerable.Range(column, _columns.Count - column).Where(other => _columns[other].After == column);

    private double Before(int column, int row) =>
        _columns[column].After is var producer and >= 0 ? Before(producer, row) + _columns[producer].Seconds[row] : 0;

    private int Add(string name, int after, int limiter = Generators)
    {
        var seconds = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
            seconds[row] = Math.Exp(0.8 * normal);
        }

        _columns.Add(new ShapeColumn(name, after, limiter, seconds));
        return _columns.Count - 1;
    }
}

/// <param name="Name">Its name.</param>
/// <param name="After">The column that it needs; -1 for none.</param>
/// <param name="Limiter">The limiter that its cells share.</param>
/// <param name="Seconds">By row: how long the cell takes.</param>
internal sealed record ShapeColumn(string Name, int After, int Limiter, double[] Seconds);
