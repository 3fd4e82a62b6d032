using Xunit.Sdk;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>A case that was run, once or twice side by side, and is looked at from every side.</summary>
internal sealed class ChaosTrial
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly ChaosCase _chaos;
    private readonly ChaosWorld _world;
    private readonly CallJournal _journal;
    private readonly Limiter[] _limiters;
    private readonly ChaosRun[] _runs;

    private ChaosTrial(ChaosCase chaos, ChaosWorld world)
    {
        (_chaos, _world, _journal) = (chaos, world, new CallJournal(world.Clock));
        _limiters = ChaosOptions.Limiters(chaos, world);
        _runs = [.. Enumerable.Range(0, chaos.HasSecondRun ? 2 : 1).Select(number => new ChaosRun(chaos, number, world, _journal, _limiters))];
        world.Await(() => Task.WhenAll(_runs.Select(run => run.RunAsync())), Hang);
    }

    /// <summary>Runs the case and holds it to everything that is promised.</summary>
    /// <exception cref="XunitException">Something is not as it must be.</exception>
    internal static void Hold(ChaosCase chaos, ChaosWorld world) => new ChaosTrial(chaos, world).Check();

    /// <summary>What happened in a run of the case in virtual time: every call, when it began and ended, and every row.</summary>
    internal static IEnumerable<string> HistoryOf(ChaosCase chaos)
    {
        var trial = new ChaosTrial(chaos, ChaosWorld.Virtual());
        return trial._journal.Calls
            .Select(call => $"run {call.Run} c{call.Column} [{string.Join(", ", call.Rows)}] {call.Begun}-{call.Ended}, {call.BegunOrder}-{call.EndedOrder}")
            .Concat(trial._runs.SelectMany(run => run.Result.Rows.Select(row => $"run {run.Number} row {row.Row}: {string.Join(", ", row.Cells)}")));
    }

    private void Check()
    {
        var violations = new Violations();
        new LeftoverChecks(_world, _journal, _limiters, _runs, violations).Check();
        foreach (ChaosRun run in _runs)
        {
            new OutcomeChecks(_chaos, run, Reference(run), _journal, violations).Check();
            new ReportChecks(_chaos, run, _world, _journal, violations).Check();
            new AttemptChecks(_chaos, run, _world, _journal, violations).Check();
        }

        IReadOnlySet<int> completed = _runs.Where(run => run.Result.Report is { Outcome: RunOutcome.Completed }).Select(run => run.Number).ToHashSet();
        new LimitChecks(_chaos, _world, _journal, completed, violations).Check();
        if (violations.Found.Count > 0)
            throw new XunitException(string.Join('\n', violations.Found));
    }

    /// <summary>What a stream's calls are made of is the engine's choice, so their ends are taken as they were; all else follows from the script.</summary>
    private ChaosReference Reference(ChaosRun run)
    {
        ILookup<(int Column, long Row), (int Order, CallEnd End)> ends = _journal.EndsOf(run.Number);
        return new ChaosReference(_chaos, run.Table.Graph, (column, row) => _chaos.Columns[column] is { Kind: ChaosKind.Stream } stream
            ? Fate.Of(stream, ends[(column, row)].Select(end => end.End))
            : Fate.Scripted(_chaos.Columns[column], column, row));
    }
}
