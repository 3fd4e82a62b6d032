using System.Numerics;
using System.Runtime.CompilerServices;
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
        CellGuard guard = CellGuard.Begin();
        ulong rest = run.Cells;
        ulong done = 0;
        TimedCall? timed = null;
        try
        {
            Begin(run, pending, reader, writer, ref guard, ref rest, ref done, ref timed);
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

    /// <summary>Cells one after the other. A method of its own, without a handler: in the neighbourhood of one, the JIT keeps nothing in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Begin(in CellRun run, PendingCells pending, TReader reader, TWriter writer, ref CellGuard guard, ref ulong cells, ref ulong done, ref TimedCall? timed)
    {
        TBody call = body;
        RunnerBinding binding = Binding;
        int offset = run.Offset;
        long firstRow = run.FirstRow;
        int attempt = run.Attempt;
        for (ulong rest = cells; rest != 0 && !binding.Services.Stopping; cells = rest &= rest - 1)
        {
            int bit = BitOperations.TrailingZeroCount(rest);
            int index = offset + bit;
            if (_isTimed)
                timed = TimedCall.Begin(binding);
            ValueTask<TOut> task = call.Invoke(reader.Read(index), new CellSite(binding, firstRow + bit, attempt, timed));
            guard.EndCell();
            if (task.IsCompleted)
            {
                writer.Write(index, task.Result); // or throws what it failed with
                done |= 1UL << bit;
                timed?.End();
                continue;
            }

            var cell = (PendingCell<TOut, TWriter>?)pending.TryTake() ?? pending.Keep(new PendingCell<TOut, TWriter>(pending.Owner));
            cell.Await(task, in writer, run.Tag, index, attempt, timed, binding.Services.Clock.Now);
            if (_isTimed)
                timed = null; // it is the cell's from now on
        }
    }
}
