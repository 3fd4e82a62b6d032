namespace ExecGraph.Tests.Support.Chaos;

/// <summary>The calls of one run, one cell after another: as many attempts as there may be, one at a time, no sooner than they may come, and in order.</summary>
internal sealed class AttemptChecks(ChaosCase chaos, ChaosRun run, ChaosWorld world, CallJournal journal, Violations violations)
{
    private readonly ILookup<(int Column, long Row), (int Order, CallEnd End)> _ends = journal.EndsOf(run.Number);

    internal void Check()
    {
        ChaosCall[] calls = [.. journal.Calls.Where(call => call.Run == run.Number)];
        foreach (IGrouping<(int Column, long Row), (ChaosCall Call, long Row)> cell in calls
            .SelectMany(call => call.Rows.Select(row => (Call: call, Row: row))).GroupBy(call => (call.Call.Column, call.Row)))
            CheckCell(chaos.Columns[cell.Key.Column], cell.Key.Column, cell.Key.Row, [.. cell.Select(call => call.Call)]);
        foreach (ChaosCall call in calls)
        {
            CheckBatch(chaos.Columns[call.Column], call);
            if (world.IsVirtual && call.Decider.Step == Step.Hang)
                CheckTimeout(call);
        }

        for (int c = 0; c < chaos.Columns.Length; c++)
        {
            if (chaos.Columns[c] is { IsOrdered: true, IsBarrier: false })
                CheckOrder(c, [.. calls.Where(call => call.Column == c)]);
        }

        if (world.IsVirtual && run.Result.StopAskedAt is { } stopped)
            violations.Unless(calls.All(call => call.Begun <= stopped), $"a call began after the run was stopped");
    }

    private void CheckCell(ChaosColumn column, int ordinal, long row, ChaosCall[] calls)
    {
        string cell = $"c{ordinal}[{row}]";
        for (int i = 0; i < calls.Length; i++)
        {
            ChaosCall call = calls[i];
            if (call.Attempt > 0)
                violations.Unless(call.Attempt == Fate.AttemptOf(column, call.Turns[0]), $"{cell} was told attempt {call.Attempt} at {call.Turns[0]}");
            if (i == 0)
                continue;
            ChaosCall before = calls[i - 1];
            Fate fate = Fate.Of(column, _ends[(ordinal, row)].TakeWhile(end => end.Order < call.BegunOrder).Select(end => end.End));
            violations.Unless(before.EndOf(row).Kind != EndKind.Open && fate.Kind == EndKind.Open, $"{cell} was called again after {before.EndOf(row)}, {fate}");
            long end = EndOf(column, before);
            violations.Unless(call.Begun >= end, $"{cell} was called again while it was under way");
            if (world.IsVirtual && column.Plan.Delay > 0 && before.EndOf(row).Kind == EndKind.Failed)
                violations.Unless(call.Begun >= end + world.Ticks(column.Plan.Delay), $"{cell} was called again after {world.Clock.GetElapsedTime(end, call.Begun)}");
            if (world.IsVirtual && before.EndOf(row).Kind == EndKind.Rejected && before.TurnOf(row).Step == Step.RejectFor)
                violations.Unless(call.Begun >= end + world.Ticks(Turn.Pause), $"{cell} was called again {world.Clock.GetElapsedTime(end, call.Begun)} after it was told to wait");
        }
    }

    /// <summary>When whoever waits for the call hears that it has ended.</summary>
    private long EndOf(ChaosColumn column, ChaosCall call) =>
        call.IsAbandoned ? call.Begun + world.Ticks(column.Plan.Timeout!.Value + column.Plan.Grace) : call.Ended ?? long.MaxValue;

    /// <summary>A token is cancelled when the time is over, and no sooner, unless the run is stopped.</summary>
    private void CheckTimeout(ChaosCall call)
    {
        long end = call.Begun + world.Ticks(chaos.Columns[call.Column].Plan.Timeout!.Value);
        bool wasStopped = run.Result.Report is not { Outcome: RunOutcome.Completed };
        violations.Unless(call.Ended == end || (wasStopped && call.Ended < end), $"c{call.Column}[{call.Rows[0]}] hung from {call.Begun} to {call.Ended} instead of {end}");
    }

    /// <summary>The attempt of a call over many rows.</summary>
    private int AttemptOf(ChaosCall call) => 1 + _ends[(call.Column, call.Rows[0])].Count(end => end.Order < call.BegunOrder && end.End.Kind == EndKind.Failed);

    private void CheckBatch(ChaosColumn column, ChaosCall call)
    {
        violations.Unless(call.Rows.Zip(call.Rows.Skip(1)).All(pair => pair.First < pair.Second), $"rows {string.Join(", ", call.Rows)} do not ascend");
        if (column.Kind != ChaosKind.Stream)
            return;
        if (column is { Plan.Splits: true, IsOrdered: false })
            violations.Unless(call.Rows.Length <= column.MostRowsAt(AttemptOf(call)), $"a call of c{call.Column} over {call.Rows.Length} rows at attempt {AttemptOf(call)}");
        violations.Unless(call.Rows.Length <= column.Plan.MaxBatch, $"a call of c{call.Column} over {call.Rows.Length} rows");
        if (column.Plan.IsWeighted && column.Plan.Limiter is { } limiter && chaos.Limiters[limiter].Weight is { } weight)
            violations.Unless(call.Weight <= weight.Permits, $"a call of c{call.Column} weighed {call.Weight} of {weight.Permits}");
    }

    /// <summary>Rows ascend, and a row blocks those behind it through all its attempts; what was abandoned blocks nobody.</summary>
    private void CheckOrder(int column, ChaosCall[] calls)
    {
        for (int i = 1; i < calls.Length; i++)
        {
            (ChaosCall before, ChaosCall call) = (calls[i - 1], calls[i]);
            violations.Unless(call.Begun >= EndOf(chaos.Columns[column], before), $"c{column} was called for {call.Rows[0]} while {before.Rows[0]} was under way");
            violations.Unless(
                call.Rows[0] >= before.Rows[0] && call.Rows.All(row => row > before.Rows[^1] || before.Rows.Contains(row)), $"c{column} was called for {call.Rows[0]} after {before.Rows[0]}");
        }
    }
}
