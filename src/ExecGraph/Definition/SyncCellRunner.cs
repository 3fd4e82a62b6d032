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
        ExecutionContext? context = ExecutionContext.Capture();
        int bit = 0;
        ulong done = 0;
        try
        {
            // Stretch by stretch of cells that lie together; usually the run is one.
            for (ulong rest = run.Cells; rest != 0 && !Binding.Services.Stopping; rest = run.Cells & ~done)
            {
                bit = BitOperations.TrailingZeroCount(rest);
                int end = bit + BitOperations.TrailingZeroCount(~(rest >> bit));
                RunStretch(run, reader, writer, context, ref bit, end);
                done = bit == 64 ? run.Cells : run.Cells & ~(ulong.MaxValue << bit);
            }
        }
        catch (Exception exception)
        {
            CellIsolation.Restore(context);
            ulong failed = 1UL << bit;
            done = run.Cells & (failed - 1);
            return new CellRunResult(done, done | failed, failed, exception);
        }

        return new CellRunResult(done, done);
    }

    /// <summary>Cells one after the other. A method of its own, without a handler: in the neighbourhood of one, the JIT keeps nothing in registers.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reader">Opened for the run.</param>
    /// <param name="writer">Opened for the run.</param>
    /// <param name="context">What each cell runs under.</param>
    /// <param name="bit">The first cell; when a cell throws, that cell, else <paramref name="end"/>.</param>
    /// <param name="end">The first cell that is not in the stretch.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunStretch(in CellRun run, TReader reader, TWriter writer, ExecutionContext? context, ref int bit, int end)
    {
        TBody call = body;
        RunnerBinding binding = Binding;
        long row = run.FirstRow;
        int offset = run.Offset;
        int attempt = run.Attempt;
        Thread thread = Thread.CurrentThread;
        ExecutionContext? before = CellIsolation.Peek(thread);
        for (int cell = bit; cell < end; bit = ++cell)
        {
            writer.Write(offset + cell, call.Invoke(reader.Read(offset + cell), new CellSite(binding, row + cell, attempt)));
            if (!ReferenceEquals(CellIsolation.Peek(thread), before))
                CellIsolation.Restore(context);
        }
    }
}
