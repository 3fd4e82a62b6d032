using System.Numerics;

namespace ExecGraph.Definition;

/// <summary>Asks a predicate of the user's about cells of one word: whether they are skipped, or whether their rows stay.</summary>
internal static class RowPredicate
{
    /// <summary>The cells for which it says yes, asked in ascending order and each under the context that the first one found.</summary>
    /// <param name="predicate">The predicate.</param>
    /// <param name="reader">Reads what it is asked about; opened.</param>
    /// <param name="offset">The buffer index that bit 0 stands for.</param>
    /// <param name="cells">The cells to ask about.</param>
    /// <param name="failed">The cell for which it threw, after which it was not asked any more; 0 for none.</param>
    /// <param name="exception">What it threw.</param>
    internal static ulong Ask<TIn, TReader>(Func<TIn, bool> predicate, TReader reader, int offset, ulong cells, out ulong failed, out Exception? exception)
        where TReader : struct, IInputReader<TIn>
    {
        CellGuard guard = CellGuard.Begin();
        ulong yes = 0;
        ulong rest = cells;
        failed = 0;
        exception = null;
        try
        {
            for (; rest != 0; rest &= rest - 1)
            {
                if (predicate(reader.Read(offset + BitOperations.TrailingZeroCount(rest))))
                    yes |= rest & (0 - rest);
                guard.EndCell();
            }
        }
        catch (Exception thrown)
        {
            failed = rest & (0 - rest);
            exception = thrown;
            guard.EndCell();
        }

        return yes;
    }
}
