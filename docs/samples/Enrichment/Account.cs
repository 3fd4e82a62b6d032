using ExecGraph;

namespace Enrichment;

/// <summary>Says what is about to happen, and what has happened: as the run sees it, and as the service does.</summary>
internal static class Account
{
    private const int Listed = 10;

    public static void WriteBefore(TextWriter output, CompanyService service, EnrichmentOptions options)
    {
        ServiceOptions rules = options.Service;
        output.WriteLine($"The service: {service.Address}, takes about {rules.Latency.TotalMilliseconds:N0} ms for an answer, fails some requests, and is overloaded now and then.");
        output.WriteLine($"It answers {Count(rules.Rate, "request")} a second, and {rules.Quota:N0} in a day of {rules.Day.TotalSeconds:N0} s.");
        output.WriteLine($"The run: {Count(options.Rows, "row")}, at most {Count(options.Concurrency, "request")} at once and {options.Rate:N0} a second.");
        output.WriteLine();
    }

    public static void WriteAfter(TextWriter output, EnrichedTable table, ServiceTally tally, EnrichmentOptions options)
    {
        if (options.Print > 0 && table.Rows.Count > 0)
            WriteRows(output, table.Rows, options.Print);
        if (table.Report.DroppedRows > 0)
            WriteDropped(output, table);
        WriteFigures(output, table, tally, options);
    }

    private static void WriteRows(TextWriter output, IReadOnlyList<EnrichedRow> rows, int count)
    {
        int width = rows.Take(count).Select(row => row.Company.Length).Append("company".Length).Max();
        output.WriteLine($"{"row",5}  {"company".PadRight(width)}  {"sector",-12}  {"people",6}  {"size",-6}  summary");
        foreach (EnrichedRow row in rows.Take(count))
            output.WriteLine($"{row.Row,5}  {row.Company.PadRight(width)}  {row.Sector,-12}  {row.Headcount,6:N0}  {row.Size,-6}  {row.Summary ?? "(skipped)"}");
        if (rows.Count > count)
            output.WriteLine($"{"…",5}  and {rows.Count - count:N0} more");
        output.WriteLine();
    }

    private static void WriteDropped(TextWriter output, EnrichedTable table)
    {
        output.WriteLine("dropped rows");
        foreach (CellFailure failure in table.Report.Dropped.OrderBy(failure => failure.Row).Take(Listed))
            output.WriteLine($"{failure.Row,5}  {Describe(failure, table.Companies[(int)failure.Row])}");
        if (table.Report.DroppedRows > Listed)
            output.WriteLine($"{"…",5}  and {table.Report.DroppedRows - Listed:N0} more");
        output.WriteLine();
    }

    private static string Describe(CellFailure failure, string company)
    {
        string status = failure.Exception is HttpRequestException { StatusCode: { } code } ? $"{(int)code} " : "";
        string tried = failure.Attempts == 1 ? "" : $" ({failure.Attempts} attempts)";
        return $"{company}, {failure.Column}: {status}{failure.Exception.Message}{tried}";
    }

    private static void WriteFigures(TextWriter output, EnrichedTable table, ServiceTally tally, EnrichmentOptions options)
    {
        RunReport report = table.Report;
        string stopped = report.Outcome == RunOutcome.Completed ? "" : ", stopped";
        output.WriteLine($"the run ({report.Elapsed.TotalSeconds:F1} s{stopped})");
        Write("rows out", report.Rows, $"of {options.Rows:N0}");
        Write("rows dropped", report.DroppedRows);
        Write("cells skipped", report.SkippedCells, "summaries of tiny companies");
        Write("calls", table.Calls);
        Write("retries", report.Columns.Sum(column => column.Retries), "after failures");
        Write("rate-limited", report.Columns.Sum(column => column.RateLimited), "made again, without using an attempt");
        Write("lowest limit", table.LowestLimit, $"calls at once, of {options.Concurrency:N0}");
        output.WriteLine();
        output.WriteLine("the service");
        Write("requests", tally.Requests);
        Write("most at once", tally.MostAtOnce);
        Write("200", tally.Count(Answer.Fine));
        Write("404 or 422", tally.Count(Answer.Unknown) + tally.Count(Answer.Confidential), "hopeless: not tried again");
        Write("500", tally.Count(Answer.Failed));
        Write("429", tally.Refused, $"quota {tally.Count(Answer.QuotaUsedUp):N0}, overload {tally.Count(Answer.Overloaded):N0}, too fast {tally.Count(Answer.TooFast):N0}");
        if (tally.Count(Answer.HungUp) > 0)
            Write("not waited for", tally.Count(Answer.HungUp));

        void Write(string what, long count, string note = "") => output.WriteLine($"  {what,-18}  {count,6:N0}  {note}".TrimEnd());
    }

    private static string Count(int count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";
}
