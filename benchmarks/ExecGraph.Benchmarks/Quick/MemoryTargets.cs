namespace ExecGraph.Benchmarks;

/// <summary>What a run needs before its first row, and whether it needs more for more rows.</summary>
internal static class MemoryTargets
{
    private const long Million = 1_000_000;

    internal static async Task<IReadOnlyList<Finding>> SetUpAsync() =>
    [
        .. await SetUpAsync("1M row groups", 64 * Million, rowGroupSize: 64),
        .. await SetUpAsync("1B rows", 1_000 * Million, ExecutionGraph.DefaultRowGroupSize),
    ];

    internal static async Task<IReadOnlyList<Finding>> StreamAsync()
    {
        (double few, _) = await StreamedRun.MeasureAsync(StreamedForm.Streamed, Million);
        (double many, double seconds) = await StreamedRun.MeasureAsync(StreamedForm.Streamed, 100 * Million);
        return
        [
            Finding.Absolute(
                "100M rows streamed: peak working set < 64 MB over that of 1M rows",
                $"{many - few:F0} MB ({few:F0} to {many:F0} MB; {seconds:F1} s)",
                many - few < 64),
        ];
    }

    internal static async Task<IReadOnlyList<Finding>> ParkAsync()
    {
        (double few, _) = await StreamedRun.MeasureAsync(StreamedForm.ParkedOnDisk, Million);
        (double many, double seconds) = await StreamedRun.MeasureAsync(StreamedForm.ParkedOnDisk, 10 * Million);
        (double fewInMemory, _) = await StreamedRun.MeasureAsync(StreamedForm.ParkedInMemory, Million);
        (double manyInMemory, _) = await StreamedRun.MeasureAsync(StreamedForm.ParkedInMemory, 10 * Million);
        double growth = many - few;
        return
        [
            Finding.Absolute(
                "10M rows of 32 bytes that wait for an aggregate, on disk: peak working set < 64 MB over that of 1M rows",
                $"{growth:F0} MB ({few:F0} to {many:F0} MB; {seconds:F1} s); in memory {manyInMemory - fewInMemory:F0} MB",
                growth < 64),
        ];
    }

    private static async Task<IEnumerable<Finding>> SetUpAsync(string what, long rows, int rowGroupSize)
    {
        var milliseconds = new List<double>();
        var megabytes = new List<double>();
        for (int round = -20; round < 21; round++)
        {
            (double time, double size) = await SetUp.MeasureAsync(rows, rowGroupSize);
            if (round < 0)
                continue;
            milliseconds.Add(time);
            megabytes.Add(size);
        }

        double median = Spread.Of(milliseconds).Median;
        double medianSize = Spread.Of(megabytes).Median;
        return
        [
            Finding.Absolute($"set-up for {what}, to the first row group, < 10 ms", $"{median:F2} ms", median < 10),
            Finding.Absolute($"set-up for {what}, to the first row group, < 1 MB", $"{medianSize:F2} MB", medianSize < 1),
        ];
    }
}
