namespace ExecGraph.Graph;

/// <summary>The order of columns in which each comes after what it depends on. No recursion: chains may be long.</summary>
internal static class ColumnOrder
{
    /// <summary>
    /// Positions in topological order. Among columns whose producers are placed, the one given first comes first: an order that
    /// is topological already is kept. Columns on a cycle, and those after one, are left out.
    /// </summary>
    /// <param name="producers">For each position the distinct positions it depends on.</param>
    internal static List<int> Sort(int[][] producers)
    {
        List<int>[] dependents = Array.ConvertAll(producers, _ => new List<int>());
        var missing = new int[producers.Length];
        var placeable = new PriorityQueue<int, int>();
        for (int position = 0; position < producers.Length; position++)
        {
            foreach (int producer in producers[position])
                dependents[producer].Add(position);
            missing[position] = producers[position].Length;
            if (missing[position] == 0)
                placeable.Enqueue(position, position);
        }

        var order = new List<int>(producers.Length);
        while (placeable.TryDequeue(out int position, out _))
        {
            order.Add(position);
            foreach (int dependent in dependents[position])
            {
                if (--missing[dependent] == 0)
                    placeable.Enqueue(dependent, dependent);
            }
        }

        return order;
    }

    /// <summary>
    /// Cycles that together pass through every position that is on one. Each is a path that ends where it began, every
    /// position on it depending on the next.
    /// </summary>
    /// <param name="producers">For each position the distinct positions it depends on.</param>
    /// <param name="sorted">What <see cref="Sort"/> could place, and what therefore is on no cycle.</param>
    internal static IEnumerable<List<int>> FindCycles(int[][] producers, List<int> sorted)
    {
        var covered = new bool[producers.Length];
        foreach (int position in sorted)
            covered[position] = true;

        for (int position = 0; position < producers.Length; position++)
        {
            if (covered[position] || ShortestCycle(producers, position) is not { } cycle)
                continue;
            foreach (int member in cycle)
                covered[member] = true;
            yield return cycle;
        }
    }

    /// <summary>A shortest way from <paramref name="start"/> along its dependencies back to itself; null if there is none.</summary>
    private static List<int>? ShortestCycle(int[][] producers, int start)
    {
        var cameFrom = new Dictionary<int, int>();
        var frontier = new Queue<int>([start]);
        while (frontier.TryDequeue(out int position))
        {
            foreach (int producer in producers[position])
            {
                if (!cameFrom.TryAdd(producer, position))
                    continue;
                if (producer == start)
                    return Retrace(cameFrom, start);
                frontier.Enqueue(producer);
            }
        }

        return null;
    }

    private static List<int> Retrace(Dictionary<int, int> cameFrom, int start)
    {
        List<int> path = [start];
        for (int position = cameFrom[start]; position != start; position = cameFrom[position])
            path.Add(position);
        path.Add(start);
        path.Reverse();
        return path;
    }
}
