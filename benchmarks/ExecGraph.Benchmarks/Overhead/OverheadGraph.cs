namespace ExecGraph.Benchmarks;

/// <summary>The graph by which overhead is judged: a start column, two after it, a chain and a join.</summary>
internal sealed class OverheadGraph
{
    internal const int Columns = 5;

    private readonly ExecutionGraph _graph;
    private readonly Column<int> _conclusion;

    private OverheadGraph(ExecutionGraph graph, Column<int> conclusion)
    {
        _graph = graph;
        _conclusion = conclusion;
    }

    internal static OverheadGraph Of(SyncBodies bodies, long rows, CellOptions? options = null)
    {
        var graph = new GraphBuilder();
        Column<int> topic = graph.Start("topic", bodies.Topic, options);
        Column<int> summary = graph.From(topic).Cell("summary", bodies.Step, options);
        Column<int> trivia = graph.From(topic).Cell("trivia", bodies.Step, options);
        Column<int> analysis = graph.From(summary).Cell("analysis", bodies.Step, options);
        Column<int> conclusion = graph.From(analysis, trivia).Cell("conclusion", bodies.Join, options);
        return new OverheadGraph(graph.Build(rows), conclusion);
    }

    internal static OverheadGraph Of(AsyncBodies bodies, long rows, CellOptions? options = null)
    {
        var graph = new GraphBuilder();
        Column<int> topic = graph.Start("topic", bodies.Topic, options);
        Column<int> summary = graph.From(topic).Cell("summary", bodies.Step, options);
        Column<int> trivia = graph.From(topic).Cell("trivia", bodies.Step, options);
        Column<int> analysis = graph.From(summary).Cell("analysis", bodies.Step, options);
        Column<int> conclusion = graph.From(analysis, trivia).Cell("conclusion", bodies.Join, options);
        return new OverheadGraph(graph.Build(rows), conclusion);
    }

    /// <summary>The bytes of the arrays that the consumer receives, headers included: they are the result and not overhead.</summary>
    internal static long BytesOfValues(long rows)
    {
        const int header = 24;
        long groups = (rows + ExecutionGraph.DefaultRowGroupSize - 1) / ExecutionGraph.DefaultRowGroupSize;
        return Columns * (groups * header + rows * sizeof(int));
    }

    /// <summary>A run with everything on: rows readable and in order, the report filled.</summary>
    internal async Task RunAsync(RunOptions options, Receiver receiver)
    {
        await using GraphRun run = _graph.Run(options);
        await foreach (RowGroup group in run.RowGroups.ConfigureAwait(false))
            receiver.Take(group.GetColumn(_conclusion).Span);
        RunReport report = await run.Completion.ConfigureAwait(false);
        if (report.Cells != _graph.NodeCount)
            throw new InvalidOperationException($"The report counts {report.Cells} cells of {_graph.NodeCount}.");
    }

    /// <summary>The same on the calling thread, where the loop completes the cells.</summary>
    internal void Run(CompletionLoop loop, RunOptions options, Receiver receiver)
    {
        var host = new CompletionLoopHost(loop);
        host.Run(RunAsync(options with { Host = host }, receiver));
    }
}
