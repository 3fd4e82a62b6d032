using System.Globalization;
using ExecGraph;

namespace Quickstart;

/// <summary>Builds a table of every documented member of the .NET reference assemblies, and writes it down while it is computed.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    public static async Task<int> Main(string[] args)
    {
        var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = !interrupt.IsCancellationRequested; // The first Ctrl-C stops the run, a second one the process.
            interrupt.Cancel();
        };
        return await RunAsync(args, Console.Out, Console.Error, isTerminal: !Console.IsOutputRedirected, interrupt.Token);
    }

    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter errors, bool isTerminal, CancellationToken cancellationToken)
    {
        try
        {
            QuickstartOptions options = QuickstartOptions.Parse(args);
            if (!options.ShowHelp)
                return await FillTableAsync(options, output, isTerminal, cancellationToken);
            output.WriteLine(QuickstartOptions.Help);
            return 0;
        }
        catch (CheckpointException error)
        {
            errors.WriteLine($"error: {error.Message}");
            errors.WriteLine("--fresh begins anew.");
            return Failed;
        }
        catch (CellFailedException error)
        {
            // A source has no row to blame; what it threw says all there is to say.
            errors.WriteLine($"error: {(error.Row is null ? error.InnerException!.Message : error.Message)}");
            return Failed;
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"error: {error.Message}");
            return Failed;
        }
    }

    private static async Task<int> FillTableAsync(
        QuickstartOptions options, TextWriter output, bool isTerminal, CancellationToken cancellationToken)
    {
        string folder = DocumentationFiles.Find(options.Input);
        output.WriteLine($"Reading {folder}");
        output.WriteLine();

        var members = MemberReader.ReadFolder(folder).Take(options.Rows ?? int.MaxValue);
        var table = new MemberTable(members, $"{options.Rows?.ToString(CultureInfo.InvariantCulture) ?? "all"} of {folder}", options.Latency, options.Reviewers);
        output.WriteLine(table.Graph.ToMermaid());

        Directory.CreateDirectory(options.Output);
        string csvPath = Path.Combine(options.Output, "members.csv");
        string reportPath = Path.Combine(options.Output, "report.md");
        var rows = new List<MemberRow>();
        var how = new RunOptions
        {
            CheckpointDirectory = Path.Combine(options.Output, "checkpoint"),
            Resume = options.Fresh ? ResumeMode.Never : ResumeMode.IfPossible,
            Sinks = [table.ToCsv(csvPath)],
        };
        await using GraphRun run = table.Graph.Run(how, cancellationToken);
        bool stopped = false;
        try
        {
            await using var progress = new ProgressLine(run, output, isTerminal);
            await foreach (Row row in run.Rows)
            {
                rows.Add(table.Read(row));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stopped = true; // The rows that were finished have been read; they make a shorter table.
        }
        finally
        {
            await using var report = new StreamWriter(reportPath);
            MemberReport.Write(report, rows);
        }

        if (rows.Count == 0 && !stopped)
            throw new UserErrorException($"There are no documented members in '{folder}'.");
        output.WriteLine();
        if (!stopped)
            TimingSummary.Write(output, await run.Completion, options);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(stopped ? "Stopped: " : "")}{rows.Count:N0} {(rows.Count == 1 ? "row" : "rows")} written to {csvPath} and {reportPath}."));
        return stopped ? Interrupted : 0;
    }
}
