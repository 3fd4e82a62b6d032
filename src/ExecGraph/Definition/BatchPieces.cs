using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>The values of a call over many rows in pieces, as they are kept.</summary>
internal static class BatchPieces
{
    internal static IEnumerable<ColumnBuffer> Cut<R>(IReadOnlyList<R> values)
    {
        for (int first = 0; first < values.Count; first += IBatchResult.PieceSize)
        {
            var piece = new ColumnBuffer<R>(Math.Min(IBatchResult.PieceSize, values.Count - first));
            for (int i = 0; i < piece.Values.Length; i++)
                piece.Values[i] = values[first + i];
            yield return piece;
        }
    }

    internal static R[] Join<R>(IReadOnlyList<ColumnBuffer> pieces)
    {
        var values = new R[pieces.Sum(piece => piece.Count)];
        int position = 0;
        foreach (ColumnBuffer piece in pieces)
        {
            ((ColumnBuffer<R>)piece).Values.CopyTo(values, position);
            position += piece.Count;
        }

        return values;
    }
}
