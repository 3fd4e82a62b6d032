using System.Numerics;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>The user's code behind a stream or barrier column, in the one form that the runner calls.</summary>
internal delegate ValueTask<IReadOnlyList<R>> BatchCall<TIn, R>(IRowBatch<TIn> batch, CancellationToken cancellationToken);

/// <summary>A column whose calls cover many rows: a stream if it is row-streamable, else a barrier.</summary>
internal sealed class TypedBatchGenerator<TIn, TReader, R>(BatchCall<TIn, R> body, bool isAsync, CellOptions? options, bool streamable, Delegate code, bool start = false)
    : RunnableGenerator
    where TReader : struct, IInputReader<TIn>
{
    public override bool CanGenerateFromScratch => start;

    public override GenerationStrategy Strategy => GenerationStrategy.FullColumn;

    public override bool IsRowStreamable => streamable;

    public override bool IsOrderDependent => Options.IsOrderDependent;

    public override BarrierScope Scope => (Options as BarrierOptions)?.Scope ?? BarrierScope.Dataset;

    public override CellOptions Options { get; } = options ?? CellOptions.Default;

    internal override Guid CodeVersion => VersionOf(code);

    internal override IReadOnlyList<Type> OutputTypes => OneOutput<R>.Types;

    internal override IReadOnlyList<Type> InputTypes => TReader.Types;

    internal override ColumnRunner CreateRunner(RunnerBinding binding) => new Runner(binding, body, isAsync, streamable);

    private sealed class Runner(RunnerBinding binding, BatchCall<TIn, R> body, bool isAsync, bool failsByRow) : BatchRunner(binding)
    {
        internal override bool IsAsync => isAsync;

        internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => OneOutput<R>.AddBuffers(buffers, Binding.Outputs, rows);

        internal override async ValueTask<IBatchResult> RunAsync(IReadOnlyList<CellRun> runs, CancellationToken cancellationToken)
        {
            var failures = new RowFailures(Binding.Column, failsByRow);
            RowBatch<TIn> batch = BatchReader.Read<TIn, TReader>(runs, Binding, failures);
            IReadOnlyList<R> values = await body(batch, cancellationToken).ConfigureAwait(false);
            return new BatchResult<R>(values, batch.Count, Binding, failures);
        }

        internal override IBatchResult ResultOf(IReadOnlyList<ColumnBuffer> pieces) => new BatchResult<R>(BatchPieces.Join<R>(pieces), Binding);
    }
}

/// <summary>Collects the inputs of many rows.</summary>
internal static class BatchReader
{
    internal static int Count(IReadOnlyList<CellRun> runs, string column)
    {
        long count = 0;
        foreach (CellRun run in runs)
            count += run.Count;
        return count <= Array.MaxLength
            ? (int)count
            : throw new InvalidOperationException(
                $"Column '{column}' needs {count} rows in one call; {Array.MaxLength} is the limit. Use Aggregate, whose state is merged group by group.");
    }

    internal static RowBatch<TIn> Read<TIn, TReader>(IReadOnlyList<CellRun> runs, RunnerBinding binding, RowFailures failures)
        where TReader : struct, IInputReader<TIn>
    {
        var values = new TIn[Count(runs, binding.Column)];
        var rows = RowNumbers.For(runs.Sum(run => (long)RowBits.CountStretches(run.Cells)), values.Length);
        int position = 0;
        TReader reader = default;
        foreach (CellRun run in runs)
        {
            reader.Open(run.Buffers, binding.Inputs, run.FirstRow, run.Offset);
            for (ulong rest = run.Cells; rest != 0;)
            {
                int length = RowBits.TakeStretch(ref rest, out int first);
                rows.Add(position, run.FirstRow + first, length);
                for (int index = run.Offset + first, end = index + length; index < end; index++)
                    values[position++] = reader.Read(index);
            }
        }

        return new RowBatch<TIn>(values, rows, failures);
    }
}

/// <summary>The checked values of a batch call.</summary>
internal sealed class BatchResult<R> : IBatchResult
{
    private readonly IReadOnlyList<R> _values;
    private readonly R[]? _array; // the same, if it is one
    private readonly IReadOnlyDictionary<int, Exception>? _failures;
    private readonly int _slot;

    internal BatchResult(IReadOnlyList<R> values, int rows, RunnerBinding binding, RowFailures failures)
    {
        _failures = failures.Close();
        if (values is null || values.Count != rows)
            throw new InvalidOperationException($"Column '{binding.Column}' returned {values?.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no list of"} values for {rows} rows; it must return one for each, in the same order.");
        _values = values;
        _array = values as R[];
        _slot = binding.Outputs[0];
    }

    /// <summary>Values that were checked before they were kept.</summary>
    internal BatchResult(R[] values, RunnerBinding binding) => (_values, _array, _slot) = (values, values, binding.Outputs[0]);

    public IEnumerable<ColumnBuffer> Pieces() => BatchPieces.Cut(_values);

    public Exception? FailureAt(int position) => _failures?.GetValueOrDefault(position);

    public void Write(in CellRun run, int position, ulong seen)
    {
        R[] target = ((ColumnBuffer<R>)run.Buffers[_slot]!).Values;
        for (ulong rest = run.Cells; rest != 0;)
        {
            // What lies together in the word lies together in the list: the call saw all of these cells, so there is none between them.
            int length = RowBits.TakeStretch(ref rest, out int first);
            int from = position + BitOperations.PopCount(RowBits.Below(seen, first));
            Span<R> to = target.AsSpan(run.Offset + first, length);
            if (_array is not null)
            {
                new ReadOnlySpan<R>(_array, from, length).CopyTo(to);
                continue;
            }

            for (int i = 0; i < length; i++)
                to[i] = _values[from + i];
        }
    }
}
