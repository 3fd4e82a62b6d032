using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CsCheck;

namespace ExecGraph.Tests.Support;

/// <summary>What a column of a <see cref="SkipTable"/> is made of: its two inputs and its predicates, by numbers that choose among the columns before it.</summary>
internal sealed record SkipColumn(SkipKind Kind, int[] Reads, SkipPredicate[] Predicates, bool RunsOnSkippedInputs, bool HasSkippedValue, bool Filters);

/// <summary>A predicate over one or two columns declared earlier.</summary>
internal sealed record SkipPredicate(int[] Reads, bool HasValue, bool IsForSideOutput);

internal enum SkipKind
{
    Start,
    Cell,
    Async,
    Ordered,
    TwoOutputs,
    Stream,
    OrderedStream,
    Barrier,
    GroupBarrier,
    Aggregate,
    GroupAggregate,
    AggregateForAll,
}

/// <summary>
/// A random typed graph with predicates, filters and every kind of column, and the same table by one loop after another. Every value is a hash
/// of the column, the row and the inputs (a barrier's: of all rows it sees), so whatever runs on wrong inputs or sees wrong rows shows.
/// </summary>
internal sealed class SkipTable
{
    private readonly SkipColumn[] _columns;
    private readonly int _rowCount;
    private readonly int _groupSize;
    private readonly bool _isOpenEnded;
    private readonly List<Output> _outputs = [];
    private readonly List<(int Column, string Name, int[] Inputs, SkipPredicate Predicate, int Output)> _rules = [];
    private readonly int[][] _inputs;
    private readonly ConcurrentDictionary<(string Rule, long Row), int> _asked = new();

    internal SkipTable(SkipColumn[] columns, int rowCount, int groupSize, bool isOpenEnded)
    {
        _rowCount = rowCount;
        _groupSize = groupSize;
        _isOpenEnded = isOpenEnded;
        var source = new SkipColumn(SkipKind.Start, [], [], RunsOnSkippedInputs: false, HasSkippedValue: false, Filters: false);
        _columns = [source, .. columns];
        _inputs = new int[_columns.Length][];
        for (int c = 0; c < _columns.Length; c++)
        {
            SkipColumn column = _columns[c];
            int readable = _outputs.Count;
            _inputs[c] = column.Kind == SkipKind.Start ? [] : [.. column.Reads.Select(read => read % readable)];
            for (int i = 0; i < column.Predicates.Length; i++)
            {
                SkipPredicate predicate = column.Predicates[i];
                int output = readable + (column.Kind == SkipKind.TwoOutputs && predicate.IsForSideOutput ? 1 : 0);
                _rules.Add((c, $"c{c}p{i}", [.. predicate.Reads.Select(read => read % readable)], predicate, output));
            }

            _outputs.Add(new Output($"c{c}", c));
            if (column.Kind == SkipKind.TwoOutputs)
                _outputs.Add(new Output($"c{c}side", c));
        }
    }

    /// <summary>Whether rows are dropped, so that which cells were counted before that depends on timing.</summary>
    internal bool HasFilters => _columns.Any(column => column.Filters);

    /// <summary>How often each predicate was asked about each row; of several runs the sum.</summary>
    internal IReadOnlyDictionary<(string Rule, long Row), int> Asked => _asked;

    /// <summary>How often <see cref="Evaluate"/> had to ask.</summary>
    internal int Questions { get; private set; }

    internal IReadOnlyList<Column<long>> Columns { get; private set; } = [];

    internal static Gen<SkipTable> Any { get; } =
        from columns in (
            from kind in Gen.Int[0, (int)SkipKind.AggregateForAll]
            from reads in Gen.Int[0, 999].Array[2]
            from predicates in (
                from reads in Gen.Int[0, 999].Array[1, 2]
                from hasValue in Gen.Bool
                from isForSide in Gen.Bool
                select new SkipPredicate(reads, hasValue, isForSide)).Array[0, 2]
            from optsOut in Gen.Int[0, 3]
            from hasValue in Gen.Bool
            from filters in Gen.Int[0, 9]
            select new SkipColumn((SkipKind)kind, reads, predicates, optsOut == 0, hasValue, filters == 0)).Array[1, 8]
        from rows in Gen.OneOf<int>(Gen.Int[1, 12], Gen.Int[1, 200])
        from groupSize in Gen.OneOf(1, 2, 3, 8, 63, 64, 65, 1024)
        from isOpenEnded in Gen.Bool
        select new SkipTable(columns, rows, groupSize, isOpenEnded);

    internal ExecutionGraph Build()
    {
        var graph = new GraphBuilder { RowGroupSize = _groupSize };
        var outputs = new List<Column<long>>();
        for (int c = 0; c < _columns.Length; c++)
        {
            outputs.AddRange(c == 0 && _isOpenEnded
                ? [graph.Source("c0", Enumerable.Range(0, _rowCount).Select(row => Hash("c0", row, [])))]
                : Declare(graph, c, [.. _inputs[c].Select(input => outputs[input])]));
        }

        for (int o = 0; o < outputs.Count; o++)
        {
            if (_columns[_outputs[o].Column].HasSkippedValue)
                graph.SkippedValue(outputs[o], SkippedValue(_outputs[o].Name));
        }

        foreach (var rule in _rules)
        {
            // The row is not among what a predicate is told, so each also reads the first column, whose values are all different.
            bool Ask(long first, params ReadOnlySpan<long> values)
            {
                _asked.AddOrUpdate((rule.Name, first), 1, (_, times) => times + 1);
                return Skips(rule.Name, [.. values]);
            }

            Column<long>[] inputs = [.. rule.Inputs.Select(input => outputs[input])];
            Column<long> target = outputs[rule.Output];
            switch (inputs.Length, rule.Predicate.HasValue)
            {
                case (1, false):
                    graph.SkipWhen(target, outputs[0], inputs[0], (first, a) => Ask(first, a));
                    break;
                case (1, true):
                    graph.SkipWhen(target, outputs[0], inputs[0], (first, a) => Ask(first, a), Hash(rule.Name, 0, []));
                    break;
                case (_, false):
                    graph.SkipWhen(target, outputs[0], inputs[0], inputs[1], (first, a, b) => Ask(first, a, b));
                    break;
                default:
                    graph.SkipWhen(target, outputs[0], inputs[0], inputs[1], (first, a, b) => Ask(first, a, b), Hash(rule.Name, 0, []));
                    break;
            }
        }

        for (int c = 0; c < _columns.Length; c++)
        {
            if (_columns[c].Filters)
                graph.Where(outputs[_outputs.FindIndex(output => output.Column == c)], Keeps);
        }

        Columns = outputs;
        return graph.Build(_isOpenEnded ? null : _rowCount);
    }

    /// <summary>The surviving rows, each with its values and with what is skipped, output by output.</summary>
    internal List<(long Row, (long Value, bool IsSkipped)[] Cells)> Evaluate(ExecutionGraph graph)
    {
        int[] declared = [.. graph.ColumnNames.Select(name => int.Parse(name[1..], CultureInfo.InvariantCulture))];
        var alive = Enumerable.Range(0, _rowCount).Select(row => (long)row).ToList();
        (long Value, bool IsSkipped)[][] cells = [.. _outputs.Select(_ => new (long, bool)[_rowCount])];
        foreach (int[] next in ReferenceOrder.Of(graph))
        {
            foreach (int column in next)
                Compute(declared[column], cells, alive);
            alive.RemoveAll(row => next.Any(column => _columns[declared[column]].Filters && !Keeps(cells[OutputOf(declared[column])][row].Value)));
        }

        return [.. alive.Select(row => (row, cells.Select(column => column[row]).ToArray()))];
    }

    /// <summary>Skipped cells; a call with two outputs is one.</summary>
    internal long CountSkipped(List<(long Row, (long Value, bool IsSkipped)[] Cells)> rows) =>
        rows.Sum(row => _columns.Where((_, column) => row.Cells[OutputOf(column)].IsSkipped).LongCount());

    public override string ToString()
    {
        var text = new StringBuilder($"{_rowCount} rows in groups of {_groupSize}{(_isOpenEnded ? ", from a source" : "")}");
        for (int c = 0; c < _columns.Length; c++)
        {
            SkipColumn column = _columns[c];
            text.Append($"\n  c{c}: {column.Kind} <- [{string.Join(", ", _inputs[c].Select(input => _outputs[input].Name))}]");
            text.Append($"{(column.RunsOnSkippedInputs ? " runs on skipped inputs" : "")}{(column.HasSkippedValue ? " with a skipped value" : "")}{(column.Filters ? " filters" : "")}");
            foreach (var rule in _rules.Where(rule => rule.Column == c))
                text.Append($"\n    {rule.Name} over [{string.Join(", ", rule.Inputs.Select(input => _outputs[input].Name))}] for {_outputs[rule.Output].Name}{(rule.Predicate.HasValue ? " with a value" : "")}");
        }

        return text.Append('\n').ToString();
    }

    private static bool Keeps(long value) => (ulong)value % 9 != 3;

    private static bool Skips(string rule, IEnumerable<long> inputs) => (ulong)Hash(rule, 0, inputs) % 4 == 0;

    private static long SkippedValue(string output) => Hash($"{output}skipped", 0, []);

    private static long Hash(string name, long row, IEnumerable<long> inputs)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (long part in name.Select(letter => (long)letter).Append(row).Concat(inputs))
            hash = (hash ^ (ulong)part) * 0x100000001B3 ^ hash >> 29;
        return (long)hash;
    }

    private int OutputOf(int column) => _outputs.FindIndex(output => output.Column == column);

    private void Compute(int c, (long Value, bool IsSkipped)[][] cells, List<long> alive)
    {
        SkipColumn column = _columns[c];
        int first = OutputOf(c);
        int[] outputs = column.Kind == SkipKind.TwoOutputs ? [first, first + 1] : [first];
        long Default(int output) => column.HasSkippedValue ? SkippedValue(_outputs[output].Name) : 0;
        foreach (long row in alive)
        {
            bool isSkipped = !column.RunsOnSkippedInputs && _inputs[c].Any(input => cells[input][row].IsSkipped);
            var rule = isSkipped ? default : _rules.Find(rule =>
            {
                if (rule.Column != c)
                    return false;
                Questions++;
                return Skips(rule.Name, rule.Inputs.Select(input => cells[input][row].Value));
            });
            foreach (int output in outputs)
            {
                cells[output][row] = (
                    rule.Name is not null && rule.Output == output && rule.Predicate.HasValue ? Hash(rule.Name, 0, []) : Default(output),
                    isSkipped || rule.Name is not null);
            }
        }

        foreach (IGrouping<long, long> scope in alive.Where(row => !cells[first][row].IsSkipped).GroupBy(row => IsOfGroup(column) ? row / _groupSize : 0))
        {
            string name = $"c{c}";
            long[] Inputs(long row) => [.. _inputs[c].Select(input => cells[input][row].Value)];
            long ByInputs(long row) => Hash(name, Inputs(row)[0], [Inputs(row)[1]]);
            long all = column.Kind < SkipKind.Barrier ? 0
                : column.Kind < SkipKind.Aggregate ? Hash(name, 0, scope.SelectMany(row => Inputs(row).Prepend(row)))
                : scope.Aggregate(0L, (sum, row) => sum + ByInputs(row));
            foreach (long row in scope)
            {
                cells[first][row].Value = column.Kind switch
                {
                    SkipKind.TwoOutputs => ByInputs(row),
                    < SkipKind.Barrier => Hash(name, row, Inputs(row)),
                    < SkipKind.Aggregate => Hash(name, row, [all]),
                    SkipKind.AggregateForAll => all,
                    _ => Hash(name, all, Inputs(row)),
                };
                if (outputs.Length > 1)
                    cells[first + 1][row].Value = ~cells[first][row].Value;
            }
        }
    }

    private Column<long>[] Declare(GraphBuilder graph, int c, Column<long>[] inputs)
    {
        SkipColumn column = _columns[c];
        string name = $"c{c}";
        if (column.Kind == SkipKind.Start)
            return [graph.Start(name, row => Hash(name, row, []))];
        Inputs<long, long> from = graph.From(inputs[0], inputs[1]);
        var options = new CellOptions { RunsOnSkippedInputs = column.RunsOnSkippedInputs, IsOrderDependent = column.Kind == SkipKind.Ordered };
        var stream = new StreamOptions
        {
            RunsOnSkippedInputs = column.RunsOnSkippedInputs,
            IsOrderDependent = column.Kind == SkipKind.OrderedStream,
            MaxBatchSize = 7,
            MinBatchSize = 3,
        };
        var barrier = new BarrierOptions { RunsOnSkippedInputs = column.RunsOnSkippedInputs, Scope = IsOfGroup(column) ? BarrierScope.RowGroup : BarrierScope.Dataset };
        switch (column.Kind)
        {
            case SkipKind.Cell:
                return [from.Cell(name, (a, b, context) => Hash(name, context.Row, [a, b]), options)];
            case SkipKind.Async or SkipKind.Ordered:
                return [from.Cell(name, (a, b, context) => LaterAsync(Hash(name, context.Row, [a, b])), options)];
            case SkipKind.TwoOutputs:
                (Column<long> first, Column<long> second) = from.Cell(name, $"{name}side", (a, b) => (Hash(name, a, [b]), ~Hash(name, a, [b])), options);
                return [first, second];
            case SkipKind.Stream or SkipKind.OrderedStream:
                return [from.Stream<long>(name, batch => batch.Select((input, i) => Hash(name, batch.RowAt(i), [input.Item1, input.Item2])).ToArray(), stream)];
            case SkipKind.Barrier or SkipKind.GroupBarrier:
                return [from.Barrier<long>(
                    name,
                    batch =>
                    {
                        long all = Hash(name, 0, batch.SelectMany((input, i) => new[] { batch.RowAt(i), input.Item1, input.Item2 }));
                        return batch.Select((_, i) => Hash(name, batch.RowAt(i), [all])).ToArray();
                    },
                    barrier)];
            case SkipKind.AggregateForAll:
                return [from.Aggregate(name, () => 0L, (sum, a, b) => sum + Hash(name, a, [b]), (x, y) => x + y, sum => sum, barrier)];
            default:
                return [from.Aggregate(
                    name, () => 0L, (sum, a, b) => sum + Hash(name, a, [b]), (x, y) => x + y, (sum, a, b) => Hash(name, sum, [a, b]), barrier)];
        }
    }

    private static async ValueTask<long> LaterAsync(long value)
    {
        if (value % 3 == 0)
            await Task.Yield();
        return value;
    }

    private static bool IsOfGroup(SkipColumn column) => column.Kind is SkipKind.GroupBarrier or SkipKind.GroupAggregate;

    private sealed record Output(string Name, int Column);
}
