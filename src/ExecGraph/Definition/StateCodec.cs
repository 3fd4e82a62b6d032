using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>How the state of an aggregate becomes bytes.</summary>
internal abstract class StateCodec
{
    internal abstract void Write(object? state, ByteWriter writer);

    internal abstract object? Read(ref ByteReader reader);
}

internal sealed class StateCodec<S>(ColumnCodec<S> codec) : StateCodec
{
    internal override void Write(object? state, ByteWriter writer) => codec.Write([(S)state!], writer);

    internal override object? Read(ref ByteReader reader)
    {
        var state = new S[1];
        codec.Read(ref reader, state);
        return state[0];
    }
}
