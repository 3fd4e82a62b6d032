using ExecGraph.Graph;

namespace ExecGraph.Tracking;

/// <summary>
/// What a frontier needs to know of the graph, laid out for its inner loop: where each column's bits are, who depends on whom,
/// and which sets of columns are counted down. Immutable, shared by every row group.
/// </summary>
/// <remarks>
/// The tracker follows all columns at once, and a barrier waits for its own dependencies. The engine makes one plan for each
/// stage, of that stage's columns only (all earlier ones are settled by then), and a group barrier waits for every column that
/// is not downstream of it: so the rows that it sees never depend on timing.
/// </remarks>
internal sealed class FrontierPlan
{
    private FrontierPlan(GraphTopology topology, int[] columns, int rowGroupSize, bool keepsUndone)
    {
        Topology = topology;
        Columns = columns;
        RowGroupSize = rowGroupSize;
        KeepsUndone = keepsUndone;
        Slots = new int[topology.ColumnCount];
        Array.Fill(Slots, -1);
        for (int slot = 0; slot < columns.Length; slot++)
            Slots[columns[slot]] = slot;

        int claims = 0;
        RowDependents = new Dependent[topology.ColumnCount][];
        var claimSlots = new int[topology.ColumnCount];
        foreach (int column in columns)
            claimSlots[column] = !topology.IsBarrier(column) && InPlan(topology.Producers(column)).Length > 1 ? columns.Length + claims++ : -1;
        DroppedSlot = columns.Length + claims;
        Stride = (DroppedSlot + 1 + 7) / 8 * 8;
        foreach (int column in columns)
        {
            RowDependents[column] = [.. InPlan(topology.RowDependents(column)).Select(dependent => new Dependent(
                dependent, Slots[dependent], claimSlots[dependent],
                [.. InPlan(topology.Producers(dependent)).Where(producer => producer != column).Select(producer => Slots[producer])]))];
        }

        GroupBarriers = [.. columns.Where(topology.IsGroupBarrier)];
        DatasetBarriers = [.. columns.Where(topology.IsDatasetBarrier)];
    }

    internal GraphTopology Topology { get; }

    /// <summary>The columns followed, ascending.</summary>
    internal int[] Columns { get; }

    internal int RowGroupSize { get; }

    /// <summary>Whether a drop records which cells were not complete: only someone who asks for single cells needs it.</summary>
    internal bool KeepsUndone { get; }

    /// <summary>By column: where its settled bits stand in a word's block; -1 for a column that is not followed.</summary>
    internal int[] Slots { get; }

    /// <summary>64-bit fields in the block of one word: settled bits by slot, then claimed bits, then the dropped bits; whole cache lines.</summary>
    internal int Stride { get; }

    internal int DroppedSlot { get; }

    internal Dependent[][] RowDependents { get; }

    internal int[] GroupBarriers { get; }

    internal int[] DatasetBarriers { get; }

    internal Countdown[] Countdowns { get; private init; } = [];

    /// <summary>By column: the countdowns that a filled word of it takes one from.</summary>
    internal int[][] CountdownsOf { get; private init; } = [];

    internal static FrontierPlan ForTracker(GraphTopology topology, int rowGroupSize)
    {
        int[] columns = [.. Enumerable.Range(0, topology.ColumnCount)];
        var countdowns = new List<(Countdown Countdown, int[] Columns)> { (new Countdown(CountdownKind.Group, -1, columns.Length), columns) };
        foreach (int barrier in columns.Where(topology.IsBarrier))
        {
            int[] inputs = topology.Producers(barrier).ToArray();
            if (inputs.Length > 0)
                countdowns.Add((new Countdown(topology.IsGroupBarrier(barrier) ? CountdownKind.GroupBarrier : CountdownKind.DatasetBarrier, barrier, inputs.Length), inputs));
        }

        return Create(topology, columns, rowGroupSize, keepsUndone: true, countdowns);
    }

    internal static FrontierPlan ForStage(GraphTopology topology, int rowGroupSize, int stage)
    {
        int[] columns = [.. Enumerable.Range(0, topology.ColumnCount).Where(column => topology.Stage(column) == stage)];
        var countdowns = new List<(Countdown Countdown, int[] Columns)> { (new Countdown(CountdownKind.Group, -1, columns.Length), columns) };
        int[] barriers = [.. columns.Where(topology.IsGroupBarrier)];
        for (int i = 0; i < barriers.Length; i++)
        {
            // Group barriers of a stage run one after the other: a column behind this one or a later one cannot be waited for.
            int[] later = barriers[i..];
            int[] upstream = [.. columns.Where(column => !later.Any(barrier => barrier == column || topology.IsDescendant(column, barrier)))];
            countdowns.Add((new Countdown(CountdownKind.GroupBarrier, barriers[i], upstream.Length), upstream));
        }

        return Create(topology, columns, rowGroupSize, keepsUndone: false, countdowns);
    }

    private static FrontierPlan Create(
        GraphTopology topology, int[] columns, int rowGroupSize, bool keepsUndone, List<(Countdown Countdown, int[] Columns)> countdowns)
    {
        var countdownsOf = new int[topology.ColumnCount][];
        foreach (int column in columns)
            countdownsOf[column] = [.. Enumerable.Range(0, countdowns.Count).Where(i => countdowns[i].Columns.Contains(column))];
        return new FrontierPlan(topology, columns, rowGroupSize, keepsUndone)
        {
            Countdowns = [.. countdowns.Select(pair => pair.Countdown)],
            CountdownsOf = countdownsOf,
        };
    }

    private int[] InPlan(ReadOnlySpan<int> columns) => [.. columns.ToArray().Where(column => Slots[column] >= 0)];

    /// <summary>A row-local column that waits for the column at hand.</summary>
    /// <param name="Column">Its ordinal.</param>
    /// <param name="Slot">Where its settled bits stand.</param>
    /// <param name="ClaimSlot">Where its claimed bits stand; -1 where there is no other producer to race with.</param>
    /// <param name="OtherSlots">Where the settled bits of its other producers stand.</param>
    internal readonly record struct Dependent(int Column, int Slot, int ClaimSlot, int[] OtherSlots);

    internal enum CountdownKind
    {
        /// <summary>All columns followed: the group is settled.</summary>
        Group,
        GroupBarrier,
        DatasetBarrier,
    }

    /// <summary>A set of columns whose filled words are counted down in each group.</summary>
    /// <param name="Kind">What happens at zero.</param>
    /// <param name="Barrier">The barrier that waits; -1 for the group itself.</param>
    /// <param name="ColumnCount">The size of the set.</param>
    internal readonly record struct Countdown(CountdownKind Kind, int Barrier, int ColumnCount);
}
