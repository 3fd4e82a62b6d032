using System.Numerics;
using System.Runtime.CompilerServices;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>The four functions of an aggregate. Exactly one of the two selects is given.</summary>
internal sealed record AggregateBody<S, TIn, R>(
    Func<S> Seed, Func<S, TIn, S> Accumulate, Func<S, S, S> Merge, Func<S, TIn, R>? SelectRow, Func<S, R>? SelectAll);

/// <summary>A barrier whose state is mergeable: one partial state for each row group.</summary>
internal sealed class AggregateGenerator<S, TIn, TReader, R>(AggregateBody<S, TIn, R> body, BarrierOptions? options) : RunnableGenerator
    where TReader : struct, IInputReader<TIn>
{
    public override GenerationStrategy Strategy => GenerationStrategy.FullColumn;

    public override bool IsRowStreamable => false;

    public override BarrierScope Scope { get; } = options?.Scope ?? BarrierScope.Dataset;

    public override CellOptions Options { get; } = options ?? CellOptions.Default;

    internal override Guid CodeVersion => VersionOf(body.Merge); // the others may be wrapped

    internal override IReadOnlyList<Type> OutputTypes => OneOutput<R>.Types;

    internal override IReadOnlyList<Type> InputTypes => TReader.Types;

    internal override ColumnRunner CreateRunner(RunnerBinding binding) => new Runner(binding, body);

    private sealed class Runner(RunnerBinding binding, AggregateBody<S, TIn, R> body) : AggregateRunner(binding)
    {
        internal override bool IsAsync => false;

        internal override bool ReadsInputsAgain => body.SelectRow is not null;

        internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => OneOutput<R>.AddBuffers(buffers, Binding.Outputs, rows);

        internal override Type StateType => typeof(S);

        internal override StateCodec? CodecFrom(CodecRegistry codecs) => codecs.Find<S>() is { } codec ? new StateCodec<S>(codec) : null;

        internal override object? Accumulate(IReadOnlyList<CellRun> runs)
        {
            S state = body.Seed();
            TReader reader = default;
            foreach (CellRun run in runs)
            {
                reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
                for (ulong rest = run.Cells; rest != 0;)
                {
                    int length = RowBits.TakeStretch(ref rest, out int first);
                    state = Accumulate(state, reader, run.Offset + first, length);
                }
            }

            return state;
        }

        internal override object? Merge(object? earlier, object? later) => body.Merge((S)earlier!, (S)later!);

        internal override CellRunResult Select(in CellRun run, object? state)
        {
            var merged = (S)state!;
            var target = (ColumnBuffer<R>)run.Buffers[Binding.Outputs[0]]!;
            CellGuard guard = CellGuard.Begin();
            guard.Index = run.Offset + BitOperations.TrailingZeroCount(run.Cells);
            ulong rest = run.Cells;
            try
            {
                if (body.SelectAll is { } selectAll)
                {
                    R value = selectAll(merged);
                    guard.EndCell();
                    target.Fill(run.Offset, run.Cells, value);
                    return new CellRunResult(run.Cells, run.Cells);
                }

                TReader reader = default;
                reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
                while (rest != 0 && !Binding.Services.Stopping)
                {
                    int length = RowBits.TakeStretch(ref rest, out int first);
                    SelectRows(merged, reader, target.Values, ref guard, run.Offset + first, length);
                }
            }
            catch (Exception exception)
            {
                guard.EndCell();
                int failed = guard.Index - run.Offset;
                ulong done = RowBits.Below(run.Cells, failed);
                return new CellRunResult(done, done | 1UL << failed, 1UL << failed, exception);
            }

            return new CellRunResult(run.Cells & ~rest, run.Cells & ~rest);
        }

        /// <summary>Rows one after the other. Methods of their own, as in <see cref="SyncCellRunner{TIn, TReader, TBody, TOut, TWriter}"/>.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void SelectRows(S state, TReader reader, R[] target, ref CellGuard guard, int index, int length)
        {
            Func<S, TIn, R> select = body.SelectRow!;
            for (int end = index + length; index < end; index++)
            {
                guard.Index = index;
                target[index] = select(state, reader.Read(index));
                guard.EndCell();
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private S Accumulate(S state, TReader reader, int index, int length)
        {
            Func<S, TIn, S> accumulate = body.Accumulate;
            for (int end = index + length; index < end; index++)
                state = accumulate(state, reader.Read(index));
            return state;
        }
    }
}
