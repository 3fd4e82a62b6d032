namespace ExecGraph.Benchmarks;

/// <summary>
/// Start columns that share a limiter of one permit, with a given number of their cells ready at any time: every cell has to be picked
/// by itself, its work is next to none, so what is left is the cost of finding it.
/// </summary>
internal sealed class Backlog
{
    private const int GroupSize = 128; // the same for every backlog, so that what a row group costs is in each of them alike

    private readonly ExecutionGraph _graph;
    private readonly RunOptions _options;

    /// <param name="ready">Ready cells, over all columns; a multiple of 128 times the columns.</param>
    /// <param name="columns">Columns to pick among.</param>
    /// <param name="cells">Cells that are picked in a run, at least <paramref name="ready"/>.</param>
    internal Backlog(int ready, int columns, int cells)
    {
        var graph = new GraphBuilder { RowGroupSize = GroupSize };
        var options = new CellOptions { Limiter = new Limiter("one at a time") { MaxConcurrency = 1 } };
        for (int column = 0; column < columns; column++)
            graph.Start($"column {column}", row => (int)row, options);
        _graph = graph.Build(cells / columns);
        _options = new RunOptions { Workers = 1, MaxActiveRowGroups = Math.Max(1, ready / columns / GroupSize) };
    }

    internal async Task RunAsync()
    {
        RunReport report = await _graph.RunAsync(_options).ConfigureAwait(false);
        if (report.Cells != _graph.NodeCount)
            throw new InvalidOperationException($"{report.Cells} of {_graph.NodeCount} cells were run.");
    }
}
