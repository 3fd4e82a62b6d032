using System.Globalization;

namespace ExecGraph.Checkpoints;

/// <summary>What the files of a store are called. Every other file in the directory is somebody else's.</summary>
internal static class StoreNames
{
    internal const string Lock = "checkpoint.lock";
    internal const string Holder = "checkpoint.holder";
    internal const string Manifest = "checkpoint.manifest";
    internal const string Clearing = "checkpoint.clearing";

    private const string SegmentStart = "checkpoint-";
    private const string SegmentEnd = ".segment";
    private const int SegmentDigits = 8;

    internal const int MaxSegment = 99_999_999;

    /// <summary>The files that are replaced as a whole: each has a temporary of its own.</summary>
    internal static IReadOnlyList<string> Replaced { get; } = [Holder, Manifest, Clearing];

    internal static string Temporary(string name) => name + ".tmp";

    internal static string Segment(int number) =>
        SegmentStart + number.ToString("D" + SegmentDigits, CultureInfo.InvariantCulture) + SegmentEnd;

    internal static bool TryParseSegment(string name, out int number) => TryParseSegment(name, StringComparison.Ordinal, out number);

    /// <summary>
    /// It is one of the store's names, or the file system may take it for one: where case does not count, a link by another spelling would be followed.
    /// </summary>
    internal static bool IsOurs(string name) =>
        IsSame(name, Lock)
        || Replaced.Any(replaced => IsSame(name, replaced) || IsSame(name, Temporary(replaced)))
        || TryParseSegment(name, StringComparison.OrdinalIgnoreCase, out _);

    private static bool IsSame(string name, string own) => name.Equals(own, StringComparison.OrdinalIgnoreCase);

    private static bool TryParseSegment(string name, StringComparison comparison, out int number)
    {
        number = 0;
        return name.Length == SegmentStart.Length + SegmentDigits + SegmentEnd.Length
            && name.StartsWith(SegmentStart, comparison)
            && name.EndsWith(SegmentEnd, comparison)
            && int.TryParse(name.AsSpan(SegmentStart.Length, SegmentDigits), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number > 0;
    }
}
