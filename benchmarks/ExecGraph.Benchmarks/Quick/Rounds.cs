using System.Diagnostics;

namespace ExecGraph.Benchmarks;

/// <summary>
/// Measures variants in turn, round after round, so that whatever else the machine does hits all of them; what is reported are medians,
/// and medians of the ratios within a round. The first rounds are not counted: by then the code is compiled with full optimisation.
/// </summary>
internal sealed class Rounds
{
    private readonly List<double>[] _nanoseconds;
    private readonly List<double>[] _bytes;

    private Rounds(int variants)
    {
        _nanoseconds = [.. Enumerable.Range(0, variants).Select(_ => new List<double>())];
        _bytes = [.. Enumerable.Range(0, variants).Select(_ => new List<double>())];
    }

    /// <param name="effort">How many rounds there are.</param>
    /// <param name="cells">Cells of one run of any variant.</param>
    /// <param name="check">What the receiver must get from each of them.</param>
    /// <param name="variants">What is compared.</param>
    internal static async Task<Rounds> MeasureAsync(Effort effort, long cells, Check check, params Variant[] variants)
    {
        var result = new Rounds(variants.Length);
        foreach (Variant variant in variants)
            await CheckAsync(variant, check);
        long begun = Stopwatch.GetTimestamp();
        for (int round = -effort.WarmUp; round < effort.Rounds; round++)
        {
            if (round >= Effort.Least && Stopwatch.GetElapsedTime(begun) > effort.Budget)
                break;
            for (int i = 0; i < variants.Length; i++)
            {
                (double nanoseconds, double bytes) = await RunAsync(variants[i]);
                if (round < 0)
                    continue;
                result._nanoseconds[i].Add(nanoseconds / cells);
                result._bytes[i].Add(bytes / cells);
            }
        }

        return result;
    }

    /// <summary>Nanoseconds for each cell.</summary>
    internal double Nanoseconds(int variant) => Median(_nanoseconds[variant]);

    /// <summary>Allocated bytes for each cell, by all threads.</summary>
    internal double Bytes(int variant) => Median(_bytes[variant]);

    /// <summary>How many times as long one variant takes as another.</summary>
    internal double Ratio(int variant, int to) =>
        Median(_nanoseconds[variant].Zip(_nanoseconds[to], (one, other) => one / other));

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static async Task CheckAsync(Variant variant, Check check)
    {
        var receiver = new Receiver(check.Rows);
        await variant.RunAsync(receiver);
        receiver.Verify(variant.Name, check.Sum);
    }

    private static async Task<(double Nanoseconds, double Bytes)> RunAsync(Variant variant)
    {
        // What the variant before left behind is not this one's.
        GC.Collect();
        var receiver = new Receiver(toCheck: 0);
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long begun = Stopwatch.GetTimestamp();
        await variant.RunAsync(receiver);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        return (elapsed.TotalNanoseconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }
}
