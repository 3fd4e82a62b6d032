using ExecGraph;

namespace Quickstart;

/// <summary>Finds exact repeats in a whole column.</summary>
internal static class Repeats
{
    /// <summary>For each row the first row that has the same text; null for that first row itself, and for rows without text.</summary>
    public static IReadOnlyList<long?> FirstRows(IRowBatch<string> texts)
    {
        var firstRows = new Dictionary<string, long>(StringComparer.Ordinal);
        var result = new long?[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length > 0 && !firstRows.TryAdd(texts[i], texts.RowAt(i)))
                result[i] = firstRows[texts[i]];
        }

        return result;
    }
}
