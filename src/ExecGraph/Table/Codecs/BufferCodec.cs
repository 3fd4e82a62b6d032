using System.Buffers;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ExecGraph.Table;

/// <summary>How one column's values of a row group become bytes: those of the surviving rows, ascending.</summary>
internal abstract class BufferCodec
{
    internal abstract void Write(ColumnBuffer buffer, int rows, ReadOnlySpan<ulong> survivors, ByteWriter writer);

    /// <summary>A new buffer with the values of the surviving rows at their offsets.</summary>
    internal abstract ColumnBuffer Read(ByteReader reader, int rows, ReadOnlySpan<ulong> survivors);

    /// <summary>One value as JSON: what a reader expects where its type has such a form, else the bytes that would be kept, in base 64.</summary>
    internal abstract ReadOnlyMemory<byte> ToJson(ColumnBuffer buffer, int index);
}

internal sealed class BufferCodec<T>(ColumnCodec<T> codec) : BufferCodec
{
    internal override void Write(ColumnBuffer buffer, int rows, ReadOnlySpan<ulong> survivors, ByteWriter writer)
    {
        T[] values = ((ColumnBuffer<T>)buffer).Values;
        int count = RowBits.Count(survivors);
        if (count == rows)
        {
            codec.Write(values.AsSpan(0, rows), writer);
            return;
        }

        var picked = new T[count];
        int position = 0;
        for (int word = 0; word < survivors.Length; word++)
        {
            for (ulong rest = survivors[word]; rest != 0; rest &= rest - 1)
                picked[position++] = values[word * 64 + BitOperations.TrailingZeroCount(rest)];
        }

        codec.Write(picked, writer);
    }

    internal override ColumnBuffer Read(ByteReader reader, int rows, ReadOnlySpan<ulong> survivors)
    {
        var buffer = new ColumnBuffer<T>(rows);
        int count = RowBits.Count(survivors);
        if (count == rows)
        {
            codec.Read(ref reader, buffer.Values);
        }
        else
        {
            var picked = new T[count];
            codec.Read(ref reader, picked);
            int position = 0;
            for (int word = 0; word < survivors.Length; word++)
            {
                for (ulong rest = survivors[word]; rest != 0; rest &= rest - 1)
                    buffer.Values[word * 64 + BitOperations.TrailingZeroCount(rest)] = picked[position++];
            }
        }

        reader.End();
        return buffer;
    }

    internal override ReadOnlyMemory<byte> ToJson(ColumnBuffer buffer, int index)
    {
        T value = ((ColumnBuffer<T>)buffer).Values[index];
        var output = new ArrayBufferWriter<byte>();
        if (codec.TryWriteJson(value, output))
            return output.WrittenMemory;
        if (value is null)
            return "null"u8.ToArray();
        if (KnownJson.Default.GetTypeInfo(typeof(T)) is JsonTypeInfo<T> type)
            return JsonSerializer.SerializeToUtf8Bytes(value, type);
        if (typeof(T).IsEnum)
            return JsonSerializer.SerializeToUtf8Bytes(value.ToString()!, KnownJson.Default.String);
        var bytes = new ByteWriter();
        codec.Write([value], bytes);
        return JsonSerializer.SerializeToUtf8Bytes(bytes.Written.ToArray(), KnownJson.Default.ByteArray);
    }
}
