using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ExecGraph.Table;

/// <summary>Texts, null among them: UTF-8, or UTF-16 where that would not give the same text back.</summary>
internal sealed class StringCodec : ColumnCodec<string>
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal override void Write(ReadOnlySpan<string> values, ByteWriter writer)
    {
        foreach (string? value in values)
        {
            if (value is null)
            {
                writer.Number(0);
                continue;
            }

            // Twice the length and one for UTF-16, and one more since 0 is null.
            try
            {
                int count = Utf8.GetByteCount(value);
                writer.Number(count * 2L + 1);
                Utf8.GetBytes(value, writer.GetSpan(count));
                writer.Advance(count);
            }
            catch (EncoderFallbackException)
            {
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(value.AsSpan());
                writer.Number(bytes.Length * 2L + 2);
                writer.Bytes(bytes);
            }
        }
    }

    internal override void Read(ref ByteReader reader, Span<string> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            long header = reader.Number();
            if (header == 0)
            {
                values[i] = null!;
                continue;
            }

            ReadOnlySpan<byte> bytes = reader.Bytes((header - 1) / 2);
            if (header % 2 == 1)
                values[i] = Utf8.GetString(bytes);
            else if (bytes.Length % 2 == 0)
                values[i] = new string(MemoryMarshal.Cast<byte, char>(bytes));
            else
                throw new FormatException("A text of UTF-16 has half a character.");
        }
    }
}

/// <summary>Arrays, null among them.</summary>
internal sealed class ArrayCodec<T>(ColumnCodec<T> elements) : ColumnCodec<T[]>
{
    internal override void Write(ReadOnlySpan<T[]> values, ByteWriter writer)
    {
        foreach (T[]? value in values)
        {
            writer.Number(value is null ? 0 : value.Length + 1L);
            if (value is not null)
                elements.Write(value, writer);
        }
    }

    internal override void Read(ref ByteReader reader, Span<T[]> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            // Of 8 booleans or dates, each takes a byte at least.
            long count = reader.Number() - 1;
            if (count > reader.Left)
                throw new FormatException($"An array of {count} cannot be in {reader.Left} bytes.");
            values[i] = count < 0 ? null! : new T[count];
            if (count > 0)
                elements.Read(ref reader, values[i]);
        }
    }
}

/// <summary>Values that may be missing: which they are, then those that are there.</summary>
internal sealed class NullableCodec<T>(ColumnCodec<T> codec) : ColumnCodec<T?>
    where T : struct
{
    internal override void Write(ReadOnlySpan<T?> values, ByteWriter writer)
    {
        var there = new List<T>(values.Length);
        foreach (T? value in values)
        {
            writer.Bytes([value.HasValue ? (byte)1 : (byte)0]);
            if (value is { } known)
                there.Add(known);
        }

        codec.Write(CollectionsMarshal.AsSpan(there), writer);
    }

    internal override void Read(ref ByteReader reader, Span<T?> values)
    {
        ReadOnlySpan<byte> isThere = reader.Bytes(values.Length);
        var there = new T[values.Length - isThere.Count((byte)0)];
        codec.Read(ref reader, there);
        int next = 0;
        for (int i = 0; i < values.Length; i++)
            values[i] = isThere[i] == 0 ? null : there[next++];
    }
}

/// <summary>Values that a codec of the user's writes, each with its length; null is length 0, and no value is.</summary>
internal sealed class FramedCodec<T>(ValueCodec<T> codec) : ColumnCodec<T>
{
    internal override void Write(ReadOnlySpan<T> values, ByteWriter writer)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (T value in values)
        {
            if (value is null)
            {
                writer.Number(0);
                continue;
            }

            bytes.ResetWrittenCount();
            codec.Write(value, bytes);
            writer.Number(bytes.WrittenCount + 1L);
            writer.Bytes(bytes.WrittenSpan);
        }
    }

    internal override void Read(ref ByteReader reader, Span<T> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            long header = reader.Number();
            values[i] = header == 0 ? default! : codec.Read(reader.Bytes(header - 1));
        }
    }

    internal override bool TryWriteJson(T value, IBufferWriter<byte> output)
    {
        if (codec is not JsonValueCodec<T> json || value is null)
            return false;
        json.Write(value, output);
        return true;
    }
}

/// <summary>Values as JSON, by a contract that the program was compiled with.</summary>
internal sealed class JsonValueCodec<T>(JsonTypeInfo<T> type) : ValueCodec<T>
{
    public override void Write(T value, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(json, value, type);
    }

    public override T Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, type)!;
}
