namespace ExecGraph.Definition;

/// <summary>Hashes seeds. Stable across versions, platforms and processes: results may depend on it.</summary>
internal static class SplitMix
{
    /// <summary>The output function of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).</summary>
    internal static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }

    /// <summary>A seed for a column: FNV-1a (Fowler, Noll, Vo) over the name's UTF-16 code units, mixed with the run's seed.</summary>
    internal static ulong ColumnSeed(long runSeed, string column)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char unit in column)
            hash = (hash ^ unit) * 0x100000001B3;
        return Mix(hash ^ Mix((ulong)runSeed));
    }
}
