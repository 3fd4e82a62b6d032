using System.Numerics;
using System.Runtime.CompilerServices;

namespace ExecGraph.Tracking;

/// <summary>
/// The bit-parallel frontier: which cells are settled, and which became ready by a completion, 64 rows an operation.
/// Lock-free; README.md beside this file has the protocol and what it excludes.
/// </summary>
/// <typeparam name="TMemory">The atomic operations: hardware, or a memory that explores interleavings.</typeparam>
internal sealed class Frontier<TMemory>(FrontierPlan plan)
    where TMemory : struct, IMemory
{
    private readonly int[] _datasetBarriersDone = new int[plan.Topology.ColumnCount];
    private readonly PaddedCounter[] _datasetRemaining = new PaddedCounter[plan.Topology.ColumnCount];

    internal FrontierPlan Plan => plan;

    /// <summary>
    /// Settles cells whose values are written (I1: value before bit) and reports what that makes ready.
    /// </summary>
    /// <returns>The cells that this call completed: none of a dropped row, none that were settled before.</returns>
    internal ulong Complete<TSink>(RowGroupBitmaps group, int column, int word, ulong cells, ref TSink sink)
        where TSink : struct, IReadySink
    {
        Span<ulong> block = group.Bits.AsSpan(word * plan.Stride, plan.Stride);
        ref ulong dropped = ref block[plan.DroppedSlot];
        cells &= ~TMemory.Read(ref dropped); // scenario "late completion": a dropped row changes no more
        ulong before = TMemory.Or(ref block[plan.Slots[column]], cells); // idempotent, and a full fence
        ulong newly = cells & ~before;
        if (newly == 0)
            return 0;

        foreach (ref readonly FrontierPlan.Dependent dependent in plan.RowDependents[column].AsSpan())
        {
            // The last of several completers sees its siblings' bits: each sets its own before it reads the others'.
            ulong ready = newly & ~TMemory.Read(ref block[dependent.Slot]) & ~TMemory.Read(ref dropped);
            foreach (int other in dependent.OtherSlots)
                ready &= TMemory.Read(ref block[other]);
            if (ready != 0 && dependent.ClaimSlot >= 0)
                ready &= ~TMemory.Or(ref block[dependent.ClaimSlot], ready); // scenario "two-producer join": exactly one wins
            if (ready != 0)
                sink.Cells(group, dependent.Column, word, ready);
        }

        // Exactly one Or turns the word full, whoever flips its last bit, completer or dropper: it alone counts down.
        if ((before | newly) == ulong.MaxValue)
            CountDown(group, column, ref sink);
        return newly;
    }

    /// <summary>Gives rows up. The Or of the dropped bits is the instant of the drop; a drop reports barriers, never cells.</summary>
    /// <returns>The rows that this call dropped.</returns>
    internal ulong Drop<TSink>(RowGroupBitmaps group, int word, ulong rows, ref TSink sink)
        where TSink : struct, IReadySink
    {
        ulong newly = rows & ~TMemory.Or(ref group.Bits[word * plan.Stride + plan.DroppedSlot], rows);
        if (newly != 0)
            SettleRows(group, word, newly, plan.KeepsUndone, ref sink);
        return newly;
    }

    /// <summary>Marks rows beyond the end of the table, which has just become known, as never to come.</summary>
    internal void CutOff<TSink>(RowGroupBitmaps group, int rows, ref TSink sink)
        where TSink : struct, IReadySink
    {
        for (int word = rows / 64; word < group.WordCount; word++)
        {
            ulong beyond = ~FinishedDrops.RowsOf(word, rows);
            TMemory.Or(ref group.Bits[word * plan.Stride + plan.DroppedSlot], beyond);
            SettleRows(group, word, beyond, keepUndone: false, ref sink);
        }
    }

    /// <summary>Completes a group barrier's node and reports its cells.</summary>
    /// <returns>False if it was complete before.</returns>
    internal bool CompleteGroupBarrier<TSink>(RowGroupBitmaps group, int column, ref TSink sink)
        where TSink : struct, IReadySink
    {
        if (TMemory.Or(ref group.BarriersDone[Array.IndexOf(plan.GroupBarriers, column)], 1) != 0)
            return false;
        ReportBarrierCells(group, column, ref sink);
        if (TMemory.Add(ref group.Unsettled, -1) == 0)
            sink.Settled(group);
        return true;
    }

    /// <summary>Completes a dataset barrier's node. The caller then reports its cells, group by group.</summary>
    /// <returns>False if it was complete before.</returns>
    internal bool CompleteDatasetBarrier(int column) => TMemory.Or(ref _datasetBarriersDone[column], 1) == 0;

    internal bool IsDatasetBarrierDone(int column) => TMemory.Read(ref _datasetBarriersDone[column]) != 0;

    internal bool IsGroupBarrierDone(RowGroupBitmaps group, int column) =>
        TMemory.Read(ref group.BarriersDone[Array.IndexOf(plan.GroupBarriers, column)]) != 0;

    /// <summary>
    /// Reports the open cells of a barrier column. No claim is needed: a barrier node completes once, and only who completed it
    /// reports its cells (scenario "barrier against first touch").
    /// </summary>
    internal void ReportBarrierCells<TSink>(RowGroupBitmaps group, int column, ref TSink sink)
        where TSink : struct, IReadySink
    {
        for (int word = 0; word < group.WordCount; word++)
        {
            ulong ready = OpenCells(group, column, word);
            if (ready != 0)
                sink.Cells(group, column, word, ready);
        }
    }

    /// <summary>The cells of a word that are neither settled nor in a dropped row.</summary>
    internal ulong OpenCells(RowGroupBitmaps group, int column, int word) =>
        ~TMemory.Read(ref group.Bits[word * plan.Stride + plan.Slots[column]])
        & ~TMemory.Read(ref group.Bits[word * plan.Stride + plan.DroppedSlot]);

    /// <summary>Tells dataset barriers of row groups that they will have to wait for, or that are already through (negative).</summary>
    /// <remarks>
    /// Groups that are through count below zero while the end of the table is unknown, so zero is first reached when the number
    /// of groups is known and the last of them is through: exactly once (scenario "end of rows").
    /// </remarks>
    internal void ExpectGroups<TSink>(int barrier, long groups, ref TSink sink)
        where TSink : struct, IReadySink
    {
        if (TMemory.Add(ref _datasetRemaining[barrier].Value, groups) == 0 && !IsDatasetBarrierDone(barrier))
            sink.DatasetBarrier(barrier);
    }

    /// <summary>Settles all cells of rows that are already marked in the dropped bits, in topological order.</summary>
    private void SettleRows<TSink>(RowGroupBitmaps group, int word, ulong rows, bool keepUndone, ref TSink sink)
        where TSink : struct, IReadySink
    {
        foreach (int column in plan.Columns)
        {
            ref ulong settled = ref group.Bits[word * plan.Stride + plan.Slots[column]];
            ulong open = rows & ~TMemory.Read(ref settled);
            if (open == 0)
                continue;

            // Recorded before the bit is set: what is still open now cannot have been completed before the drop.
            if (keepUndone)
                TMemory.Or(ref Undone(group)[word * plan.Columns.Length + plan.Slots[column]], open);
            ulong before = TMemory.Or(ref settled, open);
            if (before != ulong.MaxValue && (before | open) == ulong.MaxValue)
                CountDown(group, column, ref sink);
        }
    }

    private ulong[] Undone(RowGroupBitmaps group)
    {
        if (TMemory.Read(ref group.Undone) is { } undone)
            return undone;
        var created = new ulong[group.WordCount * plan.Columns.Length];
        return TMemory.CompareExchange(ref group.Undone, created, null) ?? created;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountDown<TSink>(RowGroupBitmaps group, int column, ref TSink sink)
        where TSink : struct, IReadySink
    {
        // The group's own countdown is number 0 and comes last: once it is through, the group may be gone.
        int[] countdowns = plan.CountdownsOf[column];
        for (int i = countdowns.Length - 1; i >= 0; i--)
        {
            int countdown = countdowns[i];
            if (TMemory.Add(ref group.Remaining[countdown], -1) != 0)
                continue;
            int barrier = plan.Countdowns[countdown].Barrier;
            switch (plan.Countdowns[countdown].Kind)
            {
                case FrontierPlan.CountdownKind.GroupBarrier:
                    if (!IsGroupBarrierDone(group, barrier)) // scenario "barrier node"
                        sink.GroupBarrier(group, barrier);
                    break;
                case FrontierPlan.CountdownKind.DatasetBarrier:
                    ExpectGroups(barrier, -1, ref sink);
                    break;
                default:
                    if (TMemory.Add(ref group.Unsettled, -1) == 0)
                        sink.Settled(group);
                    break;
            }
        }
    }
}
