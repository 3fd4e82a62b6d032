using ExecGraph.Definition;
using ExecGraph.Graph;
using ExecGraph.Table;
using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Everything about a run that is fixed before its first cell.</summary>
internal sealed class RunPlan
{
    private readonly int[] _lastStages;

    /// <exception cref="InvalidOperationException">Columns cannot be run; the message names them.</exception>
    internal RunPlan(ExecutionGraph graph, RunServices services, TableDefinition definition, CellFailurePolicy onFailure)
    {
        GraphTopology topology = graph.Topology;
        string[] missing = [.. topology.Columns.Where(column => column.Generator is not RunnableGenerator).Select(column => $"'{column.Name}'")];
        if (missing.Length > 0)
            throw new InvalidOperationException($"The graph cannot be run: no generator that can be run is given for {string.Join(", ", missing)}.");
        if (graph.RowCount is null && !definition.IsEmpty && !topology.Columns.Any(column => column.Generator is IInputGenerator))
            throw new InvalidOperationException("The graph cannot be run: it has no row count and no source that knows where the rows end.");

        // A real column wins over a side output of the same name, so side outputs take what is left.
        var names = new List<string>(topology.Columns.Select(column => column.Name));
        foreach (string side in topology.Columns.SelectMany(column => column.SideOutputs))
        {
            if (!names.Contains(side))
                names.Add(side);
        }

        int named = names.Count;
        int SlotOf(string name, bool isSide)
        {
            int slot = names.IndexOf(name);
            if (!isSide || slot >= topology.ColumnCount)
                return slot;
            names.Add($"{name} (hidden {names.Count})"); // its producer writes it, and nobody can name it
            return names.Count - 1;
        }

        Definition = definition;
        Columns = new ColumnPlan[topology.ColumnCount];
        for (int ordinal = 0; ordinal < Columns.Length; ordinal++)
        {
            ColumnDescriptor descriptor = topology.Columns[ordinal];
            var generator = (RunnableGenerator)descriptor.Generator!;
            CellOptions options = generator.Options;
            int[] inputs = [.. descriptor.Dependencies.Select(name => SlotOf(name, isSide: false))];
            int[] outputs = [.. descriptor.ProducedColumns.Select((name, i) => SlotOf(name, isSide: i > 0))];
            Columns[ordinal] = new ColumnPlan
            {
                Ordinal = ordinal,
                Name = descriptor.Name,
                Outputs = descriptor.ProducedColumns,
                Stage = topology.Stage(ordinal),
                Depth = topology.Depth(ordinal),
                Tail = topology.Tail(ordinal),
                IsBarrier = descriptor.IsBarrier,
                IsDatasetBarrier = topology.IsDatasetBarrier(ordinal),
                IsStart = topology.Producers(ordinal).Length == 0,
                Generator = generator,
                Options = options,
                OnFailure = options.OnFailure ?? onFailure,
                Runner = generator.CreateRunner(new RunnerBinding(descriptor.Name, descriptor.Dependencies, inputs, outputs, options, services)
                {
                    Weights = options is { Weight: { } weight, Limiter: not null } ? new CallWeights(weight) : null,
                }),
                Filters = [.. definition.Filters.Where(filter => descriptor.ProducedColumns.Contains(filter.Column) && OwnerOf(topology, filter.Column) == ordinal)],
                Cost = new CostEstimate(services.TimeProvider),
            };
            Columns[ordinal].Settle();
            if (definition.SkipRules.Count > 0)
                Columns[ordinal].Skips = SkipsOf(topology, Columns[ordinal], descriptor, names);
        }

        foreach (ColumnPlan column in Columns)
        {
            if (column.Options.Timeout is not null && !column.Runner.IsAsync)
                throw new InvalidOperationException($"Column '{column.Name}' has a time-out, but its code is synchronous: nothing could end it, or go on without it.");
            if (column.Options.OnFailure is not null && DefaultValue.Mismatch(column, column.OnFailure.Value) is { } mismatch)
                throw mismatch;
        }

        HasSkips = Columns.Any(column => column.Skips is not null);
        Layout = new TableLayout(names);
        StageCount = topology.StageCount;
        Stages = [.. Enumerable.Range(0, StageCount).Select(stage => new Frontier<HardwareMemory>(FrontierPlan.ForStage(topology, graph.RowGroupSize, stage)))];
        _lastStages = new int[names.Count];
        foreach (ColumnPlan column in Columns)
        {
            // An aggregate that gives every row the same value has read its inputs when the stage before it parks.
            bool readsBefore = column.IsDatasetBarrier && column.Runner is AggregateRunner { ReadsInputsAgain: false };
            foreach (int input in column.Runner.Binding.Inputs)
                _lastStages[input] = Math.Max(_lastStages[input], readsBefore ? column.Stage - 1 : column.Stage);

            // What is skipped of a dataset barrier is decided, and has its values, before the barrier's stage begins.
            foreach (int input in column.Skips?.Inputs ?? [])
                _lastStages[input] = Math.Max(_lastStages[input], column.IsDatasetBarrier ? column.Stage - 1 : column.Stage);
            foreach (int output in column is { IsDatasetBarrier: true, Skips: not null } ? column.Runner.Binding.Outputs : [])
                _lastStages[output] = Math.Max(_lastStages[output], column.Stage);
        }

        for (int slot = 0; slot < named; slot++)
        {
            if (definition.Outputs is null || definition.Outputs.Contains(names[slot]))
                _lastStages[slot] = int.MaxValue;
        }
    }

    internal TableDefinition Definition { get; }

    internal ColumnPlan[] Columns { get; }

    internal TableLayout Layout { get; }

    internal int StageCount { get; }

    /// <summary>By stage: its frontier.</summary>
    internal Frontier<HardwareMemory>[] Stages { get; }

    internal IEnumerable<ColumnPlan> BarriersOf(int stage) => Columns.Where(column => column.IsDatasetBarrier && column.Stage == stage);

    internal bool HasBarriers => Columns.Any(column => column.IsBarrier);

    /// <summary>Whether any cell may be skipped.</summary>
    internal bool HasSkips { get; }

    internal bool IsKeptAfter(int slot, int stage) => _lastStages[slot] > stage;

    internal bool IsOutput(int slot) => _lastStages[slot] == int.MaxValue;

    /// <summary>What may skip cells of a column: its own predicates, and inputs that may be skipped themselves. The columns before it are known.</summary>
    private ColumnSkips? SkipsOf(GraphTopology topology, ColumnPlan column, ColumnDescriptor descriptor, List<string> names)
    {
        IEnumerable<string> passingOn = column.Options.RunsOnSkippedInputs ? [] : descriptor.Dependencies;
        int[] producers = [.. passingOn.Select(name => OwnerOf(topology, name)).Distinct().Where(producer => Columns[producer].Skips is not null)];
        ColumnSkips.Rule[] rules =
        [
            .. Definition.SkipRules.Where(rule => OwnerOf(topology, rule.Column) == column.Ordinal).Select(rule => new ColumnSkips.Rule(
                rule, [.. rule.Inputs.Select(name => names.IndexOf(name))], rule.Column == column.Name ? 0 : column.Outputs.ToList().LastIndexOf(rule.Column))),
        ];
        if (producers.Length == 0 && rules.Length == 0)
            return null;

        // A side output that has the name of a real column is nobody's to name: it gets the default.
        SkippedValue?[] values = [.. column.Outputs.Select(name => OwnerOf(topology, name) == column.Ordinal ? Definition.SkippedValues.GetValueOrDefault(name) : null)];
        return new ColumnSkips(column, producers, rules, values);
    }

    private static int OwnerOf(GraphTopology topology, string name)
    {
        int real = Array.FindIndex(topology.Columns, column => column.Name == name);
        return real >= 0 ? real : Array.FindIndex(topology.Columns, column => column.SideOutputs.Contains(name));
    }
}
