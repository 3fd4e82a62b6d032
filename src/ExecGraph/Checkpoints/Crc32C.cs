using System.Buffers.Binary;
using System.Numerics;

namespace ExecGraph.Checkpoints;

/// <summary>CRC-32C, by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes.</summary>
    internal static uint Of(ReadOnlySpan<byte> bytes) => End(Add(Begin, bytes));

    /// <summary>What a checksum in parts begins with.</summary>
    internal const uint Begin = uint.MaxValue;

    internal static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
            state = BitOperations.Crc32C(state, one);
        return state;
    }

    internal static uint Add(uint state, ulong value) => BitOperations.Crc32C(state, value);

    internal static uint End(uint state) => ~state;
}
