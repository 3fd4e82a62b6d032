namespace ExecGraph.Benchmarks;

/// <summary>Nested loops, a row group at a time, on one thread: what there is to do, and nothing else.</summary>
internal static class RowGroupLoop
{
    internal static void Run(SyncBodies bodies, int rows, Receiver receiver)
    {
        for (int first = 0; first < rows; first += ExecutionGraph.DefaultRowGroupSize)
            receiver.Take(Group(bodies, first, Math.Min(ExecutionGraph.DefaultRowGroupSize, rows - first)));
    }

    /// <summary>The same with a row group a turn on all processors.</summary>
    internal static void RunParallel(SyncBodies bodies, int rows, Receiver receiver)
    {
        int groups = (rows + ExecutionGraph.DefaultRowGroupSize - 1) / ExecutionGraph.DefaultRowGroupSize;
        var conclusions = new int[groups][];
        Parallel.For(0, groups, group =>
        {
            int first = group * ExecutionGraph.DefaultRowGroupSize;
            conclusions[group] = Group(bodies, first, Math.Min(ExecutionGraph.DefaultRowGroupSize, rows - first));
        });
        foreach (int[] conclusion in conclusions)
            receiver.Take(conclusion);
    }

    // A method of its own, so that it is compiled with full optimisation after a few groups.
    private static int[] Group(SyncBodies bodies, int first, int count)
    {
        (Func<long, int> topicOf, Func<int, int> step, Func<int, int, int> join) = bodies;
        var topic = new int[count];
        var summary = new int[count];
        var trivia = new int[count];
        var analysis = new int[count];
        var conclusion = new int[count];
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
        return conclusion;
    }
}
