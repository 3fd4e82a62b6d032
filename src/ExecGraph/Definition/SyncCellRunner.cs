using System.Numerics;
using System.Runtime.CompilerServices;
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

    internal override CellRunResult Run(in CellRun run, PendingCells pending)
    {
        TReader reader = default;
        TWriter writer = default;
        reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
        writer.Open(run.Buffers, Binding.Outputs);
        CellGuard guard = CellGuard.Begin();
        ulong done = 0;
        try
        {
            // Stretch by stretch of cells that lie together; usually the run is one.
            for (ulong rest = run.Cells; rest != 0 && !Binding.Services.Stopping; rest = run.Cells & ~done)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                int end = bit + BitOperations.TrailingZeroCount(~(rest >> bit));
                RunStretch(run, reader, writer, ref guard, run.Offset + bit, run.Offset + end);
                done = end == 64 ? run.Cells : run.Cells & ~(ulong.MaxValue << end);
            }
        }
        catch (Exception exception)
        {
            guard.EndCell();
            ulong failed = 1UL << guard.Index;
            done = run.Cells & (failed - 1);
            return new CellRunResult(done, done | failed, failed, exception);
        }

        return new CellRunResult(done, done);
    }

    /// <summary>Cells one after the other. A method of its own, without a handler: in the neighbourhood of one, the JIT keeps nothing in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunStretch(in CellRun run, TReader reader, TWriter writer, ref CellGuard guard, int index, int end)
    {
        TBody call = body;
        RunnerBinding binding = Binding;
        long rowAtZero = run.FirstRow - run.Offset;
        int attempt = run.Attempt;
        for (; index < end; index++)
        {
            guard.Index = index;
            writer.Write(index, call.Invoke(reader.Read(index), new CellSite(binding, rowAtZero + index, attempt)));
            guard.EndCell();
        }
    }
}
