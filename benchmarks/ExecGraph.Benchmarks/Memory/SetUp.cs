using System.Diagnostics;

namespace ExecGraph.Benchmarks;

/// <summary>
/// From nothing to the first row group in the reader's hands: a graph, a tracker of it, and a run. That includes computing the row groups
/// that the engine begins until then, a few hundred kilobytes, and nothing that depends on the number of rows.
/// </summary>
internal static class SetUp
{
    internal static async Task<(double Milliseconds, double Megabytes)> MeasureAsync(long rows, int rowGroupSize)
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long begun = Stopwatch.GetTimestamp();
        var graph = new GraphBuilder { RowGroupSize = rowGroupSize };
        Column<int> topic = graph.Start("topic", SyncBodies.Instance.Topic);
        Column<int> summary = graph.From(topic).Cell("summary", SyncBodies.Instance.Step);
        Column<int> trivia = graph.From(topic).Cell("trivia", SyncBodies.Instance.Step);
        Column<int> analysis = graph.From(summary).Cell("analysis", SyncBodies.Instance.Step);
        graph.From(analysis, trivia).Cell("conclusion", SyncBodies.Instance.Join);
        ExecutionGraph table = graph.Build(rows);
        var tracker = new CompletionTracker(table);
        await using GraphRun run = table.Run();
        await using IAsyncEnumerator<RowGroup> reader = run.RowGroups.GetAsyncEnumerator();
        await reader.MoveNextAsync();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        double megabytes = (GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1e6;
        if (tracker.Count != 0 || reader.Current.Count != rowGroupSize)
            throw new InvalidOperationException("The first row group is not what it must be.");
        return (elapsed.TotalMilliseconds, megabytes);
    }
}
