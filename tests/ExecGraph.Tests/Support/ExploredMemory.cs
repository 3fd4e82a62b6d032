using ExecGraph.Tracking;

namespace ExecGraph.Tests.Support;

/// <summary>Memory whose every operation is a step of an exploration; outside of one it is ordinary memory.</summary>
internal readonly struct ExploredMemory : IMemory
{
    public static ulong Or(ref ulong location, ulong bits)
    {
        Explorer.Step();
        return HardwareMemory.Or(ref location, bits);
    }

    public static ulong Read(ref readonly ulong location)
    {
        Explorer.Step();
        return HardwareMemory.Read(in location);
    }

    public static int Or(ref int location, int bits)
    {
        Explorer.Step();
        return HardwareMemory.Or(ref location, bits);
    }

    public static int Read(ref readonly int location)
    {
        Explorer.Step();
        return HardwareMemory.Read(in location);
    }

    public static int Add(ref int location, int value)
    {
        Explorer.Step();
        return HardwareMemory.Add(ref location, value);
    }

    public static long Add(ref long location, long value)
    {
        Explorer.Step();
        return HardwareMemory.Add(ref location, value);
    }

    public static long Read(ref readonly long location)
    {
        Explorer.Step();
        return HardwareMemory.Read(in location);
    }

    public static long CompareExchange(ref long location, long value, long comparand)
    {
        Explorer.Step();
        return HardwareMemory.CompareExchange(ref location, value, comparand);
    }

    public static T? Read<T>(ref readonly T? location)
        where T : class
    {
        Explorer.Step();
        return HardwareMemory.Read(in location);
    }

    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class
    {
        Explorer.Step();
        return HardwareMemory.CompareExchange(ref location, value, comparand);
    }

    public static void Write<T>(ref T? location, T? value)
        where T : class
    {
        Explorer.Step();
        HardwareMemory.Write(ref location, value);
    }
}
