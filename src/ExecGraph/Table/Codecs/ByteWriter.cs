using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ExecGraph.Table;

/// <summary>The bytes of a record in the making. Reused; used by one thread at a time.</summary>
internal sealed class ByteWriter : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[4096];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    /// <summary>A number of 0 or more, in as few groups of 7 bits as it needs.</summary>
    internal void Number(long value)
    {
        Reserve(10);
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            _bytes[Length++] = (byte)(rest | 0x80);
        _bytes[Length++] = (byte)rest;
    }

    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    internal void Words(ReadOnlySpan<ulong> words)
    {
        Reserve(words.Length * sizeof(ulong));
        foreach (ulong word in words)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), word);
            Length += sizeof(ulong);
        }
    }

    /// <summary>A text that is not null, in UTF-8.</summary>
    internal void Text(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        Number(count);
        Encoding.UTF8.GetBytes(text, GetSpan(count));
        Length += count;
    }

    /// <summary>Leaves room for the length of what follows.</summary>
    internal int BeginSection()
    {
        Reserve(sizeof(int));
        Length += sizeof(int);
        return Length;
    }

    internal void EndSection(int start) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start - sizeof(int)), Length - start);

    private void Reserve(int count)
    {
        long needed = (long)Length + count;
        if (needed <= _bytes.Length)
            return;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException($"A record of a checkpoint would be larger than {Array.MaxLength} bytes. Make the row groups smaller.");
        Array.Resize(ref _bytes, (int)Math.Min(Math.Max(needed, _bytes.Length * 2L), Array.MaxLength));
    }
}
