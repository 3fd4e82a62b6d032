namespace ExecGraph.Benchmarks;

/// <summary>Five columns of cells that each take about a microsecond of a processor, kept on disk or not.</summary>
internal sealed class DurableTable
{
    internal const int Columns = 5;
    internal const int RowGroupSize = 1024;

    private readonly ExecutionGraph _graph;
    private readonly int _steps = StepsOfAMicrosecond();

    internal DurableTable(int rows)
    {
        Rows = rows;
        var graph = new GraphBuilder { RowGroupSize = RowGroupSize };
        Column<int> last = graph.Start("c0", row => Work((int)row));
        for (int column = 1; column < Columns; column++)
            last = graph.From(last).Cell($"c{column}", Work);
        _graph = graph.Build(rows);
    }

    internal int Rows { get; }

    /// <summary>Bytes of all values.</summary>
    internal long ValueBytes => (long)Rows * Columns * sizeof(int);

    internal Task RunAsync(string? directory) => _graph.RunAsync(new RunOptions { CheckpointDirectory = directory, Resume = ResumeMode.Never });

    private int Work(int value)
    {
        uint state = (uint)value;
        for (int i = 0; i < _steps; i++)
            state = (state * 1664525) + 1013904223;
        return (int)state;
    }

    private static int StepsOfAMicrosecond()
    {
        const int Many = 20_000_000;
        double best = double.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long begun = System.Diagnostics.Stopwatch.GetTimestamp();
            uint state = 1;
            for (int i = 0; i < Many; i++)
                state = (state * 1664525) + 1013904223;
            GC.KeepAlive(state);
            best = Math.Min(best, System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMicroseconds / Many);
        }

        return Math.Max(1, (int)(1 / best));
    }
}
