using System.Numerics;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Runs synchronous cells: a loop over the user's delegate, up to 64 cells at a time.</summary>
internal sealed class SyncCellRunner<TIn, TReader, TBody, TOut, TWriter>(RunnerBinding binding, TBody body) : CellRunner(binding)
    where TReader : struct, IInputReader<TIn>
    where TBody : struct, ICellBody<TIn, TOut>
    where TWriter : struct, IOutputWriter<TOut>
{
    /// <summary>Cells between two looks at whether the run is stopping.</summary>
    private const int Stride = 16;

    internal override bool IsAsync => false;

    internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => TWriter.AddBuffers(buffers, Binding.Outputs, rows);

    internal override CellRunResult Run(in CellRun run, PendingCells pending)
    {
        TReader reader = default;
        TWriter writer = default;
        reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
        writer.Open(run.Buffers, Binding.Outputs);
        int bit = 0;
        ulong done = 0;
        try
        {
            // Stretch by stretch of cells that lie together; usually the run is one.
            for (ulong rest = run.Cells; rest != 0 && !Binding.Services.Stopping;)
            {
                bit = BitOperations.TrailingZeroCount(rest);
                int end = Math.Min(bit + BitOperations.TrailingZeroCount(~(rest >> bit)), bit + Stride);
                Stretch(run, ref reader, ref writer, ref bit, end);
                done = bit == 64 ? run.Cells : run.Cells & ~(ulong.MaxValue << bit);
                rest = run.Cells & ~done;
            }
        }
        catch (Exception exception)
        {
            ulong failed = 1UL << bit;
            done = run.Cells & (failed - 1);
            return new CellRunResult(done, done | failed, failed, exception);
        }

        return new CellRunResult(done, done);
    }

    /// <param name="run">The run.</param>
    /// <param name="reader">Opened for the run.</param>
    /// <param name="writer">Opened for the run.</param>
    /// <param name="bit">The first cell; when a cell throws, that cell, else <paramref name="end"/>.</param>
    /// <param name="end">The first cell that is not in the stretch.</param>
    private void Stretch(in CellRun run, ref TReader reader, ref TWriter writer, ref int bit, int end)
    {
        TReader inputs = reader;
        TWriter outputs = writer;
        TBody call = body;
        RunnerBinding binding = Binding;
        long row = run.FirstRow;
        int offset = run.Offset;
        int attempt = run.Attempt;
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            for (; bit < end; bit++)
            {
                outputs.Write(offset + bit, call.Invoke(inputs.Read(offset + bit), new CellSite(binding, row + bit, attempt)));
                CellIsolation.Restore(context);
            }
        }
        finally
        {
            CellIsolation.Restore(context);
        }
    }
}
