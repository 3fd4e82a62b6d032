using System.Diagnostics;
using ExecGraph.Tests.Samples;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>The Quickstart as a process of its own, killed at random moments and started again: its files end up those of a run that nobody disturbed.</summary>
public sealed class KillTests : IDisposable
{
    private const int Members = 3_000;

    private readonly DocumentationFolder _folder = new();
    private readonly Random _random = new(20);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_that_is_killed_at_any_moment_goes_on_when_it_is_started_again()
    {
        _folder.Add("a.xml", string.Concat(Enumerable.Range(0, Members).Select(i =>
            $"<member name='T:N.C{i}'><summary>Class number {i % 700} of this {(i % 3 == 0 ? "very \"long\", and" : "")} list.</summary></member>")));
        await EndAsync(Start("whole"));
        int kills = 0;
        for (int round = 0; round < Soak.Times(3); round++)
        {
            string output = $"killed{round}";
            TimeSpan most = TimeSpan.FromMilliseconds(900);
            for (int i = 0; i < 8; i++)
            {
                using Process process = Start(output);
                try
                {
                    await process.WaitForExitAsync().WaitAsync(most * _random.NextDouble());
                    break;
                }
                catch (TimeoutException)
                {
                    process.Kill(); // SIGKILL: nothing of its own runs any more
                    await process.WaitForExitAsync();
                    kills++;
                }
            }

            await EndAsync(Start(output));
            foreach (string file in (string[])["members.csv", "report.md"])
                (await File.ReadAllBytesAsync(At(output, file))).Should().Equal(await File.ReadAllBytesAsync(At("whole", file)));
            Directory.EnumerateFiles(At(output, "checkpoint")).Select(Path.GetFileName).Should().BeEquivalentTo("checkpoint.lock", "checkpoint.manifest", "checkpoint-00000001.segment");
        }

        kills.Should().BePositive();
    }

    private string At(params string[] parts) => Path.Combine([_folder.Path, "out", .. parts]);

    private Process Start(string output)
    {
        string program = typeof(Quickstart.Program).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["exec", program, "--input", _folder.Path, "--output", At(output), "--latency", "2", "--reviewers", "16"])
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            process.ExitCode.Should().Be(0, errors);
        }
    }
}
