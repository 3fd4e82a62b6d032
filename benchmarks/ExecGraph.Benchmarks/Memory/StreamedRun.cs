using System.Diagnostics;
using System.Globalization;

namespace ExecGraph.Benchmarks;

/// <summary>A run in a process of its own, whose peak working set is then nothing but the run's.</summary>
internal static class StreamedRun
{
    internal const string Switch = "--streamed-run";

    /// <summary>What the child process does: runs, and writes its peak working set and its time.</summary>
    internal static async Task<int> RunAsync(string form, string rows)
    {
        long count = long.Parse(rows, CultureInfo.InvariantCulture);
        long begun = Stopwatch.GetTimestamp();
        await (Enum.Parse<StreamedForm>(form) switch
        {
            StreamedForm.Streamed => OverheadGraph.Of(SyncBodies.Instance, count).RunAsync(new RunOptions(), new Receiver(toCheck: 0)),
            StreamedForm.ParkedInMemory => ParkedAsync(count, directory: null),
            _ => ParkedOnDiskAsync(count),
        });
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{self.PeakWorkingSet64} {Stopwatch.GetElapsedTime(begun).TotalSeconds:R}"));
        return 0;
    }

    /// <summary>Starts the child process and reads what it says.</summary>
    internal static async Task<(double PeakMegabytes, double Seconds)> MeasureAsync(StreamedForm form, long rows)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(StreamedRun).Assembly.Location);
        start.ArgumentList.Add(Switch);
        start.ArgumentList.Add(form.ToString());
        start.ArgumentList.Add(rows.ToString(CultureInfo.InvariantCulture));
        using Process child = Process.Start(start)!;
        string[] words = (await child.StandardOutput.ReadToEndAsync()).Split();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"The run over {rows} rows ended with {child.ExitCode}.");
        return (long.Parse(words[0], CultureInfo.InvariantCulture) / 1e6, double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static async Task ParkedOnDiskAsync(long rows)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("execgraph-parked-");
        try
        {
            await ParkedAsync(rows, directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Four columns of 8 bytes, all of which wait for the end of an aggregate over the last one.</summary>
    private static Task ParkedAsync(long rows, string? directory)
    {
        var graph = new GraphBuilder();
        Column<long> first = graph.Start("c0", row => row);
        Column<long> second = graph.From(first).Cell("c1", v => v * 31 + 7);
        Column<long> third = graph.From(second).Cell("c2", v => v * 31 + 7);
        Column<long> fourth = graph.From(third).Cell("c3", v => v * 31 + 7);
        graph.From(fourth).Aggregate("sum", () => 0L, (sum, v) => sum + v, (a, b) => a + b, (sum, v) => sum ^ v);
        return graph.Build(rows).RunAsync(new RunOptions { CheckpointDirectory = directory });
    }
}

/// <summary>What a <see cref="StreamedRun"/> is of.</summary>
internal enum StreamedForm
{
    /// <summary>The overhead graph, which has one stage.</summary>
    Streamed,

    /// <summary>A table whose row groups wait for an aggregate, in memory.</summary>
    ParkedInMemory,

    /// <summary>The same, on disk.</summary>
    ParkedOnDisk,
}
