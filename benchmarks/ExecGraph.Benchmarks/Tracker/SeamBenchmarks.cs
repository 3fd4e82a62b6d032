using BenchmarkDotNet.Attributes;
using ExecGraph.Tracking;

namespace ExecGraph.Benchmarks;

/// <summary>Does the seam for exploring interleavings cost anything? The same operations through it and without it.</summary>
public class SeamBenchmarks
{
    private readonly ulong[] _words = new ulong[4096];

    [Benchmark(Baseline = true, OperationsPerInvoke = 4096)]
    public ulong Direct()
    {
        ulong sum = 0;
        for (int i = 0; i < _words.Length; i++)
            sum += Interlocked.Or(ref _words[i], 1UL << (i & 63)) + Volatile.Read(ref _words[i]);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = 4096)]
    public ulong ThroughTheSeam() => Through<HardwareMemory>();

    private ulong Through<TMemory>()
        where TMemory : struct, IMemory
    {
        ulong sum = 0;
        for (int i = 0; i < _words.Length; i++)
            sum += TMemory.Or(ref _words[i], 1UL << (i & 63)) + TMemory.Read(ref _words[i]);
        return sum;
    }
}
