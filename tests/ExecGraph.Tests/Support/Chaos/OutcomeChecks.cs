namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What a run handed out and how it ended, against the reference and docs/resilience.md.</summary>
internal sealed class OutcomeChecks(ChaosCase chaos, ChaosRun run, ChaosReference reference, CallJournal journal, Violations violations)
{
    private readonly ChaosResult _result = run.Result;
    private readonly int[] _kept = new ChaosShape(chaos).Kept(chaos);

    internal void Check()
    {
        CheckRows();
        CheckDrops();
        CheckReading();
        if (_result.Failure is { } failure)
            CheckFailure(failure);
        else
            CheckReport(_result.Report!);
    }

    /// <summary>Whatever becomes of the run: no row that is not the reference's.</summary>
    private void CheckRows()
    {
        long last = -1;
        var seen = new HashSet<long>();
        foreach ((long row, (long Value, bool IsSkipped)[] cells) in _result.Rows)
        {
            violations.Unless(seen.Add(row), $"row {row} came twice");
            violations.Unless(chaos.Settings.Output == OutputOrder.AsCompleted || row > last, $"row {row} came after {last}");
            violations.Unless(!reference.Deaths.ContainsKey(row), $"row {row} came, which ends by {(reference.Deaths.TryGetValue(row, out List<Death>? deaths) ? deaths[0] : null)}");
            for (int c = 0; c < chaos.Columns.Length; c++)
                violations.Unless(reference.Cell(c, row).HasValue, $"row {row} came without its c{c}");
            for (int i = 0; i < _kept.Length; i++)
                violations.Unless(cells[i] == reference.Output(_kept[i], row), $"row {row}, output {_kept[i]}: {cells[i]} instead of {reference.Output(_kept[i], row)}");
            last = row;
        }
    }

    private void CheckDrops()
    {
        violations.Unless(_result.Told.Select(failure => failure.Row).Distinct().Count() == _result.Told.Count, $"a row was dropped twice: {string.Join(", ", _result.Told)}");
        foreach (CellFailure failure in _result.Told)
            violations.Unless(IsDeath(failure), $"dropped unlike any way to end: {failure}");
    }

    private bool IsDeath(CellFailure failure) =>
        reference.Deaths.TryGetValue(failure.Row, out List<Death>? deaths)
        && deaths.Exists(death => death.Kind == DeathKind.Drop && $"c{death.Column}" == failure.Column && death.Attempts == failure.Attempts && death.Cause == Cause.Of(failure.Exception));

    private void CheckReading()
    {
        if (!_result.ReadToEnd)
            return;
        bool isSame = (_result.ReadFailure, _result.Failure) is (OperationCanceledException reading, OperationCanceledException running)
            ? reading.CancellationToken == running.CancellationToken
            : ReferenceEquals(_result.ReadFailure, _result.Failure);
        violations.Unless(isSame, $"the reader was told '{_result.ReadFailure}', and the run ended with '{_result.Failure}'");
        if (_result.Report is { } report)
            violations.Unless(report.Rows == _result.Rows.Count, $"{report.Rows} rows are reported, and {_result.Rows.Count} came");
    }

    private void CheckFailure(Exception failure)
    {
        switch (failure)
        {
            case CellFailedException failed:
                violations.Unless(WaysToFail().Any(death => IsOf(death, failed)), $"the run failed in a way of its own: {failed.Message}, {Cause.Of(failed.InnerException!)}");
                break;
            case OperationCanceledException cancelled:
                violations.Unless(run.Stop.Kind == StopKind.Cancel && _result.StopAskedAt is not null && cancelled.CancellationToken == _result.CallerToken, $"nobody cancelled: {cancelled}");
                break;
            case InvalidOperationException { InnerException: CallbackException } callback:
                violations.Unless(run.Stop.Kind == StopKind.DropCallbackThrows && _result.StopAskedAt is not null, $"no callback threw: {callback}");
                break;
            case NoRowsLeftException nothing:
                violations.Unless(reference.Alive.Count == 0, $"rows were left: {nothing.Message}");
                violations.Unless(
                    nothing.Dropped.Count == 0 || ReferenceEquals(nothing.InnerException, nothing.Dropped[0].Exception), $"not the root cause: {nothing.InnerException}");
                CheckComplete(nothing.Report);
                break;
            default:
                violations.Unless(false, $"the run failed with {failure}");
                break;
        }
    }

    private IEnumerable<Death> WaysToFail()
    {
        IEnumerable<Death> ways = reference.Deaths.Values.SelectMany(deaths => deaths).Concat(reference.Failures).Where(death => death.Kind == DeathKind.FailRun);
        return run.Stop.Kind == StopKind.SourceThrows ? ways.Append(SourceFailure) : ways;
    }

    private static Death SourceFailure { get; } = new(DeathKind.FailRun, 0, null, 1, "source");

    private static bool IsOf(Death death, CellFailedException failed) =>
        $"c{death.Column}" == failed.Column && death.Row == failed.Row && (death.Attempts == failed.Attempts || death.Attempts == Death.AnyAttempts) && death.Cause == Cause.Of(failed.InnerException!);

    private void CheckReport(RunReport report)
    {
        bool isAllowed = report.Outcome switch
        {
            RunOutcome.Completed => report.StopReason is null,
            RunOutcome.Stopped => run.Stop.Kind is StopKind.StopAsync or StopKind.ReaderLeaves or StopKind.ReaderThrows && _result.StopAskedAt is not null,
            RunOutcome.TooManyFailures => run.Stop.Kind == StopKind.FailureRate,
            _ => run.Stop.Kind is StopKind.BudgetOfCells or StopKind.BudgetOfCost or StopKind.BudgetOfTime,
        };
        violations.Unless(isAllowed, $"the outcome is {report.Outcome}: {report.StopReason}");
        violations.Unless(report.Outcome == RunOutcome.Completed || report.StopReason is not null, $"{report.Outcome} without a reason");
        violations.Unless(report.DroppedRows == _result.Told.Count, $"{report.DroppedRows} drops are reported, {_result.Told.Count} were told");
        int named = Math.Min(chaos.Settings.MaxReportedDrops, _result.Told.Count);
        violations.Unless(report.Dropped.Count == named && report.Dropped.All(_result.Told.Contains), $"{report.Dropped.Count} drops are named, of {_result.Told.Count}");
        if (report.Outcome == RunOutcome.Completed)
            CheckComplete(report);
        else
            CheckKept();
    }

    /// <summary>The run was stopped, but all calls under way could end: each row whose calls have all succeeded is handed out.</summary>
    private void CheckKept()
    {
        bool isGentle = run.Stop.Kind is not (StopKind.ReaderLeaves or StopKind.ReaderThrows) && (run.Stop.Kind == StopKind.StopAsync ? run.Stop.Grace : null) is null && chaos.Settings.StopGrace is null;
        if (!isGentle || !_result.ReadToEnd || Array.Exists(chaos.Columns, column => column.IsBarrier))
            return;
        int first = chaos.IsOpenEnded ? 1 : 0; // a source makes no call
        HashSet<(int, long)> done = [.. journal.Calls.Where(call => call.Run == run.Number)
            .SelectMany(call => call.Rows.Where(row => call.EndOf(row).Kind == EndKind.Done).Select(row => (call.Column, row)))];
        HashSet<long> came = [.. _result.Rows.Select(row => row.Row)];
        foreach (long row in reference.Alive)
            violations.Unless(came.Contains(row) || !Enumerable.Range(first, chaos.Columns.Length - first).All(c => done.Contains((c, row))), $"row {row} is complete and was not handed out");
    }

    /// <summary>The run came to its end: nothing is missing, and nothing that would have stopped it was passed over.</summary>
    private void CheckComplete(RunReport report)
    {
        violations.Unless(run.Stop.Kind != StopKind.SourceThrows, $"complete, though its source threw");
        violations.Unless(run.Stop.Kind != StopKind.DropCallbackThrows || _result.StopAskedAt is null, $"complete, though its callback threw");
        violations.Unless(reference.Failures.Count == 0, $"complete, though {string.Join(", ", reference.Failures)}");
        foreach ((long row, List<Death> deaths) in reference.Deaths)
            violations.Unless(deaths.Exists(death => death.Kind != DeathKind.FailRun), $"complete, though row {row}: {deaths[0]}");
        for (int c = 0; c < chaos.Columns.Length; c++)
            violations.Unless(reference.Alive.TrueForAll(row => reference.Cell(c, row).HasValue), $"complete, though calls of c{c} have no end");
        violations.Unless(report.Rows == reference.Alive.Count, $"{report.Rows} rows instead of {reference.Alive.Count}");
        violations.Unless(
            _result.Failure is NoRowsLeftException || report.Rows > 0 || report.DroppedRows == 0, $"no row is left after {report.DroppedRows} drops, and that counts as complete");
        if (_result.ReadToEnd)
            violations.Unless(_result.Rows.Select(row => row.Row).Order().SequenceEqual(reference.Alive), $"rows came that are not {string.Join(", ", reference.Alive)}");
        new CountChecks(chaos, reference, violations).Check(report);
    }
}
