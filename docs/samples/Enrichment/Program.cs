using ExecGraph;

namespace Enrichment;

/// <summary>Fills a table of companies from an HTTP service that is slow, flaky and limited, and says what happened.</summary>
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
        return await RunAsync(args, Console.Out, Console.Error, isTerminal: !Console.IsOutputRedirected, TimeProvider.System, interrupt.Token);
    }

    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter errors, bool isTerminal, TimeProvider time, CancellationToken interrupt)
    {
        try
        {
            EnrichmentOptions options = EnrichmentOptions.Parse(args);
            if (options.ShowHelp)
            {
                output.WriteLine(EnrichmentOptions.Help);
                return 0;
            }

            await using CompanyService service = await CompanyService.StartAsync(options.Service, time);
            Account.WriteBefore(output, service, options);
            EnrichedTable table = await FillTableAsync(service.Address, options, output, isTerminal, time, interrupt);
            Account.WriteAfter(output, table, service.Tally, options);
            return table.Report.Outcome == RunOutcome.Completed ? 0 : Interrupted;
        }
        catch (Exception error) when (error is UserErrorException or NoRowsLeftException)
        {
            errors.WriteLine($"error: {error.Message}");
            return Failed;
        }
    }

    public static async Task<EnrichedTable> FillTableAsync(
        Uri service, EnrichmentOptions options, TextWriter output, bool isTerminal, TimeProvider time, CancellationToken interrupt)
    {
        // Both columns that call the service name this limiter, so it is kept by their calls together.
        var limiter = new Limiter("service") { MaxConcurrency = options.Concurrency, Requests = RateLimit.PerSecond(options.Rate) };
        var polite = new CellOptions
        {
            Limiter = limiter,
            Timeout = TimeSpan.FromSeconds(10),
            Retry = new RetryOptions { MaxAttempts = 4, Delay = TimeSpan.FromMilliseconds(50), ShouldRetry = CompanyClient.MayPass },
            OnFailure = CellFailurePolicy.DropRow,
        };
        using var client = new CompanyClient(service, limiter);
        IReadOnlyList<string> companies = CompanyRegister.Names(options.Rows);

        var graph = new GraphBuilder { RowGroupSize = 4 }; // so few, that a row is soon handed out
        Column<string> company = graph.Source("company", companies);
        (Column<string> sector, Column<int> headcount) = graph.From(company).Cell("sector", "headcount", client.FindAsync, polite);
        Column<string> size = graph.From(headcount).Cell("size", SizeOf);
        Column<string> summary = graph.From(company, sector, headcount).Cell("summary", client.SummarizeAsync, polite);
        graph.SkipWhen(summary, size, s => s == "tiny"); // not worth a request

        var rows = new List<EnrichedRow>();
        await using GraphRun run = graph.Build().Run(new RunOptions { TimeProvider = time, MaxActiveRowGroups = 100 }, CancellationToken.None); // stopped by StopAsync, gently
        await using (new ProgressLine(run, client, limiter, output, isTerminal))
        await using (interrupt.UnsafeRegister(_ => run.StopAsync(), null))
        {
            await foreach (Row row in run.Rows)
                rows.Add(new(row.Index, company[row], sector[row], headcount[row], size[row], row.IsSkipped(summary) ? null : summary[row]));
        }

        return new EnrichedTable(companies, rows, await run.Completion, client.Calls, client.LowestLimit);
    }

    public static string SizeOf(int headcount) => headcount switch
    {
        < 10 => "tiny",
        < 250 => "small",
        < 2500 => "medium",
        _ => "large",
    };
}
