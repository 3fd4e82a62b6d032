using System.Diagnostics;

namespace ExecGraph.Benchmarks;

/// <summary>What it costs to keep a run on disk.</summary>
internal static class DurableTargets
{
    internal static async Task<IReadOnlyList<Finding>> MeasureAsync()
    {
        var table = new DurableTable(rows: 200 * DurableTable.RowGroupSize);
        string directory = Directory.CreateTempSubdirectory("execgraph-durable-").FullName;
        try
        {
            var plain = new List<double>();
            var kept = new List<double>();
            var disk = new List<double>();
            long written = 0;
            for (int round = -2; round < 7; round++)
            {
                double without = await SecondsAsync(() => table.RunAsync(null));
                string place = Path.Combine(directory, $"{round}");
                double with = await SecondsAsync(() => table.RunAsync(place));
                written = Directory.EnumerateFiles(place).Sum(file => new FileInfo(file).Length);
                double raw = await SecondsAsync(() => Task.Run(() => WriteAndFlush(Path.Combine(directory, "raw"), written)));
                Directory.Delete(place, recursive: true);
                if (round < 0)
                    continue;
                plain.Add(without);
                kept.Add(with);
                disk.Add(raw);
            }

            double seconds = Spread.Of(kept).Median;
            return
            [
                Finding.AtMost(
                    "1 us cells, 5 columns, kept on disk: <= 1.10 x not kept",
                    $"{seconds:F2} s, not kept {Spread.Of(plain).Median:F2} s",
                    Spread.Of(kept.Zip(plain, (with, without) => with / without)),
                    1.10),
                Finding.AtMost("the same, bytes written <= 1.3 x those of the values", $"{written / 1e6:F2} MB, values {table.ValueBytes / 1e6:F2} MB", (double)written / table.ValueBytes, 1.3),
                Finding.ToKnow("the same, the disk alone: the same bytes in one go, flushed", $"{Spread.Of(disk).Median * 1000:F1} ms, {written / 1e6 / Spread.Of(disk).Median:F0} MB/s"),
            ];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void WriteAndFlush(string path, long bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * 1024];
        for (long left = bytes; left > 0; left -= block.Length)
            file.Write(block, 0, (int)Math.Min(left, block.Length));
        file.Flush(flushToDisk: true);
    }

    private static async Task<double> SecondsAsync(Func<Task> run)
    {
        GC.Collect();
        long begun = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
