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
        }

        CheckBudget(report, calls);
        if (run.Stop is { Kind: StopKind.StopAsync, Grace: { } grace } && run.Result.StopAskedAt is { } asked && world.IsVirtual)
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
                .Sum(call => call.Decider is { IsOfCall: true, IsRejection: true } || Array.Exists(call.Ends, end => end.Kind == EndKind.Rejected) ? 1 : 0);
            violations.Unless(column.RateLimited == rejected, $"{column.RateLimited} rejections of {column.Name} instead of {rejected}");
        }
    }

    private void CheckAbandoned(RunReport report, ChaosCall[] calls)
    {
        IEnumerable<(long?, string)> abandoned = calls.Where(call => call.IsAbandoned).Select(call => (chaos.Columns[call.Column].IsBarrier ? (long?)null : call.Rows[0], $"c{call.Column}"));
        violations.Unless(
            report.Abandoned.Select(call => (call.Row, call.Column)).Order().SequenceEqual(abandoned.Order()), $"abandoned: {string.Join(", ", report.Abandoned)}");
    }

    /// <summary>A run that came to its end had something left of its budget, and one that did not had not.</summary>
    private void CheckBudget(RunReport report, ChaosCall[] calls)
    {
        bool isSpent = run.Stop.Kind switch
        {
            StopKind.BudgetOfCells => report.Cells >= run.Stop.At,
            StopKind.BudgetOfCost => Cost(calls) >= run.Stop.At,
            StopKind.BudgetOfTime => world.IsVirtual && report.Elapsed > world.Time(run.Stop.At / 4.0), // elsewhere the run may end as its time does
            _ => report.Outcome == RunOutcome.BudgetSpent,
        };
        violations.Unless(
            report.Outcome == RunOutcome.BudgetSpent ? isSpent || run.Stop.Kind == StopKind.BudgetOfTime : !isSpent,
            $"{report.Outcome} after {report.Cells} cells, {report.Elapsed} and a cost of {Cost(calls)}");
    }

    /// <summary>Each row of each call is an attempt, unless it was rejected; so is an estimate that threw.</summary>
    private long Cost(ChaosCall[] calls)
    {
        int CostOf(int column) => chaos.Columns[column].Plan.Cost;
        return calls.Sum(call => call.Ends.Count(end => end.Kind is EndKind.Done or EndKind.Failed) * CostOf(call.Column))
            + journal.MisjudgedOf(run.Number).Sum(turn => CostOf(turn.Column));
    }
}
