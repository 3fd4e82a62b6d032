// Derived from Inputs.cs by tests/ExecGraph.Tests/Support/InputsTemplate.cs; InputsDriftTests holds it to that. Do not edit.
using ExecGraph.Table;

namespace ExecGraph.Definition;

internal struct TwoInputs<T1, T2> : IInputReader<(T1, T2)>
{
    private T1[] _1;
    private T2[] _2;

    public static Type[] Types => [typeof(T1), typeof(T2)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
    }

    public readonly (T1, T2) Read(int index) => (_1[index], _2[index]);
}

internal struct ThreeInputs<T1, T2, T3> : IInputReader<(T1, T2, T3)>
{
    private T1[] _1;
    private T2[] _2;
    private T3[] _3;

    public static Type[] Types => [typeof(T1), typeof(T2), typeof(T3)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
        _3 = ((ColumnBuffer<T3>)buffers[slots[2]]!).Values;
    }

    public readonly (T1, T2, T3) Read(int index) => (_1[index], _2[index], _3[index]);
}

internal struct FourInputs<T1, T2, T3, T4> : IInputReader<(T1, T2, T3, T4)>
{
    private T1[] _1;
    private T2[] _2;
    private T3[] _3;
    private T4[] _4;

    public static Type[] Types => [typeof(T1), typeof(T2), typeof(T3), typeof(T4)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
        _3 = ((ColumnBuffer<T3>)buffers[slots[2]]!).Values;
        _4 = ((ColumnBuffer<T4>)buffers[slots[3]]!).Values;
    }

    public readonly (T1, T2, T3, T4) Read(int index) => (_1[index], _2[index], _3[index], _4[index]);
}

internal struct FiveInputs<T1, T2, T3, T4, T5> : IInputReader<(T1, T2, T3, T4, T5)>
{
    private T1[] _1;
    private T2[] _2;
    private T3[] _3;
    private T4[] _4;
    private T5[] _5;

    public static Type[] Types => [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
        _3 = ((ColumnBuffer<T3>)buffers[slots[2]]!).Values;
        _4 = ((ColumnBuffer<T4>)buffers[slots[3]]!).Values;
        _5 = ((ColumnBuffer<T5>)buffers[slots[4]]!).Values;
    }

    public readonly (T1, T2, T3, T4, T5) Read(int index) => (_1[index], _2[index], _3[index], _4[index], _5[index]);
}

internal struct SixInputs<T1, T2, T3, T4, T5, T6> : IInputReader<(T1, T2, T3, T4, T5, T6)>
{
    private T1[] _1;
    private T2[] _2;
    private T3[] _3;
    private T4[] _4;
    private T5[] _5;
    private T6[] _6;

    public static Type[] Types => [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
        _3 = ((ColumnBuffer<T3>)buffers[slots[2]]!).Values;
        _4 = ((ColumnBuffer<T4>)buffers[slots[3]]!).Values;
        _5 = ((ColumnBuffer<T5>)buffers[slots[4]]!).Values;
        _6 = ((ColumnBuffer<T6>)buffers[slots[5]]!).Values;
    }

    public readonly (T1, T2, T3, T4, T5, T6) Read(int index) => (_1[index], _2[index], _3[index], _4[index], _5[index], _6[index]);
}

internal struct SevenInputs<T1, T2, T3, T4, T5, T6, T7> : IInputReader<(T1, T2, T3, T4, T5, T6, T7)>
{
    private T1[] _1;
    private T2[] _2;
    private T3[] _3;
    private T4[] _4;
    private T5[] _5;
    private T6[] _6;
    private T7[] _7;

    public static Type[] Types => [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
        _3 = ((ColumnBuffer<T3>)buffers[slots[2]]!).Values;
        _4 = ((ColumnBuffer<T4>)buffers[slots[3]]!).Values;
        _5 = ((ColumnBuffer<T5>)buffers[slots[4]]!).Values;
        _6 = ((ColumnBuffer<T6>)buffers[slots[5]]!).Values;
        _7 = ((ColumnBuffer<T7>)buffers[slots[6]]!).Values;
    }

    public readonly (T1, T2, T3, T4, T5, T6, T7) Read(int index) => (_1[index], _2[index], _3[index], _4[index], _5[index], _6[index], _7[index]);
}

internal struct EightInputs<T1, T2, T3, T4, T5, T6, T7, T8> : IInputReader<(T1, T2, T3, T4, T5, T6, T7, T8)>
{
    private T1[] _1;
    private T2[] _2;
    private T3[] _3;
    private T4[] _4;
    private T5[] _5;
    private T6[] _6;
    private T7[] _7;
    private T8[] _8;

    public static Type[] Types => [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7), typeof(T8)];

    public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
    {
        _1 = ((ColumnBuffer<T1>)buffers[slots[0]]!).Values;
        _2 = ((ColumnBuffer<T2>)buffers[slots[1]]!).Values;
        _3 = ((ColumnBuffer<T3>)buffers[slots[2]]!).Values;
        _4 = ((ColumnBuffer<T4>)buffers[slots[3]]!).Values;
        _5 = ((ColumnBuffer<T5>)buffers[slots[4]]!).Values;
        _6 = ((ColumnBuffer<T6>)buffers[slots[5]]!).Values;
        _7 = ((ColumnBuffer<T7>)buffers[slots[6]]!).Values;
        _8 = ((ColumnBuffer<T8>)buffers[slots[7]]!).Values;
    }

    public readonly (T1, T2, T3, T4, T5, T6, T7, T8) Read(int index) => (_1[index], _2[index], _3[index], _4[index], _5[index], _6[index], _7[index], _8[index]);
}
