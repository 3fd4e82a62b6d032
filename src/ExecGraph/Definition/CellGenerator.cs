using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph;

/// <summary>The inputs of one cell, by column name. Valid during the call.</summary>
public readonly struct CellInputs
{
    private readonly ColumnBuffer?[] _buffers;
    private readonly RunnerBinding _binding;
    private readonly int _index;

    internal CellInputs(ColumnBuffer?[] buffers, RunnerBinding binding, int index)
    {
        _buffers = buffers;
        _binding = binding;
        _index = index;
    }

    /// <summary>The cell's value of a declared dependency.</summary>
    /// <exception cref="KeyNotFoundException">The column does not declare that dependency.</exception>
    /// <exception cref="InvalidOperationException">The dependency has another type.</exception>
    public T Get<T>(string column) => NamedInput.Find<T>(_buffers, _binding, column)[_index];
}

/// <summary>The inputs of several rows, by column name. Valid during the call.</summary>
public sealed class BatchInputs
{
    private readonly IReadOnlyList<CellRun> _runs;
    private readonly RunnerBinding _binding;
    private readonly RowBatch<long> _rows;

    internal BatchInputs(IReadOnlyList<CellRun> runs, RunnerBinding binding, RowFailures failures)
    {
        _runs = runs;
        _binding = binding;
        _rows = BatchReader.Read<long, RowInput>(runs, binding, failures);
    }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>The table row at a position; ascending with the position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not between 0 and <see cref="Count"/> - 1.</exception>
    public long RowAt(int position) => _rows.RowAt(position);

    /// <inheritdoc cref="IRowBatch{T}.Fail"/>
    public void Fail(int position, Exception exception) => _rows.Fail(position, exception);

    /// <summary>The values of a declared dependency, one for each row.</summary>
    /// <exception cref="KeyNotFoundException">The column does not declare that dependency.</exception>
    /// <exception cref="InvalidOperationException">The dependency has another type.</exception>
    public IReadOnlyList<T> GetColumn<T>(string column)
    {
        var values = new T[Count];
        int position = 0;
        foreach (CellRun run in _runs)
        {
            T[] source = NamedInput.Find<T>(run.Buffers, _binding, column);
            for (ulong rest = run.Cells; rest != 0;)
            {
                int length = RowBits.TakeStretch(ref rest, out int first);
                Array.Copy(source, run.Offset + first, values, position, length);
                position += length;
            }
        }

        return values;
    }
}

/// <summary>A cell-by-cell generator written as a class, for plug-ins and graphs whose names are known only at run time.</summary>
/// <typeparam name="T">The type of the column.</typeparam>
public abstract class CellGenerator<T> : RunnableGenerator
{
    /// <inheritdoc/>
    public sealed override GenerationStrategy Strategy => GenerationStrategy.CellByCell;

    /// <inheritdoc/>
    public override bool IsOrderDependent => Options.IsOrderDependent;

    internal sealed override IReadOnlyList<Type> OutputTypes => OneOutput<T>.Types;

    /// <summary>Produces one cell. May be called by many threads at once, unless the generator is order-dependent.</summary>
    protected internal abstract ValueTask<T> GenerateAsync(CellInputs inputs, CellContext context);

    internal sealed override ColumnRunner CreateRunner(RunnerBinding binding) =>
        new AsyncCellRunner<NamedInput, NamedInputReader, Body, T, OneOutput<T>>(binding, new Body(this));

    private readonly struct Body(CellGenerator<T> generator) : ICellBody<NamedInput, ValueTask<T>>
    {
        public Delegate? Code => null;

        public ValueTask<T> Invoke(NamedInput input, in CellSite site) => generator.GenerateAsync(input.With(site.Binding), site.Context);
    }
}

/// <summary>A cell-by-cell generator with one side output, written as a class. The descriptor names the side output.</summary>
/// <typeparam name="T">The type of the column.</typeparam>
/// <typeparam name="TSide">The type of the side output.</typeparam>
public abstract class CellGenerator<T, TSide> : RunnableGenerator
{
    /// <inheritdoc/>
    public sealed override GenerationStrategy Strategy => GenerationStrategy.CellByCell;

    /// <inheritdoc/>
    public override bool IsOrderDependent => Options.IsOrderDependent;

    internal sealed override IReadOnlyList<Type> OutputTypes => TwoOutputs<T, TSide>.Types;

    /// <summary>Produces one cell and its side output. May be called by many threads at once, unless the generator is order-dependent.</summary>
    protected internal abstract ValueTask<(T Value, TSide Side)> GenerateAsync(CellInputs inputs, CellContext context);

    internal sealed override ColumnRunner CreateRunner(RunnerBinding binding) =>
        new AsyncCellRunner<NamedInput, NamedInputReader, Body, (T, TSide), TwoOutputs<T, TSide>>(binding, new Body(this));

    private readonly struct Body(CellGenerator<T, TSide> generator) : ICellBody<NamedInput, ValueTask<(T, TSide)>>
    {
        public Delegate? Code => null;

        public ValueTask<(T, TSide)> Invoke(NamedInput input, in CellSite site) => generator.GenerateAsync(input.With(site.Binding), site.Context);
    }
}

/// <summary>A full-column generator written as a class: a barrier, or a stream of micro-batches if it says that it is row-streamable.</summary>
/// <typeparam name="T">The type of the column.</typeparam>
public abstract class BatchGenerator<T> : RunnableGenerator
{
    /// <inheritdoc/>
    public sealed override GenerationStrategy Strategy => GenerationStrategy.FullColumn;

    /// <inheritdoc/>
    public override bool IsOrderDependent => Options.IsOrderDependent;

    /// <inheritdoc/>
    public override BarrierScope Scope => (Options as BarrierOptions)?.Scope ?? BarrierScope.Dataset;

    internal sealed override IReadOnlyList<Type> OutputTypes => OneOutput<T>.Types;

    /// <summary>Produces one value for each row, in the same order.</summary>
    protected internal abstract ValueTask<IReadOnlyList<T>> GenerateAsync(BatchInputs inputs, CancellationToken cancellationToken = default);

    internal sealed override ColumnRunner CreateRunner(RunnerBinding binding) => new Runner(binding, this);

    private sealed class Runner(RunnerBinding binding, BatchGenerator<T> generator) : BatchRunner(binding)
    {
        internal override bool IsAsync => true;

        internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => OneOutput<T>.AddBuffers(buffers, Binding.Outputs, rows);

        internal override async ValueTask<IBatchResult> RunAsync(IReadOnlyList<CellRun> runs, CancellationToken cancellationToken)
        {
            var failures = new RowFailures(Binding.Column, generator.IsRowStreamable);
            var inputs = new BatchInputs(runs, Binding, failures);
            IReadOnlyList<T> values = await generator.GenerateAsync(inputs, cancellationToken).ConfigureAwait(false);
            return new BatchResult<T>(values, inputs.Count, Binding, failures);
        }

        internal override IBatchResult ResultOf(IReadOnlyList<ColumnBuffer> pieces) => new BatchResult<T>(BatchPieces.Join<T>(pieces), Binding);
    }
}
