namespace ExecGraph.Tests.Support.Chaos;

/// <summary>A report against the calls as they were seen from within, and against the budget.</summary>
internal sealed class ReportChecks(ChaosCase chaos, ChaosRun run, ChaosWorld world, CallJournal journal, Violations violations)
{
    internal void Check()
    {
        RunReport? report = run.Result.Report ?? (run.Result.Failure as NoRowsLeftException)?.Report;
        if (report is null)
            return;
        ChaosCall[] calls = [.. journal.Calls.Where(call => call.Run == run.Number)];
        if (report.Outcome == RunOutcome.Completed)
        {
            CheckRejections(report, calls);
            CheckAbandoned(report, calls);
            CheckBudget(report);
        }
        else if (run.Stop is { Kind: StopKind.StopAsync, Grace: { } grace } && run.Result.StopAskedAt is { } asked && world.IsVirtual)
        {
            TimeSpan latest = world.Clock.GetElapsedTime(0, asked) + world.Time(2 * grace);
            violations.Unless(report.Elapsed <= latest, $"the run ended at {report.Elapsed} instead of {latest}");
        }
    }

    private void CheckRejections(RunReport report, ChaosCall[] calls)
    {
        foreach (ColumnReport column in report.Columns)
        {
            int rejected = calls.Where(call => $"c{call.Column}" == column.Name)
                .Sum(call => call.Decider is { IsOfCall: true, IsRejection: true } ? 1 : call.Ends.Count(end => end.Kind == EndKind.Rejected));
            violations.Unless(column.RateLimited == rejected, $"{column.RateLimited} rejections of {column.Name} instead of {rejected}");
        }
    }

    private void CheckAbandoned(RunReport report, ChaosCall[] calls)
    {
        IEnumerable<(long?, string)> abandoned = calls.Where(call => call.IsAbandoned).Select(call => (chaos.Columns[call.Column].IsBarrier ? (long?)null : call.Rows[0], $"c{call.Column}"));
        violations.Unless(
            report.Abandoned.Select(call => (call.Row, call.Column)).Order().SequenceEqual(abandoned.Order()), $"abandoned: {string.Join(", ", report.Abandoned)}");
    }

    private void CheckBudget(RunReport report)
    {
        long cost = report.Columns.Sum(column => (column.Cells + column.Failures) * chaos.Columns[int.Parse(column.Name[1..], System.Globalization.CultureInfo.InvariantCulture)].Plan.Cost);
        bool isSpent = run.Stop.Kind switch
        {
            StopKind.BudgetOfCells => report.Cells >= run.Stop.At,
            StopKind.BudgetOfCost => cost >= run.Stop.At,
            StopKind.BudgetOfTime => report.Elapsed > world.Time(run.Stop.At / 4.0),
            _ => false,
        };
        violations.Unless(!isSpent, $"complete, though the budget is spent: {report.Cells} cells, {cost} cost, {report.Elapsed}");
    }
}
