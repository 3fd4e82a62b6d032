using System.Numerics;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Says which cells keep a run from going on, in the words in which a run explains them.</summary>
internal static class StallReport
{
    private const int MaxNamed = 5;

    internal static string Describe(RunPlan plan, RowGroupWindow window, Explainer explainer)
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
                        named.Add(explainer.Explain(group.FirstRow + word * 64 + BitOperations.TrailingZeroCount(open), plan.Columns[column].Name).ToString());
                }
            }
        }

        string cells = named.Count == 0 ? "No row group is being worked on." : $"Not settled, among others: {string.Join(" ", named)}";
        return $"The run cannot go on: nothing is under way and nothing is waited for, but rows are left. {cells}";
    }
}
