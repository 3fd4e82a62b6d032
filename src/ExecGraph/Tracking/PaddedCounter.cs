using System.Runtime.InteropServices;

namespace ExecGraph.Tracking;

/// <summary>A counter that shares its cache line, and the neighbour that the prefetcher pulls in, with nobody.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct PaddedCounter
{
    [FieldOffset(64)]
    internal long Value;
}
