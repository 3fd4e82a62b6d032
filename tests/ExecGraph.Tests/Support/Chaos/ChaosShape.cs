namespace ExecGraph.Tests.Support.Chaos;

/// <summary>A column or side output of a case.</summary>
internal sealed record ChaosOutput(string Name, int Column);

/// <summary>A predicate with the outputs that it reads, and the one that its value is for.</summary>
internal sealed record ChaosRule(int Column, string Name, int[] Inputs, ChaosPredicate Predicate, int Output);

/// <summary>The graph of a case with its numbers resolved: who reads what. Outputs are numbered over all columns.</summary>
internal sealed class ChaosShape
{
    private readonly List<ChaosOutput> _outputs = [];
    private readonly List<ChaosRule> _rules = [];

    internal ChaosShape(ChaosCase chaos)
    {
        Inputs = new int[chaos.Columns.Length][];
        for (int c = 0; c < chaos.Columns.Length; c++)
        {
            ChaosColumn column = chaos.Columns[c];
            int readable = _outputs.Count;
            Inputs[c] = column.Kind == ChaosKind.Start ? [] : [.. column.Reads.Select(read => read % readable)];
            if ((column.Plan.IsWeighted || column.Kind == ChaosKind.TwoOutputs) && Inputs[c].Length > 0)
                Inputs[c][0] = 0; // the first column's values are all different, and tell the row
            for (int i = 0; i < column.Predicates.Length && readable > 0; i++)
            {
                ChaosPredicate predicate = column.Predicates[i];
                int output = readable + (column.Kind == ChaosKind.TwoOutputs && predicate.IsForSideOutput ? 1 : 0);
                _rules.Add(new ChaosRule(c, $"c{c}p{i}", [.. predicate.Reads.Select(read => read % readable)], predicate, output));
            }

            _outputs.Add(new ChaosOutput($"c{c}", c));
            if (column.Kind == ChaosKind.TwoOutputs)
                _outputs.Add(new ChaosOutput($"c{c}side", c));
        }
    }

    internal IReadOnlyList<ChaosOutput> Outputs => _outputs;

    internal IReadOnlyList<ChaosRule> Rules => _rules;

    /// <summary>By column: the outputs that it reads.</summary>
    internal int[][] Inputs { get; }

    internal int OutputOf(int column) => _outputs.FindIndex(output => output.Column == column);

    /// <summary>The outputs that a run hands out.</summary>
    internal int[] Kept(ChaosCase chaos)
    {
        int[] kept = [.. Enumerable.Range(0, _outputs.Count).Where(output => (chaos.KeptOutputs >> output & 1) != 0)];
        return kept.Length > 0 ? kept : [.. Enumerable.Range(0, _outputs.Count)];
    }
}
