namespace ExecGraph.Tests.Support.Chaos;

/// <summary>The graph of a case for one run, declared with the library.</summary>
internal sealed class ChaosTable
{
    private readonly ChaosCase _chaos;
    private readonly ChaosShape _shape;
    private readonly ChaosOptions _options;
    private readonly ChaosCalls _calls;
    private readonly ChaosFolds _folds;
    private readonly GraphBuilder _builder;
    private readonly List<Column<long>> _outputs = [];
    private readonly Dictionary<long, long> _rowOfFirst;
    private readonly bool _sourceThrows;

    internal ChaosTable(ChaosCase chaos, ChaosOptions options, ChaosCalls calls, bool sourceThrows)
    {
        (_chaos, _options, _calls, _sourceThrows) = (chaos, options, calls, sourceThrows);
        _folds = new ChaosFolds(chaos);
        _shape = new ChaosShape(chaos);
        _rowOfFirst = Enumerable.Range(0, chaos.RowCount).ToDictionary(row => ChaosValues.Hash("c0", row), row => (long)row);
        _builder = new GraphBuilder { RowGroupSize = chaos.GroupSize };
        for (int c = 0; c < chaos.Columns.Length; c++)
            _outputs.AddRange(c == 0 && chaos.IsOpenEnded ? [_builder.Source("c0", Source())] : Declare(c, [.. _shape.Inputs[c].Select(input => _outputs[input])]));
        for (int o = 0; o < _outputs.Count; o++)
        {
            if (chaos.Columns[_shape.Outputs[o].Column].HasSkippedValue)
                _builder.SkippedValue(_outputs[o], ChaosValues.SkippedValue(_shape.Outputs[o].Name));
        }

        foreach (ChaosRule rule in _shape.Rules)
            Declare(rule);
        for (int c = 0; c < chaos.Columns.Length; c++)
        {
            ChaosFilter filter = chaos.Columns[c].Filter;
            string name = $"c{c}";
            if (filter != ChaosFilter.None)
                _builder.Where(_outputs[_shape.OutputOf(c)], value => ChaosValues.FilterThrows(filter, value) ? throw new ChaosException(Step.Throw, ChaosValues.FilterCause(name, value)) : ChaosValues.Keeps(value));
        }

        int[] kept = _shape.Kept(chaos);
        Kept = [.. kept.Select(output => _outputs[output])];
        if (kept.Length < _outputs.Count)
            _builder.Output([.. Kept]);
        Graph = _builder.Build(chaos.IsOpenEnded ? null : chaos.RowCount);
    }

    internal ExecutionGraph Graph { get; }

    /// <summary>The columns that are handed out.</summary>
    internal IReadOnlyList<Column<long>> Kept { get; }

    /// <summary>Sources that have been opened and not closed.</summary>
    internal int OpenSources { get; private set; }

    private IEnumerable<long> Source()
    {
        OpenSources++;
        try
        {
            for (int row = 0; row < _chaos.RowCount; row++)
            {
                if (_sourceThrows && row == _chaos.Stop.At % _chaos.RowCount)
                    throw new ChaosException(Step.Throw, "source");
                yield return ChaosValues.Hash("c0", row);
            }
        }
        finally
        {
            OpenSources--;
        }
    }

    private void Declare(ChaosRule rule)
    {
        bool Ask(params ReadOnlySpan<long> inputs) => ChaosValues.PredicateThrows(rule, inputs)
            ? throw new ChaosException(Step.Throw, ChaosValues.PredicateCause(rule, inputs))
            : ChaosValues.Skips(rule.Name, inputs);
        Column<long>[] inputs = [.. rule.Inputs.Select(input => _outputs[input])];
        Column<long> target = _outputs[rule.Output];
        switch (inputs.Length, rule.Predicate.HasValue)
        {
            case (1, false):
                _builder.SkipWhen(target, inputs[0], a => Ask(a));
                break;
            case (1, true):
                _builder.SkipWhen(target, inputs[0], a => Ask(a), ChaosValues.RuleValue(rule.Name));
                break;
            case (_, false):
                _builder.SkipWhen(target, inputs[0], inputs[1], (a, b) => Ask(a, b));
                break;
            default:
                _builder.SkipWhen(target, inputs[0], inputs[1], (a, b) => Ask(a, b), ChaosValues.RuleValue(rule.Name));
                break;
        }
    }

    private Column<long>[] Declare(int c, Column<long>[] inputs)
    {
        ChaosColumn column = _chaos.Columns[c];
        string name = $"c{c}";
        long Weigh(CellInputs cell)
        {
            long first = cell.Get<long>("c0");
            long row = _rowOfFirst[first];
            return _calls.Estimate(c, column.IsBarrier ? Scope(column, row) : row, first);
        }

        CellOptions options = _options.OfCells(c, Weigh);
        if (column.Kind == ChaosKind.Start)
        {
            return [column.IsAsync
                ? _builder.Start(name, context => _calls.CellAsync(c, ChaosSite.Of(context), 0, ChaosValues.Hash(name, context.Row)), options)
                : _builder.Start(name, context => _calls.Cell(c, ChaosSite.Of(context), 0, ChaosValues.Hash(name, context.Row)), options)];
        }

        Inputs<long, long> from = _builder.From(inputs[0], inputs[1]);
        switch (column.Kind)
        {
            case ChaosKind.Cell:
                return [column.IsAsync
                    ? from.Cell(name, (a, b, context) => _calls.CellAsync(c, ChaosSite.Of(context), a, ChaosValues.Hash(name, context.Row, a, b)), options)
                    : from.Cell(name, (a, b, context) => _calls.Cell(c, ChaosSite.Of(context), a, ChaosValues.Hash(name, context.Row, a, b)), options)];
            case ChaosKind.TwoOutputs:
                (Column<long> first, Column<long> second) = column.IsAsync
                    ? from.Cell(name, $"{name}side", async (long a, long b, CancellationToken token) => Both(await _calls.CellAsync(c, Site(a, token), a, OfRow(name, a, b))), options)
                    : from.Cell(name, $"{name}side", (a, b) => Both(_calls.Cell(c, Site(a, default), a, OfRow(name, a, b))), options);
                return [first, second];
            case ChaosKind.Stream:
                return [Stream(c, column, from, _options.OfStream(c, Weigh))];
            case ChaosKind.Barrier:
                return [Barrier(c, column, from, _options.OfBarrier(c, Weigh))];
            case ChaosKind.AggregateForAll:
                return [from.Aggregate(name, () => 0L, (sum, a, b) => _folds.Fold(name, sum, a, b), ChaosFolds.Merge, sum => sum, _options.OfBarrier(c, Weigh))];
            default:
                return [from.Aggregate(
                    name, () => 0L, (sum, a, b) => _folds.Fold(name, sum, a, b), ChaosFolds.Merge, (sum, a, b) => _folds.Select(name, sum, a, b), _options.OfBarrier(c, Weigh))];
        }
    }

    private Column<long> Stream(int c, ChaosColumn column, Inputs<long, long> from, StreamOptions options)
    {
        string name = $"c{c}";
        IReadOnlyList<long> Values(IRowBatch<(long, long)> batch) => [.. batch.Select((input, i) => ChaosValues.Hash(name, batch.RowAt(i), input.Item1, input.Item2))];
        long[] Rows(IRowBatch<(long, long)> batch) => [.. Enumerable.Range(0, batch.Count).Select(batch.RowAt)];
        long[] Firsts(IRowBatch<(long, long)> batch) => [.. batch.Select(input => input.Item1)];
        return column.IsAsync
            ? from.Stream<long>(name, (batch, token) => _calls.BatchAsync(c, Rows(batch), Firsts(batch), () => Values(batch), batch.Fail, token), options)
            : from.Stream<long>(name, batch => _calls.Batch(c, Rows(batch), Firsts(batch), () => Values(batch), batch.Fail), options);
    }

    private Column<long> Barrier(int c, ChaosColumn column, Inputs<long, long> from, BarrierOptions options)
    {
        string name = $"c{c}";
        IReadOnlyList<long> Values(IRowBatch<(long, long)> batch)
        {
            long all = ChaosValues.Hash(name, 0, [.. batch.SelectMany((input, i) => new[] { batch.RowAt(i), input.Item1, input.Item2 })]);
            return [.. batch.Select((_, i) => ChaosValues.Hash(name, batch.RowAt(i), all))];
        }

        long[] Scopes(IRowBatch<(long, long)> batch) => [Scope(column, batch.RowAt(0))];
        return column.IsAsync
            ? from.Barrier<long>(name, (batch, token) => _calls.BatchAsync(c, Scopes(batch), [0], () => Values(batch), fail: null, token), options)
            : from.Barrier<long>(name, batch => _calls.Batch(c, Scopes(batch), [0], () => Values(batch), fail: null), options);
    }

    /// <summary>By what the script knows the calls of a barrier.</summary>
    private long Scope(ChaosColumn column, long row) => column.IsOfGroup ? row / _chaos.GroupSize : 0;

    private static (long, long) Both(long value) => (value, ~value);

    /// <summary>Several outputs are told neither their row nor their attempt; the first column's value tells the row.</summary>
    private ChaosSite Site(long first, CancellationToken cancellationToken) => new(_rowOfFirst[first], Attempt: 0, Context: null, cancellationToken);

    private long OfRow(string name, long first, long second) => ChaosValues.Hash(name, _rowOfFirst[first], first, second);
}
