using System.Globalization;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>
/// The table of a case by one loop after another. Columns go in rounds: those of a round run freely beside each other, so a row may end by any of the
/// cells that would end it in the first such round, and what its other cells of that round do is anybody's guess.
/// </summary>
internal sealed class ChaosReference
{
    private readonly ChaosCase _chaos;
    private readonly ChaosShape _shape;
    private readonly Func<int, long, Fate> _fateOf;
    private readonly ReferenceCell[][] _cells;
    private readonly Dictionary<long, List<Death>> _deaths = [];
    private readonly List<Death> _failures = [];
    private readonly long[] _barrierFailures;

    /// <param name="chaos">The case.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="fateOf">How the calls of a cell end; a barrier's row is its row group.</param>
    internal ChaosReference(ChaosCase chaos, ExecutionGraph graph, Func<int, long, Fate> fateOf)
    {
        (_chaos, _shape, _fateOf) = (chaos, new ChaosShape(chaos), fateOf);
        _barrierFailures = new long[chaos.Columns.Length];
        _cells = [.. chaos.Columns.Select(_ => new ReferenceCell[chaos.RowCount])];
        Alive = [.. Enumerable.Range(0, chaos.RowCount).Select(row => (long)row)];
        int[] declared = [.. graph.ColumnNames.Select(name => int.Parse(name[1..], CultureInfo.InvariantCulture))];
        int round = 0;
        foreach (int[] next in ReferenceOrder.Of(graph))
        {
            round++;
            foreach (int column in next)
                Compute(declared[column], round);
            Bury(next.Select(column => declared[column]), round);
        }
    }

    /// <summary>Surviving rows, ascending.</summary>
    internal List<long> Alive { get; }

    /// <summary>By row: what may end it.</summary>
    internal IReadOnlyDictionary<long, List<Death>> Deaths => _deaths;

    /// <summary>By row: the round in which it ends.</summary>
    internal Dictionary<long, int> Buried { get; } = [];

    /// <summary>What fails the run beyond what ends a row.</summary>
    internal IReadOnlyList<Death> Failures => _failures;

    /// <summary>Calls of a barrier that failed.</summary>
    internal long BarrierFailures(int column) => _barrierFailures[column];

    internal ReferenceCell Cell(int column, long row) => _cells[column][row];

    internal (long Value, bool IsSkipped) Output(int output, long row)
    {
        ChaosOutput chosen = _shape.Outputs[output];
        ReferenceCell cell = _cells[chosen.Column][row];
        return (chosen.Name.EndsWith("side", StringComparison.Ordinal) ? cell.SideValue : cell.Value, cell.State == CellState.Skipped);
    }

    /// <summary>Whether the column's cell, directly or not, is needed for another column's cell.</summary>
    internal bool IsNeededFor(int column, int other) =>
        InputsOf(other).Any(input => _shape.Outputs[input].Column is var producer && (producer == column || IsNeededFor(column, producer)));

    private IEnumerable<int> InputsOf(int column) => _shape.Inputs[column].Concat(_shape.Rules.Where(rule => rule.Column == column).SelectMany(rule => rule.Inputs));

    private void Compute(int c, int round)
    {
        ChaosColumn column = _chaos.Columns[c];
        var seen = new List<long>();
        foreach (long row in Alive)
        {
            ref ReferenceCell cell = ref _cells[c][row];
            cell.Round = round;
            if (!InputsOf(c).All(input => _cells[_shape.Outputs[input].Column][row].HasValue))
                continue;
            if (!column.RunsOnSkippedInputs && _shape.Inputs[c].Any(input => Output(input, row).IsSkipped))
                Skip(ref cell, c, by: null);
            else if (!TryDecide(ref cell, c, row))
                seen.Add(row);
        }

        if (column.IsBarrier)
            ComputeBarrier(c, column, seen);
        else
            seen.ForEach(row => Run(ref _cells[c][row], c, row, c == 0 ? new Fate(EndKind.Done, 1, 0, "") : _fateOf(c, row), Value(c, row)));
        foreach (long row in Alive)
            Filter(ref _cells[c][row], c, row);
    }

    /// <summary>Asks the predicates.</summary>
    private bool TryDecide(ref ReferenceCell cell, int c, long row)
    {
        foreach (ChaosRule rule in _shape.Rules.Where(rule => rule.Column == c))
        {
            long[] inputs = [.. rule.Inputs.Select(input => Output(input, row).Value)];
            if (ChaosValues.PredicateThrows(rule, inputs))
            {
                GiveUp(ref cell, c, row, new Fate(EndKind.Failed, 1, 1, ChaosValues.PredicateCause(rule, inputs)));
                return true;
            }

            if (!ChaosValues.Skips(rule.Name, inputs))
                continue;
            Skip(ref cell, c, rule);
            return true;
        }

        return false;
    }

    private void Skip(ref ReferenceCell cell, int c, ChaosRule? by)
    {
        long ValueOf(int output) =>
            by is { Predicate.HasValue: true } && by.Output == output ? ChaosValues.RuleValue(by.Name)
            : _chaos.Columns[c].HasSkippedValue ? ChaosValues.SkippedValue(_shape.Outputs[output].Name)
            : 0;
        int first = _shape.OutputOf(c);
        cell.State = CellState.Skipped;
        cell.Value = ValueOf(first);
        if (_chaos.Columns[c].Kind == ChaosKind.TwoOutputs)
            cell.SideValue = ValueOf(first + 1);
    }

    private long Value(int c, long row) => ChaosValues.Hash($"c{c}", row, Inputs(c, row));

    private long[] Inputs(int c, long row) => [.. _shape.Inputs[c].Select(input => Output(input, row).Value)];

    private void Run(ref ReferenceCell cell, int c, long row, Fate fate, long value)
    {
        switch (fate.Kind)
        {
            case EndKind.Done:
                (cell.State, cell.Value, cell.SideValue) = (CellState.Computed, value, ~value);
                (cell.Failures, cell.Retries) = (fate.Failures, fate.Failures);
                break;
            case EndKind.Failed:
                GiveUp(ref cell, c, row, fate);
                break;
            default:
                (cell.Failures, cell.Retries) = (fate.Failures, fate.Failures);
                break;
        }
    }

    private void GiveUp(ref ReferenceCell cell, int c, long row, Fate fate)
    {
        ChaosColumn column = _chaos.Columns[c];
        (cell.Failures, cell.Retries) = (fate.Failures, fate.Failures - 1);
        if (column.IsBarrier)
        {
            Die(ref cell, new Death(DeathKind.FailRun, c, row, fate.Attempts, fate.Cause));
            return;
        }

        ChaosPolicy policy = column.Plan.Policy == ChaosPolicy.OfRun ? _chaos.Settings.Policy : column.Plan.Policy;
        Verdict verdict = Verdict.Of(policy, $"c{c}", row, fate.Attempts, fate.Cause);
        if (verdict.Kind == VerdictKind.Default)
        {
            (cell.State, cell.IsDefaulted, cell.Value) = (CellState.Computed, true, verdict.Value ?? 0);
            cell.SideValue = verdict.Value is { } value ? ~value : 0;
        }
        else
        {
            Die(ref cell, new Death(verdict.Kind == VerdictKind.Drop ? DeathKind.Drop : DeathKind.FailRun, c, row, fate.Attempts, verdict.Cause));
        }
    }

    private void Filter(ref ReferenceCell cell, int c, long row)
    {
        ChaosColumn column = _chaos.Columns[c];
        if (column.Filter == ChaosFilter.None || !cell.HasValue)
            return;
        int attempts = cell.IsDefaulted ? cell.Failures : column.IsBarrier ? Death.AnyAttempts : cell.Failures + 1;
        if (ChaosValues.FilterThrows(column.Filter, cell.Value))
            Die(ref cell, new Death(DeathKind.FailRun, c, column.IsBarrier ? null : row, attempts, ChaosValues.FilterCause($"c{c}", cell.Value)));
        else if (!ChaosValues.Keeps(cell.Value))
            Die(ref cell, new Death(DeathKind.Filter, c, row, attempts, ""));
    }

    private static void Die(ref ReferenceCell cell, Death death) => (cell.State, cell.Death) = (CellState.Fatal, death);

    private void ComputeBarrier(int c, ChaosColumn column, List<long> seen)
    {
        string name = $"c{c}";
        foreach (IGrouping<long, long> scope in seen.GroupBy(row => column.IsOfGroup ? row / _chaos.GroupSize : 0))
        {
            Fate fate = column.IsAggregate ? new Fate(EndKind.Done, 1, 0, "") : _fateOf(c, scope.Key);
            _barrierFailures[c] += fate.Failures;
            if (fate.Kind == EndKind.Failed)
                _failures.Add(new Death(DeathKind.FailRun, c, null, fate.Attempts, fate.Cause));
            if (fate.Kind != EndKind.Done)
                continue;
            long all = column.IsAggregate
                ? scope.Aggregate(0L, (sum, row) => ChaosFolds.Folded(name, sum, Inputs(c, row)[0], Inputs(c, row)[1]))
                : ChaosValues.Hash(name, 0, [.. scope.SelectMany(row => Inputs(c, row).Prepend(row))]);
            foreach (long row in scope)
            {
                long[] inputs = Inputs(c, row);
                _cells[c][row].State = CellState.Computed;
                _cells[c][row].Value = column.Kind switch
                {
                    ChaosKind.AggregateForAll => all,
                    ChaosKind.Aggregate => ChaosFolds.Selected(name, all, inputs[0], inputs[1]),
                    _ => ChaosValues.Hash(name, row, all),
                };
            }
        }
    }

    /// <summary>Takes the rows out that end in this round.</summary>
    private void Bury(IEnumerable<int> columns, int round)
    {
        Alive.RemoveAll(row =>
        {
            List<Death> deaths = [.. columns.Select(column => _cells[column][row].Death).OfType<Death>()];
            if (deaths.Count == 0)
                return false;
            _deaths.Add(row, deaths);
            Buried.Add(row, round);
            return true;
        });
    }
}
