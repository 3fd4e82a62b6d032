using System.Numerics;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Begins asynchronous cells; those that are complete at once cost no more than synchronous ones.</summary>
internal sealed class AsyncCellRunner<TIn, TReader, TBody, TOut, TWriter>(RunnerBinding binding, TBody body) : CellRunner(binding)
    where TReader : struct, IInputReader<TIn>
    where TBody : struct, ICellBody<TIn, ValueTask<TOut>>
    where TWriter : struct, IOutputWriter<TOut>
{
    private readonly bool _isTimed = binding.Options.Timeout is not null;

    internal override bool IsAsync => true;

    internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => TWriter.AddBuffers(buffers, Binding.Outputs, rows);

    internal override CellRunResult Run(in CellRun run, PendingCells pending)
    {
        TReader reader = default;
        TWriter writer = default;
        reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
        writer.Open(run.Buffers, Binding.Outputs);
        TBody call = body;
        RunnerBinding binding = Binding;
        CellGuard guard = CellGuard.Begin();
        ulong rest = run.Cells;
        ulong done = 0;
        TimedCall? timed = null;
        try
        {
            for (; rest != 0 && !binding.Services.Stopping; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                int index = run.Offset + bit;
                timed = _isTimed ? TimedCall.Begin(binding) : null;
                ValueTask<TOut> task = call.Invoke(reader.Read(index), new CellSite(binding, run.FirstRow + bit, run.Attempt, timed));
                guard.EndCell();
                if (task.IsCompletedSuccessfully)
                {
                    writer.Write(index, task.Result);
                    done |= 1UL << bit;
                    timed?.End();
                    continue;
                }

                var cell = (PendingCell<TOut, TWriter>?)pending.TryTake() ?? pending.Keep(new PendingCell<TOut, TWriter>(pending.Owner));
                cell.Await(task, in writer, run.Tag, index, run.Attempt, timed, binding.Services.Clock.Now);
            }
        }
        catch (Exception exception)
        {
            ulong failed = rest & (0 - rest);
            guard.EndCell();
            timed?.End();
            return new CellRunResult(done, run.Cells & ~rest | failed, failed, timed?.Explain(exception) ?? exception);
        }

        return new CellRunResult(done, run.Cells & ~rest);
    }
}
