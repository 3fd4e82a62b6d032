using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Writes what one call produced into the buffers of its outputs. A struct type argument, so that the loop has no virtual call.</summary>
internal interface IOutputWriter<in TOut>
{
    static abstract Type[] Types { get; }

    static abstract void AddBuffers(ColumnBuffer?[] buffers, int[] slots, int rows);

    void Open(ColumnBuffer?[] buffers, int[] slots);

    void Write(int index, TOut value);
}

internal struct OneOutput<A> : IOutputWriter<A>
{
    private A[] _a;

    public static Type[] Types => [typeof(A)];

    public static void AddBuffers(ColumnBuffer?[] buffers, int[] slots, int rows) => buffers[slots[0]] = new ColumnBuffer<A>(rows);

    public void Open(ColumnBuffer?[] buffers, int[] slots) => _a = ((ColumnBuffer<A>)buffers[slots[0]]!).Values;

    public readonly void Write(int index, A value) => _a[index] = value;
}

internal struct TwoOutputs<A, B> : IOutputWriter<(A, B)>
{
    private A[] _a;
    private B[] _b;

    public static Type[] Types => [typeof(A), typeof(B)];

    public static void AddBuffers(ColumnBuffer?[] buffers, int[] slots, int rows)
    {
        buffers[slots[0]] = new ColumnBuffer<A>(rows);
        buffers[slots[1]] = new ColumnBuffer<B>(rows);
    }

    public void Open(ColumnBuffer?[] buffers, int[] slots)
    {
        _a = ((ColumnBuffer<A>)buffers[slots[0]]!).Values;
        _b = ((ColumnBuffer<B>)buffers[slots[1]]!).Values;
    }

    public readonly void Write(int index, (A, B) value) => (_a[index], _b[index]) = value;
}

internal struct ThreeOutputs<A, B, C> : IOutputWriter<(A, B, C)>
{
    private TwoOutputs<A, B> _ab;
    private C[] _c;

    public static Type[] Types => [typeof(A), typeof(B), typeof(C)];

    public static void AddBuffers(ColumnBuffer?[] buffers, int[] slots, int rows)
    {
        TwoOutputs<A, B>.AddBuffers(buffers, slots, rows);
        buffers[slots[2]] = new ColumnBuffer<C>(rows);
    }

    public void Open(ColumnBuffer?[] buffers, int[] slots)
    {
        _ab.Open(buffers, slots);
        _c = ((ColumnBuffer<C>)buffers[slots[2]]!).Values;
    }

    public readonly void Write(int index, (A, B, C) value)
    {
        _ab.Write(index, (value.Item1, value.Item2));
        _c[index] = value.Item3;
    }
}

internal struct FourOutputs<A, B, C, D> : IOutputWriter<(A, B, C, D)>
{
    private ThreeOutputs<A, B, C> _abc;
    private D[] _d;

    public static Type[] Types => [typeof(A), typeof(B), typeof(C), typeof(D)];

    public static void AddBuffers(ColumnBuffer?[] buffers, int[] slots, int rows)
    {
        ThreeOutputs<A, B, C>.AddBuffers(buffers, slots, rows);
        buffers[slots[3]] = new ColumnBuffer<D>(rows);
    }

    public void Open(ColumnBuffer?[] buffers, int[] slots)
    {
        _abc.Open(buffers, slots);
        _d = ((ColumnBuffer<D>)buffers[slots[3]]!).Values;
    }

    public readonly void Write(int index, (A, B, C, D) value)
    {
        _abc.Write(index, (value.Item1, value.Item2, value.Item3));
        _d[index] = value.Item4;
    }
}
