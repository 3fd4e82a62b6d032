namespace ExecGraph.Tests.Support.Chaos;

/// <summary>Nothing is left of the runs once the calls have ended that nobody waited for: no permit, no timer, no source.</summary>
internal sealed class LeftoverChecks(ChaosWorld world, CallJournal journal, Limiter[] limiters, IReadOnlyList<ChaosRun> runs, Violations violations)
{
    internal void Check()
    {
        foreach (ChaosRun run in runs)
        {
            violations.Unless(run.Table.OpenSources == 0, $"run {run.Number} left its source open");
            violations.Unless(run.Result.AtEnd!.CellsInFlight == 0, $"run {run.Number} has {run.Result.AtEnd.CellsInFlight} calls in flight after its end");
        }

        violations.Unless(world.PassUntil(() => journal.UnderWay == 0), $"{journal.UnderWay} calls never end");
        violations.Unless(!world.HasTimers, $"a timer is left");
        foreach (Limiter limiter in limiters)
            violations.Unless(world.PassUntil(() => limiter.CurrentConcurrency == 0), $"{limiter.Name} has {limiter.CurrentConcurrency} permits out");
    }
}
