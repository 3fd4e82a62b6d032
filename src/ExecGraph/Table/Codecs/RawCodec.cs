using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExecGraph.Table;

/// <summary>Values whose bytes are the value, whatever they are: numbers, characters, enumerations, <see cref="Guid"/>. Little-endian.</summary>
internal sealed class RawCodec<T> : ColumnCodec<T>
{
    internal override void Write(ReadOnlySpan<T> values, ByteWriter writer) => writer.Bytes(BytesOf(values));

    internal override void Read(ref ByteReader reader, Span<T> values) =>
        reader.Bytes((long)values.Length * Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(values)), values.Length * Unsafe.SizeOf<T>()));

    private static ReadOnlySpan<byte> BytesOf(ReadOnlySpan<T> values) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(values)), checked(values.Length * Unsafe.SizeOf<T>()));
}

/// <summary>Values that are not every pattern of bits, as others of which every pattern is one.</summary>
internal sealed class ConvertedCodec<T, TRaw>(Func<T, TRaw> to, Func<TRaw, T> from) : ColumnCodec<T>
{
    private readonly RawCodec<TRaw> _raw = new();

    internal override void Write(ReadOnlySpan<T> values, ByteWriter writer)
    {
        var raw = new TRaw[values.Length];
        for (int i = 0; i < raw.Length; i++)
            raw[i] = to(values[i]);
        _raw.Write(raw, writer);
    }

    internal override void Read(ref ByteReader reader, Span<T> values)
    {
        if ((long)values.Length * Unsafe.SizeOf<TRaw>() > reader.Left)
            throw new FormatException($"{values.Length} values of {Unsafe.SizeOf<TRaw>()} bytes are needed, and {reader.Left} bytes are left.");
        var raw = new TRaw[values.Length];
        _raw.Read(ref reader, raw);
        for (int i = 0; i < raw.Length; i++)
            values[i] = from(raw[i]);
    }
}
