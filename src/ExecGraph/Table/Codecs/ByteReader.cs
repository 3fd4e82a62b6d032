using System.Buffers.Binary;
using System.Text;

namespace ExecGraph.Table;

/// <summary>Reads a record that may hold anything: every length is checked against what is left before anything is made of that length.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    internal readonly int Left => _rest.Length;

    /// <summary>A number of 0 or more.</summary>
    /// <exception cref="FormatException">It does not end, or is too large.</exception>
    internal long Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte next = Bytes(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)value;
        }

        throw new FormatException("A number does not end.");
    }

    /// <summary>A number that counts things, each of which takes some bytes of what is left.</summary>
    internal int Count(int leastBytesOfEach)
    {
        long count = Number();
        if (count > _rest.Length / leastBytesOfEach)
            throw new FormatException($"There cannot be {count} of them in {_rest.Length} bytes.");
        return (int)count;
    }

    internal ReadOnlySpan<byte> Bytes(long count)
    {
        if ((ulong)count > (ulong)_rest.Length)
            throw new FormatException($"{count} bytes are needed, and {_rest.Length} are left.");
        ReadOnlySpan<byte> bytes = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return bytes;
    }

    internal ulong[] Words(int count)
    {
        ReadOnlySpan<byte> bytes = Bytes((long)count * sizeof(ulong));
        var words = new ulong[count];
        for (int i = 0; i < count; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        return words;
    }

    internal string Text() => Utf8.GetString(Bytes(Number()));

    /// <summary>What <see cref="ByteWriter.BeginSection"/> and <see cref="ByteWriter.EndSection"/> enclosed.</summary>
    internal ByteReader Section() => new(Bytes(BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)))));

    internal readonly void End()
    {
        if (_rest.Length > 0)
            throw new FormatException($"{_rest.Length} bytes are left over.");
    }
}
