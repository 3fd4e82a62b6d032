namespace ExecGraph.Tracking;

/// <summary>The tracking state of one row group: bits by word and column, countdowns, barrier states.</summary>
/// <remarks>
/// Written only by <see cref="Frontier{TMemory}"/>. Never reused for another group: the garbage collector is the reclamation
/// scheme, so a thread that still holds a finished group can do no harm (scenario "recycled group").
/// </remarks>
internal sealed class RowGroupBitmaps
{
    /// <param name="plan">The layout.</param>
    /// <param name="index">The row group.</param>
    /// <param name="rows">The rows of this group, 0 to the group size; the group size where the end of the table is not known.</param>
    /// <param name="dropped">Rows that are already dropped, a bit each; empty for none.</param>
    internal RowGroupBitmaps(FrontierPlan plan, long index, int rows, ReadOnlySpan<ulong> dropped = default)
    {
        Plan = plan;
        Index = index;
        WordCount = (rows + 63) / 64;
        Bits = new ulong[WordCount * plan.Stride];
        int liveWords = 0;
        for (int word = 0; word < WordCount; word++)
        {
            ulong gone = ~FinishedDrops.RowsOf(word, rows);
            if (!dropped.IsEmpty)
                gone |= dropped[word];
            if (gone != ulong.MaxValue)
                liveWords++;
            if (gone == 0)
                continue;
            Bits.AsSpan(word * plan.Stride, plan.Columns.Length).Fill(gone);
            Bits[word * plan.Stride + plan.DroppedSlot] = gone;
        }

        Remaining = new int[plan.Countdowns.Length];
        for (int i = 0; i < Remaining.Length; i++)
            Remaining[i] = plan.Countdowns[i].ColumnCount * liveWords;
        BarriersDone = plan.GroupBarriers.Length == 0 ? [] : new int[plan.GroupBarriers.Length];
        Unsettled = 1 + BarriersDone.Length;
        IsEmpty = liveWords == 0;
    }

    internal FrontierPlan Plan { get; }

    internal long Index { get; }

    internal int WordCount { get; }

    /// <summary>Whether no row survived from the start: nothing will ever be reported for this group.</summary>
    internal bool IsEmpty { get; }

    /// <summary>By word: settled bits of each column, claimed bits, dropped bits. Only ever gain bits.</summary>
    internal ulong[] Bits { get; }

    /// <summary>By countdown: words that are not filled yet, summed over its columns. Only ever falls.</summary>
    internal int[] Remaining { get; }

    /// <summary>By group barrier: not 0 once its node is complete.</summary>
    internal int[] BarriersDone { get; }

    /// <summary>What still keeps the group from being settled: its cells (as one) and its barrier nodes.</summary>
    internal int Unsettled;

    /// <summary>Not 0 once the dropped bits are being copied elsewhere: a later drop is decided there.</summary>
    internal int Frozen;

    /// <summary>The dropped bits as they were copied, by word; null before. The first copy made after the freeze stands.</summary>
    internal ulong[]? CopiedDrops;

    /// <summary>Cells that were not complete when their row was dropped, by word and column; null before the first drop.</summary>
    internal ulong[]? Undone;

    /// <summary>Read at rest or for display: the weak reading of one word.</summary>
    internal ulong SettledAtRest(int word, int column) => Volatile.Read(ref Bits[word * Plan.Stride + Plan.Slots[column]]);

    /// <summary>The rows of a word that are neither dropped nor beyond the end of the table.</summary>
    internal ulong Survivors(int word) => ~Volatile.Read(ref Bits[word * Plan.Stride + Plan.DroppedSlot]);
}
