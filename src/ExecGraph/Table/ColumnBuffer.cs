using System.Numerics;

namespace ExecGraph.Table;

/// <summary>The values of one column in one row group.</summary>
internal abstract class ColumnBuffer
{
    internal abstract Type ValueType { get; }

    internal abstract int Count { get; }

    /// <summary>Writes a value of the buffer's type; null stands for the type's default.</summary>
    internal abstract void Set(int index, object? value);

    /// <summary>How values of the buffer's type are kept; null if nothing is known about that.</summary>
    internal abstract BufferCodec? CodecFrom(CodecRegistry codecs);

    /// <summary>A copy with only the values at the given offsets.</summary>
    internal abstract ColumnBuffer Pick(int[] offsets);

    /// <summary>Takes cells over from a buffer of the same type.</summary>
    /// <param name="other">The other buffer.</param>
    /// <param name="offset">The index that bit 0 stands for.</param>
    /// <param name="cells">The cells.</param>
    internal abstract void CopyFrom(ColumnBuffer other, int offset, ulong cells);

    /// <summary>Gives the default value to cells.</summary>
    /// <param name="offset">The index that bit 0 stands for.</param>
    /// <param name="cells">The cells.</param>
    internal abstract void Clear(int offset, ulong cells);
}

/// <summary>A typed array: no boxing, written by many threads at different offsets.</summary>
internal sealed class ColumnBuffer<T>(int rows) : ColumnBuffer
{
    // Not cleared where the runtime allows that: a value is only ever read behind its settled bit, and of surviving rows.
    internal readonly T[] Values = GC.AllocateUninitializedArray<T>(rows);

    internal override Type ValueType => typeof(T);

    internal override int Count => Values.Length;

    internal override BufferCodec? CodecFrom(CodecRegistry codecs) => codecs.Find<T>() is { } codec ? new BufferCodec<T>(codec) : null;

    internal override void Set(int index, object? value) => Values[index] = value is null ? default! : (T)value;

    internal override ColumnBuffer Pick(int[] offsets)
    {
        var picked = new ColumnBuffer<T>(offsets.Length);
        for (int i = 0; i < offsets.Length; i++)
            picked.Values[i] = Values[offsets[i]];
        return picked;
    }

    internal override void CopyFrom(ColumnBuffer other, int offset, ulong cells)
    {
        T[] values = ((ColumnBuffer<T>)other).Values;
        for (; cells != 0; cells &= cells - 1)
            Values[offset + BitOperations.TrailingZeroCount(cells)] = values[offset + BitOperations.TrailingZeroCount(cells)];
    }

    internal override void Clear(int offset, ulong cells) => Fill(offset, cells, default!);

    /// <summary>Gives one value to cells.</summary>
    internal void Fill(int offset, ulong cells, T value)
    {
        for (; cells != 0; cells &= cells - 1)
            Values[offset + BitOperations.TrailingZeroCount(cells)] = value;
    }
}
