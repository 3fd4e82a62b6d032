using System.Diagnostics;
using ExecGraph;
using Quickstart;

// Reads the XML documentation that comes with every .NET SDK and fills a table with one row for each documented member.
try
{
    if (QuickstartOptions.Parse(args) is not { } options)
    {
        Console.WriteLine(QuickstartOptions.Help);
        return 0;
    }

    IReadOnlyList<string> files = DocumentationFiles.Find(options.Input);
    MemberTable table = new(MemberReader.Read(files, options.Rows), options);
    Console.WriteLine($"{files.Count} documentation files, one row for each member:");
    Console.WriteLine();
    Console.WriteLine(table.Graph.ToMermaid());

    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true; // end the run, not the process: what is finished is still written
        cancellation.Cancel();
    };

    Directory.CreateDirectory(options.Output);
    var clock = Stopwatch.StartNew();
    var report = new MemberReport();
    bool stopped = false;
    await using (GraphRun run = table.Graph.Run(cancellationToken: cancellation.Token))
    await using (var csv = new MembersCsv(Path.Combine(options.Output, "members.csv"), table))
    await using (new ProgressLine(run))
    {
        try
        {
            await foreach (Row row in run.Rows)
            {
                csv.Write(row);
                report.Add(table, row);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            stopped = true;
        }
    }

    await File.WriteAllTextAsync(Path.Combine(options.Output, "report.md"), report.ToMarkdown());
    Console.WriteLine(stopped
        ? $"Stopped. {report.Rows:N0} finished rows are written."
        : $"{report.Rows:N0} rows in {clock.Elapsed.TotalSeconds:F1} s: {report.Rows / clock.Elapsed.TotalSeconds:N0} rows a second.");
    if (!stopped)
        Console.WriteLine($"The reviewer alone would have taken {report.Rows * options.Latency.TotalSeconds:N0} s, one after the other.");
    Console.WriteLine($"See {Path.Combine(options.Output, "members.csv")} and {Path.Combine(options.Output, "report.md")}.");
    return stopped ? 130 : 0;
}
catch (CellFailedException failure) when (failure.InnerException is UserErrorException error)
{
    return Fail(error.Message);
}
catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
{
    return Fail(error.Message);
}

static int Fail(string message)
{
    Console.Error.WriteLine($"error: {message}");
    return 1;
}
