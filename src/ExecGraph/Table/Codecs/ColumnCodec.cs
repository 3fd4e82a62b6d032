using System.Buffers;

namespace ExecGraph.Table;

/// <summary>How many values of a type become bytes, and come back.</summary>
/// <remarks>Thread-safe. Whatever it throws when it reads means that the bytes are no values.</remarks>
internal abstract class ColumnCodec<T>
{
    internal abstract void Write(ReadOnlySpan<T> values, ByteWriter writer);

    internal abstract void Read(ref ByteReader reader, Span<T> values);

    /// <summary>Writes a value as JSON, if that is what the values become anyway.</summary>
    internal virtual bool TryWriteJson(T value, IBufferWriter<byte> output) => false;
}
