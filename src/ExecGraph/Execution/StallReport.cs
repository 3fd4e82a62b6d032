namespace ExecGraph.Execution;

/// <summary>Says which cells keep a run from going on.</summary>
internal static class StallReport
{
    private const int MaxNamed = 5;

    internal static string Describe(RunPlan plan, RowGroupWindow window)
    {
        var named = new List<string>();
        foreach (ActiveRowGroup group in window.ActiveGroups())
        {
            if (group.Bitmaps is not { } bitmaps)
                continue;
            foreach (int column in bitmaps.Plan.Columns)
            {
                for (int word = 0; word < bitmaps.WordCount && named.Count < MaxNamed; word++)
                {
                    ulong open = ~bitmaps.SettledAtRest(word, column) & bitmaps.Survivors(word);
                    if (open != 0)
                        named.Add(NodeId.Cell(group.FirstRow + word * 64 + System.Numerics.BitOperations.TrailingZeroCount(open), plan.Columns[column].Name).ToString());
                }
            }
        }

        string cells = named.Count == 0 ? "no row group is being worked on" : $"not settled, among others: {string.Join(", ", named)}";
        return $"The run cannot go on: nothing is under way and nothing is waited for, but rows are left; {cells}.";
    }
}
