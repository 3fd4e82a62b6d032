using System.Numerics;
using System.Runtime.CompilerServices;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Runs synchronous cells: a loop over the user's delegate.</summary>
internal sealed class SyncCellRunner<TIn, TReader, TBody, TOut, TWriter>(RunnerBinding binding, TBody body) : SyncCellRunner(binding)
    where TReader : struct, IInputReader<TIn>
    where TBody : struct, ICellBody<TIn, TOut>
    where TWriter : struct, IOutputWriter<TOut>
{
    internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => TWriter.AddBuffers(buffers, Binding.Outputs, rows);

    internal override int RunWords(in CellRun run, ReadOnlySpan<ulong> words, out Exception? exception)
    {
        TReader reader = default;
        TWriter writer = default;
        reader.Open(run.Buffers, Binding.Inputs, run.FirstRow, run.Offset);
        writer.Open(run.Buffers, Binding.Outputs);
        CellGuard guard = CellGuard.Begin();
        exception = null;
        try
        {
            // Stretch by stretch of cells that lie together; usually the word is one.
            for (int word = 0; word < words.Length; word++)
            {
                ulong rest = words[word];
                while (rest != 0)
                {
                    int index = run.Offset + word * 64 + BitOperations.TrailingZeroCount(rest);
                    if (Binding.Services.Stopping)
                        return index;
                    RunStretch(run, reader, writer, ref guard, index, index + RowBits.TakeStretch(ref rest, out _));
                }
            }

            return run.Offset + words.Length * 64;
        }
        catch (Exception thrown)
        {
            guard.EndCell();
            exception = thrown;
            return guard.Index;
        }
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
