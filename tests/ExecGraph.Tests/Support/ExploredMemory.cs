using System.Runtime.CompilerServices;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Support;

/// <summary>Memory whose every operation is a step of an exploration; outside of one it is ordinary memory.</summary>
internal readonly struct ExploredMemory : IMemory
{
    public static ulong Or(ref ulong location, ulong bits)
    {
        Explorer.Step(MemoryOperation.Or, AddressOf(in location));
        return HardwareMemory.Or(ref location, bits);
    }

    public static ulong And(ref ulong location, ulong bits)
    {
        Explorer.Step(MemoryOperation.And, AddressOf(in location));
        return HardwareMemory.And(ref location, bits);
    }

    public static ulong Read(ref readonly ulong location)
    {
        Explorer.Step(MemoryOperation.Read, AddressOf(in location));
        return HardwareMemory.Read(in location);
    }

    public static int Or(ref int location, int bits)
    {
        Explorer.Step(MemoryOperation.Or, AddressOf(in location));
        return HardwareMemory.Or(ref location, bits);
    }

    public static int Read(ref readonly int location)
    {
        Explorer.Step(MemoryOperation.Read, AddressOf(in location));
        return HardwareMemory.Read(in location);
    }

    public static int Add(ref int location, int value)
    {
        Explorer.Step(MemoryOperation.Add, AddressOf(in location));
        return HardwareMemory.Add(ref location, value);
    }

    public static long Add(ref long location, long value)
    {
        Explorer.Step(MemoryOperation.Add, AddressOf(in location));
        return HardwareMemory.Add(ref location, value);
    }

    public static long Read(ref readonly long location)
    {
        Explorer.Step(MemoryOperation.Read, AddressOf(in location));
        return HardwareMemory.Read(in location);
    }

    public static long CompareExchange(ref long location, long value, long comparand)
    {
        Explorer.Step(MemoryOperation.CompareExchange, AddressOf(in location));
        return HardwareMemory.CompareExchange(ref location, value, comparand);
    }

    public static T? Read<T>(ref readonly T? location)
        where T : class
    {
        Explorer.Step(MemoryOperation.Read, AddressOf(in location));
        return HardwareMemory.Read(in location);
    }

    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class
    {
        Explorer.Step(MemoryOperation.CompareExchange, AddressOf(in location));
        return HardwareMemory.CompareExchange(ref location, value, comparand);
    }

    public static void Write<T>(ref T? location, T? value)
        where T : class
    {
        Explorer.Step(MemoryOperation.Write, AddressOf(in location));
        HardwareMemory.Write(ref location, value);
    }

    /// <summary>Where the location is until the next garbage collection.</summary>
    private static nint AddressOf<T>(ref readonly T location) =>
        Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in location)));
}

/// <summary>An atomic operation: the only thing by which explored threads act on one another.</summary>
internal enum MemoryOperation
{
    Read,
    Write,
    Or,
    And,
    Add,
    CompareExchange,
}

/// <summary>An atomic step of a thread, about to be taken or taken.</summary>
/// <param name="Thread">The thread's number.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Address">Where; void after a garbage collection.</param>
internal readonly record struct MemoryStep(int Thread, MemoryOperation Operation, nint Address)
{
    /// <summary>Whether the two steps of different threads lead to the same state in either order.</summary>
    internal bool CommutesWith(in MemoryStep other) =>
        Address != other.Address || (Operation == MemoryOperation.Read && other.Operation == MemoryOperation.Read);
}
