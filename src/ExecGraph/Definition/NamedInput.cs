using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>A place in a row group whose inputs are looked up by name.</summary>
internal readonly struct NamedInput(ColumnBuffer?[] buffers, int index)
{
    internal CellInputs With(RunnerBinding binding) => new(buffers, binding, index);

    internal static T[] Find<T>(ColumnBuffer?[] buffers, RunnerBinding binding, string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        for (int i = 0; i < binding.Dependencies.Count; i++)
        {
            if (binding.Dependencies[i] != column)
                continue;
            return buffers[binding.Inputs[i]] is ColumnBuffer<T> typed
                ? typed.Values
                : throw new InvalidOperationException($"Column '{column}' holds {buffers[binding.Inputs[i]]!.ValueType.Name}, not {typeof(T).Name}.");
        }

        throw new KeyNotFoundException(
            $"Column '{binding.Column}' does not declare a dependency on '{column}'. It declares: {string.Join(", ", binding.Dependencies)}.");
    }
}

internal struct NamedInputReader : IInputReader<NamedInput>
{
    private ColumnBuffer?[] _buffers;

    public static Type[] Types => [];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset) => _buffers = buffers;

    public readonly NamedInput Read(int index) => new(_buffers, index);
}
