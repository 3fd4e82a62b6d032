using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>How the state of an aggregate becomes bytes.</summary>
internal abstract class StateCodec
{
    internal abstract void Write(object? state, RecordWriter writer);

    internal abstract object? Read(ref RecordReader reader);
}

internal sealed class StateCodec<S>(ColumnCodec<S> codec) : StateCodec
{
    internal override void Write(object? state, RecordWriter writer) => codec.Write([(S)state!], writer);

    internal override object? Read(ref RecordReader reader)
    {
        var state = new S[1];
        codec.Read(ref reader, state);
        return state[0];
    }
}
