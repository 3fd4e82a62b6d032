namespace ExecGraph.Tracking;

/// <summary>
/// Finds a row group's tracking state by its index: a radix tree that grows with the table and shrinks with what is finished, so
/// that a table completing nearly in order needs memory for its open groups alone.
/// </summary>
/// <remarks>
/// A place only ever goes from empty to a group (or an inner node) to <see cref="Finished"/>, and each step is one atomic write;
/// a thread that still holds a finished inner node sees nothing but finished places in it.
/// </remarks>
internal sealed class GroupDirectory<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>Stands for a settled group, or for an inner node whose groups are all settled.</summary>
    internal static readonly object Finished = new();

    private const int FanOutBits = 7;
    private const int FanOut = 1 << FanOutBits;

    private object? _root;

    internal GroupDirectory(bool finished = false) => _root = finished ? Finished : new Node(level: 0, parent: null, slot: 0);

    /// <summary>
    /// What stands for a group: null (never touched), its <see cref="RowGroupBitmaps"/>, or <see cref="Finished"/>; and how many
    /// groups from this one on are known to share a null or finished place.
    /// </summary>
    internal object? Probe(long group, out long run)
    {
        object? place = TMemory.Read(ref _root);
        int level = place is Node root ? root.Level : 0;
        if (place is not Node || group >> (level + 1) * FanOutBits != 0)
        {
            run = long.MaxValue - group;
            return place is Node ? null : place;
        }

        while (place is Node node)
        {
            level = node.Level;
            place = TMemory.Read(ref node.Places[Slot(group, level)]);
        }

        long width = 1L << level * FanOutBits;
        run = width - (group & (width - 1));
        return place;
    }

    internal object? Find(long group) => Probe(group, out _);

    /// <summary>Puts a group in its place unless another thread was first, and returns what stands there.</summary>
    internal object Publish(RowGroupBitmaps created)
    {
        long group = created.Index;
        while (true)
        {
            object? place = TMemory.Read(ref _root);
            if (place is not Node node)
                return Finished;
            if (group >> (node.Level + 1) * FanOutBits != 0)
            {
                Grow(node);
                continue;
            }

            while (node.Level > 0)
            {
                int slot = Slot(group, node.Level);
                object? child = TMemory.Read(ref node.Places[slot]);
                if (child is null)
                {
                    var inner = new Node(node.Level - 1, node, slot);
                    child = TMemory.CompareExchange(ref node.Places[slot], inner, null) ?? inner;
                }

                if (child is not Node next)
                    return Finished;
                node = next;
            }

            return TMemory.CompareExchange(ref node.Places[Slot(group, 0)], created, null) ?? created;
        }
    }

    /// <summary>Lets go of a settled group, and of every inner node that it was the last of. Called once for each group.</summary>
    internal void Finish(long group)
    {
        var node = (Node)TMemory.Read(ref _root)!;
        while (node.Level > 0)
            node = (Node)TMemory.Read(ref node.Places[Slot(group, node.Level)])!;
        TMemory.Write(ref node.Places[Slot(group, 0)], Finished);
        while (TMemory.Add(ref node.FinishedPlaces, 1) == FanOut && TMemory.Read(ref node.Parent) is { } parent)
        {
            TMemory.Write(ref parent.Places[node.SlotInParent], Finished);
            node = parent;
        }
    }

    /// <summary>Adds a level above the root. A root that filled up before it had a parent stays: at most one node a level.</summary>
    private void Grow(Node root)
    {
        var higher = new Node(root.Level + 1, parent: null, slot: 0);
        higher.Places[0] = root;
        if (TMemory.CompareExchange(ref root.Parent, higher, null) is { } other)
            higher = other;
        TMemory.CompareExchange(ref _root, higher, root);
    }

    private static int Slot(long group, int level) => (int)(group >> level * FanOutBits) & (FanOut - 1);

    private sealed class Node(int level, Node? parent, int slot)
    {
        internal readonly object?[] Places = new object?[FanOut];
        internal readonly int Level = level;
        internal readonly int SlotInParent = slot;
        internal Node? Parent = parent;
        internal int FinishedPlaces;
    }
}
