namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What the first calls of some rows do; those after them succeed. For a barrier, a row is the index of its row group, or 0.</summary>
internal sealed record Fault(int Every, int Offset, Step[] Steps)
{
    internal bool IsOf(long row) => row % Every == Offset % Every;

    public override string ToString() => $"{Offset % Every} mod {Every}: {string.Join(", ", Steps)}";
}
