namespace ExecGraph.Tests.Support;

/// <summary>
/// Gives a random graph code to run: every value is a hash of the column, the row and the inputs (a barrier's: of all rows it sees), so
/// any cell that runs on wrong inputs or sees wrong rows changes the table. Columns listed as filters drop a seventh of their rows.
/// </summary>
internal sealed class HashTable
{
    private readonly RandomGraph _shape;
    private readonly IReadOnlyList<ColumnDescriptor> _columns;
    private readonly HashSet<string> _filters;

    /// <param name="shape">The columns; side outputs are left out, and who reads one reads its producer.</param>
    /// <param name="filters">Bit i: the i-th column filters rows.</param>
    internal HashTable(RandomGraph shape, int filters)
    {
        _shape = shape;
        var producers = new Dictionary<string, string>();
        foreach (ColumnDescriptor column in shape.Columns)
        {
            foreach (string side in column.SideOutputs)
                producers.TryAdd(side, column.Name);
        }

        foreach (ColumnDescriptor column in shape.Columns)
            producers[column.Name] = column.Name;
        _columns = [.. shape.Columns.Select(column => column with
        {
            SideOutputs = [],
            Dependencies = [.. column.Dependencies.Select(name => producers[name]).Distinct()],
        })];
        _filters = [.. _columns.Where((_, i) => (filters >> i & 1) != 0).Select(column => column.Name)];
    }

    internal ExecutionGraph Build()
    {
        var graph = new GraphBuilder { RowGroupSize = _shape.RowGroupSize };
        foreach (ColumnDescriptor column in _columns)
        {
            ColumnGenerator generator = column switch
            {
                { IsBarrier: true } => new HashBarrier(column),
                { IsCellByCell: false, IsRowStreamable: true } => new HashStream(column),
                _ => new HashCell(column),
            };
            graph.Add<long>(new ColumnDescriptor(column.Name) { Dependencies = column.Dependencies, Generator = generator });
        }

        foreach (string filter in _filters)
            graph.Where(graph.GetColumn<long>(filter), Keeps);
        return graph.Build(_shape.RowCount);
    }

    /// <summary>The table by one loop after another: surviving rows with their values, columns in the order of <paramref name="graph"/>.</summary>
    internal List<(long Row, long[] Values)> Evaluate(ExecutionGraph graph)
    {
        var alive = Enumerable.Range(0, (int)_shape.RowCount).Select(row => (long)row).ToList();
        var values = new long[graph.ColumnCount][];
        foreach (int[] next in ReferenceOrder.Of(graph))
        {
            foreach (int column in next)
                values[column] = Column(graph, column, values, alive);
            alive.RemoveAll(row => next.Any(column => _filters.Contains(graph.ColumnNames[column]) && !Keeps(values[column][row])));
        }

        return [.. alive.Select(row => (row, values.Select(column => column[row]).ToArray()))];
    }

    private static bool Keeps(long value) => (ulong)value % 7 != 3;

    private static long Hash(string column, long row, IEnumerable<long> inputs)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (long part in inputs.Prepend(row).Prepend(column[1]))
            hash = (hash ^ (ulong)part) * 0x100000001B3 ^ hash >> 29;
        return (long)hash;
    }

    private long[] Column(ExecutionGraph graph, int column, long[][] values, List<long> alive)
    {
        var result = new long[_shape.RowCount];
        ColumnDescriptor descriptor = graph.Topology.Columns[column];
        long[][] inputs = [.. descriptor.Dependencies.Select(name => values[graph.OrdinalOf(name)])];
        foreach (IGrouping<long, long> scope in alive.GroupBy(row => graph.Topology.IsGroupBarrier(column) ? row / _shape.RowGroupSize : 0))
        {
            long all = descriptor.IsBarrier ? Hash(descriptor.Name, 0, scope.SelectMany(row => inputs.Select(input => input[row]).Prepend(row))) : 0;
            foreach (long row in scope)
                result[row] = Hash(descriptor.Name, row, descriptor.IsBarrier ? [all] : inputs.Select(input => input[row]));
        }

        return result;
    }

    private sealed class HashCell(ColumnDescriptor column) : CellGenerator<long>
    {
        public override bool CanGenerateFromScratch => column.IsStart;

        protected internal override async ValueTask<long> GenerateAsync(CellInputs inputs, CellContext context)
        {
            long value = Hash(column.Name, context.Row, column.Dependencies.Select(name => inputs.Get<long>(name)).ToArray());
            if (value % 3 == 0)
                await Task.Yield();
            return value;
        }
    }

    private sealed class HashStream(ColumnDescriptor column) : BatchGenerator<long>
    {
        public override bool CanGenerateFromScratch => column.IsStart;

        public override bool IsRowStreamable => true;

        protected internal override async ValueTask<IReadOnlyList<long>> GenerateAsync(BatchInputs inputs, CancellationToken cancellationToken = default)
        {
            if (inputs.RowAt(0) % 2 == 0)
                await Task.Yield();
            IReadOnlyList<long>[] columns = [.. column.Dependencies.Select(inputs.GetColumn<long>)];
            return [.. Enumerable.Range(0, inputs.Count).Select(i => Hash(column.Name, inputs.RowAt(i), columns.Select(input => input[i])))];
        }
    }

    private sealed class HashBarrier(ColumnDescriptor column) : BatchGenerator<long>
    {
        public override bool CanGenerateFromScratch => column.IsStart;

        public override bool IsRowStreamable => false;

        public override BarrierScope Scope => column.Scope;

        protected internal override ValueTask<IReadOnlyList<long>> GenerateAsync(BatchInputs inputs, CancellationToken cancellationToken = default)
        {
            IReadOnlyList<long>[] columns = [.. column.Dependencies.Select(inputs.GetColumn<long>)];
            long all = Hash(column.Name, 0, Enumerable.Range(0, inputs.Count).SelectMany(i => columns.Select(input => input[i]).Prepend(inputs.RowAt(i))));
            return new([.. Enumerable.Range(0, inputs.Count).Select(i => Hash(column.Name, inputs.RowAt(i), [all]))]);
        }
    }
}
