using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Enrichment;

/// <summary>All that the service knows, and all that will go wrong with it: drawn from a seed, so that it is the same in every run.</summary>
internal sealed class CompanyRegister(int seed)
{
    private static readonly string[] Trees =
    [
        "Alder", "Ash", "Aspen", "Beech", "Birch", "Cedar", "Cherry", "Chestnut", "Cypress", "Elder", "Elm", "Fir", "Hawthorn", "Hazel", "Hickory", "Holly",
        "Juniper", "Larch", "Laurel", "Linden", "Maple", "Mulberry", "Oak", "Olive", "Pine", "Poplar", "Rowan", "Spruce", "Walnut", "Willow",
    ];

    private static readonly string[] Kinds =
        ["& Daughters", "& Sons", "Brothers", "Group", "Holding", "International", "Labs", "Partners", "Trading", "Union", "Works"];

    private static readonly string[] Sectors =
        ["banking", "construction", "dairy", "education", "energy", "fashion", "forestry", "insurance", "mining", "shipping", "software", "tourism"];

    /// <summary>The names of the first companies, all different, whatever the seed.</summary>
    public static IReadOnlyList<string> Names(int count) => [.. Enumerable.Range(0, count).Select(NameOf)];

    /// <summary>A company as the service knows it; asked about one that is <see cref="Trouble.Unknown"/>, what nobody will ever learn.</summary>
    public Company this[string name] => new(name, Sectors[(int)(Draw(name, "sector") * Sectors.Length)], (int)(3 * Math.Pow(5000, Draw(name, "headcount"))));

    public Trouble TroubleWith(string name) => Draw(name, "trouble") switch
    {
        < 0.015 => Trouble.Unknown,
        < 0.030 => Trouble.Confidential,
        < 0.037 => Trouble.Damaged,
        _ => Trouble.None,
    };

    /// <summary>How many requests about a company fail before the first one that does not: 0 to 2.</summary>
    public int FailuresOf(string endpoint, string name) => Draw(name, $"failures of {endpoint}") switch
    {
        < 0.02 => 2,
        < 0.08 => 1,
        _ => 0,
    };

    /// <summary>Evenly distributed in [0, 1).</summary>
    public double Draw(string name, string what)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}/{what}"));
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }

    private static string NameOf(int index)
    {
        (int round, int place) = Math.DivRem(index, Trees.Length * Kinds.Length);
        int tree = place % Trees.Length;
        string name = $"{Trees[tree]} {Kinds[((place / Trees.Length) + tree) % Kinds.Length]}";
        return round == 0 ? name : $"{name} {round + 1}";
    }
}
