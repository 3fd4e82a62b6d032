using System.Diagnostics;
using System.Globalization;

namespace ExecGraph.Benchmarks;

/// <summary>A run of the overhead graph in a process of its own, whose peak working set is then nothing but the run's.</summary>
internal static class StreamedRun
{
    internal const string Switch = "--streamed-run";

    /// <summary>What the child process does: runs, and writes its peak working set and its time.</summary>
    internal static async Task<int> RunAsync(string rows)
    {
        long count = long.Parse(rows, CultureInfo.InvariantCulture);
        long begun = Stopwatch.GetTimestamp();
        await OverheadGraph.Of(SyncBodies.Instance, count).RunAsync(new RunOptions(), new Receiver(toCheck: 0));
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{self.PeakWorkingSet64} {Stopwatch.GetElapsedTime(begun).TotalSeconds:R}"));
        return 0;
    }

    /// <summary>Starts the child process and reads what it says.</summary>
    internal static async Task<(double PeakMegabytes, double Seconds)> MeasureAsync(long rows)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(StreamedRun).Assembly.Location);
        start.ArgumentList.Add(Switch);
        start.ArgumentList.Add(rows.ToString(CultureInfo.InvariantCulture));
        using Process child = Process.Start(start)!;
        string[] words = (await child.StandardOutput.ReadToEndAsync()).Split();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"The run over {rows} rows ended with {child.ExitCode}.");
        return (long.Parse(words[0], CultureInfo.InvariantCulture) / 1e6, double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
