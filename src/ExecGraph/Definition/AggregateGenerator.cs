using System.Numerics;
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
                for (ulong rest = run.Cells; rest != 0; rest &= rest - 1)
                    state = body.Accumulate(state, reader.Read(run.Offset + BitOperations.TrailingZeroCount(rest)));
            }

            return state;
        }

        internal override object? Merge(object? earlier, object? later) => body.Merge((S)earlier!, (S)later!);

        internal override CellRunResult Select(in CellRun run, object? state)
        {
            var merged = (S)state!;
            R[] target = ((ColumnBuffer<R>)run.Buffers[Binding.Outputs[0]]!).Values;
            TReader reader = default;
            ExecutionContext? context = ExecutionContext.Capture();
            ulong rest = run.Cells;
            try
            {
                if (body.SelectAll is { } selectAll)
                {
                    R value = selectAll(merged);
                    CellIsolation.Restore(context);
                    for (; rest != 0; rest &= rest - 1)
                        target[run.Offset + BitOperations.TrailingZeroCount(rest)] = value;
                    return new CellRunResult(run.Cells, run.Cells);
                }

                reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
                for (; rest != 0 && !Binding.Services.Stopping; rest &= rest - 1)
                {
                    int index = run.Offset + BitOperations.TrailingZeroCount(rest);
                    target[index] = body.SelectRow!(merged, reader.Read(index));
                    CellIsolation.Restore(context);
                }
            }
            catch (Exception exception)
            {
                ulong failed = rest & (0 - rest);
                CellIsolation.Restore(context);
                return new CellRunResult(run.Cells & ~rest, run.Cells & ~rest | failed, failed, exception);
            }

            return new CellRunResult(run.Cells & ~rest, run.Cells & ~rest);
        }
    }
}
