using System.Numerics;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Runs synchronous cells: a loop over the user's delegate, up to 64 cells at a time.</summary>
internal sealed class SyncCellRunner<TIn, TReader, TBody, TOut, TWriter>(RunnerBinding binding, TBody body) : CellRunner(binding)
    where TReader : struct, IInputReader<TIn>
    where TBody : struct, ICellBody<TIn, TOut>
    where TWriter : struct, IOutputWriter<TOut>
{
    internal override bool IsAsync => false;

    internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => TWriter.AddBuffers(buffers, Binding.Outputs, rows);

    internal override CellRunResult Run(in CellRun run, IPendingCellOwner pending)
    {
        TReader reader = default;
        TWriter writer = default;
        reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
        writer.Open(run.Buffers, Binding.Outputs);
        TBody call = body;
        RunnerBinding binding = Binding;
        ExecutionContext? context = ExecutionContext.Capture();
        ulong rest = run.Cells;
        try
        {
            for (; rest != 0 && !binding.Services.Stopping; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                int index = run.Offset + bit;
                writer.Write(index, call.Invoke(reader.Read(index), new CellSite(binding, run.FirstRow + bit, run.Attempt)));
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
