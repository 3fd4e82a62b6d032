namespace ExecGraph.Tests.Support.Chaos;

/// <summary>
/// The pure part of a case's code: every value is a hash of the column, the row and the inputs, and every decision a function of values. So
/// whatever runs on wrong inputs, or is decided wrongly, shows.
/// </summary>
internal static class ChaosValues
{
    internal static long Hash(string name, long row, params ReadOnlySpan<long> inputs)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in name)
            Mix(ref hash, letter);
        Mix(ref hash, row);
        foreach (long input in inputs)
            Mix(ref hash, input);
        return (long)hash;
    }

    /// <summary>A number from 0 to <paramref name="most"/>.</summary>
    internal static int Draw(int most, string name, long row, params ReadOnlySpan<long> inputs) => (int)((ulong)Hash(name, row, inputs) % (ulong)(most + 1));

    internal static bool Keeps(long value) => (ulong)value % 9 != 3;

    internal static bool FilterThrows(ChaosFilter filter, long value) => filter == ChaosFilter.MayThrow && (ulong)value % 101 == 5;

    internal static bool Skips(string rule, ReadOnlySpan<long> inputs) => (ulong)Hash(rule, 0, inputs) % 4 == 0;

    internal static bool PredicateThrows(ChaosRule rule, ReadOnlySpan<long> inputs) => rule.Predicate.MayThrow && (ulong)Hash(rule.Name, 1, inputs) % 5 == 0;

    internal static string PredicateCause(ChaosRule rule, ReadOnlySpan<long> inputs) => $"predicate {rule.Name} of {Hash(rule.Name, 2, inputs)}";

    internal static string FilterCause(string output, long value) => $"filter {output} of {value}";

    internal static long RuleValue(string rule) => Hash(rule, 3);

    internal static long SkippedValue(string output) => Hash(output, 4);

    internal static long DefaultValue(string output) => Hash(output, 5);

    /// <summary>What the call of a row is estimated to weigh, 1 to 3.</summary>
    internal static long Weight(long first) => 1 + Draw(2, "weight", first);

    /// <summary>What it says that it weighed, 0 to 5.</summary>
    internal static long ReportedWeight(long first) => Draw(5, "reported", first);

    private static void Mix(ref ulong hash, long part) => hash = (hash ^ (ulong)part) * 0x100000001B3 ^ hash >> 29;
}
