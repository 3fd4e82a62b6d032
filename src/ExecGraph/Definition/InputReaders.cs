using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Reads the inputs of a cell from the buffers of its row group. A struct type argument, like the writers. Two and more inputs: InputReaders.Derived.cs.</summary>
internal interface IInputReader<out TIn>
{
    static abstract Type[] Types { get; }

    void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset);

    TIn Read(int index);
}

/// <summary>The input of a start column: the row itself.</summary>
internal struct RowInput : IInputReader<long>
{
    private long _rowAtZero;

    public static Type[] Types => [];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset) => _rowAtZero = firstRow - offset;

    public readonly long Read(int index) => _rowAtZero + index;
}

internal struct OneInput<T1> : IInputReader<T1>
{
    private T1[] _1;

    internal OneInput(ColumnBuffer<T1> buffer) => _1 = buffer.Values;

    public static Type[] Types => [typeof(T1)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset) => _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;

    public readonly T1 Read(int index) => _1[index];
}
