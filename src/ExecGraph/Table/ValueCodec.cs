using System.Buffers;

namespace ExecGraph;

/// <summary>
/// How values of a type are kept in a checkpoint. Registered with <see cref="GraphBuilder.UseCodec{T}(ValueCodec{T})"/> for types that have no codec of their own:
/// those are numbers, <see cref="bool"/>, <see cref="char"/>, <see cref="string"/>, <see cref="Guid"/>, dates, times and enumerations, these as nullable
/// values, and arrays of all but enumerations.
/// </summary>
/// <remarks>Must be thread-safe. What it writes has to be read by later versions of the program; a change of the form needs a new version of the columns that use it.</remarks>
/// <typeparam name="T">The type.</typeparam>
public abstract class ValueCodec<T>
{
    /// <summary>Writes a value; never null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Takes the bytes; where they end is kept beside them.</param>
    public abstract void Write(T value, IBufferWriter<byte> output);

    /// <summary>Reads a value.</summary>
    /// <param name="bytes">What <see cref="Write"/> wrote, or whatever a damaged or forged file has in its place.</param>
    /// <exception cref="FormatException">The bytes are no value. Any other exception counts as the same.</exception>
    public abstract T Read(ReadOnlySpan<byte> bytes);
}
