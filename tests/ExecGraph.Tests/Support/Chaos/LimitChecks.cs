namespace ExecGraph.Tests.Support.Chaos;

/// <summary>The calls of all runs that shared one limiter: never too many at once, in any window, or by weight, and none while the service wants to be left alone.</summary>
internal sealed class LimitChecks(ChaosCase chaos, ChaosWorld world, CallJournal journal, IReadOnlySet<int> completedRuns, Violations violations)
{
    internal void Check()
    {
        for (int i = 0; i < chaos.Limiters.Length; i++)
        {
            // On real threads a synchronous cell counts from its admission, which nobody but the library sees.
            ChaosCall[] calls = [.. journal.Calls.Where(call => chaos.Columns[call.Column] is var column && column.Plan.Limiter == i)];
            ChaosCall[] timed = world.IsVirtual ? calls : [.. calls.Where(call => chaos.Columns[call.Column].IsAsync)];
            string name = $"limiter {i}";
            if (chaos.Limiters[i].MaxConcurrency is { } most)
                CheckConcurrency(name, calls, most);
            if (chaos.Limiters[i].Requests is { } requests)
                CheckRequests(name, timed, requests.Permits, world.Ticks(requests.Window));
            if (world.IsVirtual && chaos.Limiters[i].Weight is { } weight)
                CheckWeights(name, calls, weight.Permits, world.Ticks(weight.Window));
            if (world.IsVirtual)
                CheckPauses(name, calls);
        }

        CheckCallsWithoutLimiter();
    }

    private void CheckConcurrency(string name, IEnumerable<ChaosCall> calls, int most)
    {
        int now = 0;
        foreach ((_, int change) in calls.SelectMany(call => new[] { (call.BegunOrder, 1), (call.EndedOrder, -1) }).OrderBy(change => change.Item1))
        {
            now += change;
            violations.Unless(now <= most, $"{name}: {now} calls at once instead of {most}");
        }
    }

    private void CheckRequests(string name, ChaosCall[] calls, long permits, long window)
    {
        long[] begun = [.. calls.Select(call => call.Begun).Order()];
        for (long i = permits; i < begun.Length; i++)
            violations.Unless(begun[i] - begun[i - permits] >= window, $"{name}: {permits + 1} calls from {begun[i - permits]} to {begun[i]}");
    }

    /// <summary>Each call counts by its estimate until it has said what it weighed: less is given back, more is taken from then on.</summary>
    private void CheckWeights(string name, ChaosCall[] calls, long permits, long window)
    {
        foreach (ChaosCall call in calls.Where(call => call.Weight > 0))
        {
            long sum = 0;
            foreach (ChaosCall earlier in calls)
            {
                if (earlier.BegunOrder > call.BegunOrder)
                    break;
                bool hasSaid = earlier.Reported is not null && earlier.EndedOrder < call.BegunOrder;
                if (earlier.Begun > call.Begun - window)
                    sum += hasSaid ? Math.Min(earlier.Weight, earlier.Reported!.Value) : earlier.Weight;
                if (hasSaid && earlier.Ended < call.Begun && earlier.Ended > call.Begun - window && completedRuns.Contains(earlier.Run))
                    sum += Math.Max(0, earlier.Reported!.Value - earlier.Weight);
            }

            violations.Unless(sum <= permits, $"{name}: a weight of {sum} instead of {permits} at {call.Begun}");
        }
    }

    private void CheckPauses(string name, ChaosCall[] calls)
    {
        foreach (ChaosCall rejected in calls.Where(call => call.Ends.Any(end => end.Kind == EndKind.Rejected) && IsHeard(call)))
        {
            bool isTold = rejected.Turns.Any(turn => turn.Step == Step.RejectFor) && !rejected.Decider.IsOfCall;
            long until = rejected.Ended!.Value + world.Ticks(isTold ? Turn.Pause : 1);
            foreach (ChaosCall call in calls)
                violations.Unless(call.Begun <= rejected.Ended || call.Begun >= until, $"{name}: a call at {call.Begun}, after one was rejected at {rejected.Ended} until {until}");
        }
    }

    /// <summary>Whether somebody surely waits for the call's end: a run that stops may give up on its calls, and the other run goes on.</summary>
    private bool IsHeard(ChaosCall call) => completedRuns.Contains(call.Run) || (chaos.Settings.StopGrace is null && chaos.Stop.Grace is null);

    /// <summary>Asynchronous calls without a limiter, of each run by itself.</summary>
    private void CheckCallsWithoutLimiter()
    {
        foreach (IGrouping<int, ChaosCall> calls in journal.Calls.Where(call => chaos.Columns[call.Column] is { IsAsync: true, Plan.Limiter: null }).GroupBy(call => call.Run))
            CheckConcurrency($"run {calls.Key}", calls, chaos.Settings.MaxConcurrentCells);
    }
}
