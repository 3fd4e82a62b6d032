namespace ExecGraph.Benchmarks;

/// <summary>Nested loops, a row group at a time, on one thread: what there is to do, and nothing else.</summary>
internal static class RowGroupLoop
{
    internal static void Run(SyncBodies bodies, int rows, Receiver receiver)
    {
        for (int first = 0; first < rows; first += ExecutionGraph.DefaultRowGroupSize)
            receiver.Take(Group(bodies, first, Math.Min(ExecutionGraph.DefaultRowGroupSize, rows - first)));
    }

    /// <summary>The same on several threads, a row group at a time each.</summary>
    internal static void RunParallel(SyncBodies bodies, int rows, int workers, Receiver receiver)
    {
        int groups = (rows + ExecutionGraph.DefaultRowGroupSize - 1) / ExecutionGraph.DefaultRowGroupSize;
        var conclusions = new int[groups][];
        Parallel.For(0, groups, new ParallelOptions { MaxDegreeOfParallelism = workers }, group =>
        {
            int first = group * ExecutionGraph.DefaultRowGroupSize;
            conclusions[group] = Group(bodies, first, Math.Min(ExecutionGraph.DefaultRowGroupSize, rows - first));
        });
        foreach (int[] conclusion in conclusions)
            receiver.Take(conclusion);
    }

    /// <summary>The cells of consecutive rows, column by column: a method of its own, so that it is fully optimised after a few groups.</summary>
    /// <remarks>Row by row, the compiler would see that summary and trivia are the same function here, and compute one of them.</remarks>
    internal static void Fill(
        SyncBodies bodies, int first, Span<int> topic, Span<int> summary, Span<int> trivia, Span<int> analysis, Span<int> conclusion)
    {
        (Func<long, int> topicOf, Func<int, int> step, Func<int, int, int> join) = bodies;
        for (int i = 0; i < topic.Length; i++)
            topic[i] = topicOf(first + i);
        for (int i = 0; i < summary.Length; i++)
            summary[i] = step(topic[i]);
        for (int i = 0; i < trivia.Length; i++)
            trivia[i] = step(topic[i]);
        for (int i = 0; i < analysis.Length; i++)
            analysis[i] = step(summary[i]);
        for (int i = 0; i < conclusion.Length; i++)
            conclusion[i] = join(analysis[i], trivia[i]);
    }

    private static int[] Group(SyncBodies bodies, int first, int count)
    {
        var topic = new int[count];
        var summary = new int[count];
        var trivia = new int[count];
        var analysis = new int[count];
        var conclusion = new int[count];
        Fill(bodies, first, topic, summary, trivia, analysis, conclusion);
        return conclusion;
    }
}
