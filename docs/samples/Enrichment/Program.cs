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
        using var calls = new CallTally(limiter);
        using var client = new CompanyClient(service, calls);
        IReadOnlyList<string> companies = CompanyRegister.Names(options.Rows);

        // A row group is handed out when all its rows are done: where cells are slow, small ones come out sooner.
        var graph = new GraphBuilder { RowGroupSize = 4 };
        Column<string> company = graph.Source("company", companies);
        (Column<string> sector, Column<int> headcount) = graph.From(company).Cell("sector", "headcount", client.FindAsync, polite);
        Column<string> size = graph.From(headcount).Cell("size", SizeOf);
        Column<string> summary = graph.From(company, sector, headcount).Cell("summary", client.SummarizeAsync, polite);
        graph.SkipWhen(summary, size, s => s == "tiny"); // not worth a request

        var rows = new List<EnrichedRow>();
        var runOptions = new RunOptions { TimeProvider = time, MaxActiveRowGroups = 100 };
        await using GraphRun run = graph.Build().Run(runOptions, CancellationToken.None); // Ctrl-C does not cancel it, but stops it gently, below.
        await using (new ProgressLine(run, calls, output, isTerminal))
        await using (interrupt.UnsafeRegister(_ => run.StopAsync(), null))
        {
            await foreach (Row row in run.Rows)
                rows.Add(new(row.Index, company[row], sector[row], headcount[row], size[row], row.IsSkipped(summary) ? null : summary[row]));
        }

        return new EnrichedTable(companies, rows, await run.Completion, calls.Calls, calls.LowestLimit);
    }

    public static string SizeOf(int headcount) => headcount switch
    {
        < 10 => "tiny",
        < 250 => "small",
        < 2500 => "medium",
        _ => "large",
    };
}
