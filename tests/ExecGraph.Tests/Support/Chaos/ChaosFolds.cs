using System.Collections.Concurrent;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>
/// The functions of a run's aggregates. Some of what they are asked they refuse the first time, whoever asks, so that a fold that is not begun anew
/// from the seed, or a cell that is not asked for again, shows.
/// </summary>
internal sealed class ChaosFolds(ChaosCase chaos)
{
    private readonly ConcurrentDictionary<(string, long, long), bool> _refused = new();
    private readonly bool _refuses = Array.Exists(chaos.Columns, column => column.IsAggregate && column.Faults.Length > 0);

    internal static long Folded(string name, long sum, long a, long b) => sum + ChaosValues.Hash(name, a, b);

    internal static long Selected(string name, long sum, long a, long b) => ChaosValues.Hash(name, sum, a, b);

    internal long Fold(string name, long sum, long a, long b)
    {
        RefuseAtFirst($"fold {name}", a, b);
        return Folded(name, sum, a, b);
    }

    /// <summary>Never refuses: a merge that throws fails the run.</summary>
    internal static long Merge(long earlier, long later) => earlier + later;

    internal long Select(string name, long sum, long a, long b)
    {
        RefuseAtFirst($"select {name}", a, b);
        return Selected(name, sum, a, b);
    }

    private void RefuseAtFirst(string what, long a, long b)
    {
        if (_refuses && ChaosValues.Draw(9, what, a, b) == 0 && _refused.TryAdd((what, a, b), true))
            throw new ChaosException(Step.Throw, what);
    }
}
