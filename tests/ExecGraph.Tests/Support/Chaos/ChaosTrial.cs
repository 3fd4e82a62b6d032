using Xunit.Sdk;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>Runs a case and looks at it from every side.</summary>
internal static class ChaosTrial
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <exception cref="XunitException">Something is not as it must be.</exception>
    internal static void Hold(ChaosCase chaos, ChaosWorld world)
    {
        var violations = new Violations();
        var journal = new CallJournal(world.Clock);
        Limiter[] limiters = ChaosOptions.Limiters(chaos, world);
        ChaosRun[] runs = [.. Enumerable.Range(0, chaos.HasSecondRun ? 2 : 1).Select(number => new ChaosRun(chaos, number, world, journal, limiters))];
        world.Await(() => Task.WhenAll(runs.Select(run => run.RunAsync())), Hang);
        new LeftoverChecks(world, journal, limiters, runs, violations).Check();
        foreach (ChaosRun run in runs)
        {
            new OutcomeChecks(chaos, run, Reference(chaos, run, journal), violations).Check();
            new ReportChecks(chaos, run, world, journal, violations).Check();
            new AttemptChecks(chaos, run, world, journal, violations).Check();
        }

        IReadOnlySet<int> completed = runs.Where(run => run.Result.Report is { Outcome: RunOutcome.Completed }).Select(run => run.Number).ToHashSet();
        new LimitChecks(chaos, world, journal, completed, violations).Check();
        if (violations.Found.Count > 0)
            throw new XunitException(string.Join('\n', violations.Found));
    }

    /// <summary>What a stream's calls are made of is the engine's choice, so their ends are taken as they were; all else follows from the script.</summary>
    internal static ChaosReference Reference(ChaosCase chaos, ChaosRun run, CallJournal journal)
    {
        ILookup<(int Column, long Row), CallEnd> ends = journal.EndsOf(run.Number);
        return new ChaosReference(chaos, run.Table.Graph, (column, row) => chaos.Columns[column] is { Kind: ChaosKind.Stream } stream
            ? Fate.Of(stream, ends[(column, row)])
            : Fate.Scripted(chaos.Columns[column], column, row));
    }
}
