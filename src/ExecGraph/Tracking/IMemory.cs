using System.Runtime.CompilerServices;

namespace ExecGraph.Tracking;

/// <summary>
/// The atomic steps of the tracker, and of whatever else is to be explored like it. Every access to memory that threads share goes through a struct type argument of this kind:
/// the JIT compiles <see cref="HardwareMemory"/> away, and a test can put a memory in its place that walks through interleavings.
/// </summary>
internal interface IMemory
{
    /// <summary>Sets bits; a full fence. Returns the value before.</summary>
    static abstract ulong Or(ref ulong location, ulong bits);

    /// <summary>Clears the bits that are not given; a full fence. Returns the value before.</summary>
    static abstract ulong And(ref ulong location, ulong bits);

    /// <summary>Reads with acquire semantics.</summary>
    static abstract ulong Read(ref readonly ulong location);

    /// <inheritdoc cref="Or(ref ulong, ulong)"/>
    static abstract int Or(ref int location, int bits);

    /// <inheritdoc cref="Read(ref readonly ulong)"/>
    static abstract int Read(ref readonly int location);

    /// <summary>Adds; a full fence. Returns the value after.</summary>
    static abstract int Add(ref int location, int value);

    /// <inheritdoc cref="Add(ref int, int)"/>
    static abstract long Add(ref long location, long value);

    /// <inheritdoc cref="Read(ref readonly ulong)"/>
    static abstract long Read(ref readonly long location);

    /// <summary>Replaces the comparand; a full fence. Returns the value before.</summary>
    static abstract long CompareExchange(ref long location, long value, long comparand);

    /// <inheritdoc cref="Read(ref readonly ulong)"/>
    static abstract T? Read<T>(ref readonly T? location)
        where T : class;

    /// <inheritdoc cref="CompareExchange(ref long, long, long)"/>
    static abstract T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class;

    /// <summary>Writes with release semantics.</summary>
    static abstract void Write<T>(ref T? location, T? value)
        where T : class;
}

/// <summary>The processor's own operations.</summary>
internal readonly struct HardwareMemory : IMemory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Or(ref ulong location, ulong bits) => Interlocked.Or(ref location, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong And(ref ulong location, ulong bits) => Interlocked.And(ref location, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref readonly ulong location) => Volatile.Read(in location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Or(ref int location, int bits) => Interlocked.Or(ref location, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ref readonly int location) => Volatile.Read(in location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(ref int location, int value) => Interlocked.Add(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Add(ref long location, long value) => Interlocked.Add(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Read(ref readonly long location) => Volatile.Read(in location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CompareExchange(ref long location, long value, long comparand) => Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? Read<T>(ref readonly T? location)
        where T : class => Volatile.Read(in location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class => Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(ref T? location, T? value)
        where T : class => Volatile.Write(ref location, value);
}
