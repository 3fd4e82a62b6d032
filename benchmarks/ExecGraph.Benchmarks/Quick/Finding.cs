using System.Globalization;

namespace ExecGraph.Benchmarks;

/// <summary>A line of the table: what was wanted and what was found.</summary>
/// <param name="Target">What is wanted.</param>
/// <param name="Measured">What was found on both sides.</param>
/// <param name="Ratio">The number that the target is about; null where it says nothing.</param>
/// <param name="IsMet">Whether it is reached; null where there is no target, only a figure to know.</param>
internal sealed record Finding(string Target, string Measured, double? Ratio, bool? IsMet)
{
    internal static Finding AtMost(string target, string measured, double ratio, double limit) => new(target, measured, ratio, ratio <= limit);

    internal static Finding AtLeast(string target, string measured, double ratio, double limit) => new(target, measured, ratio, ratio >= limit);

    /// <summary>A target that is a figure, not a ratio.</summary>
    internal static Finding Absolute(string target, string measured, double value, double limit) => new(target, measured, Ratio: null, value <= limit);

    internal static Finding ToKnow(string what, string measured, double? ratio = null) => new(what, measured, ratio, IsMet: null);

    internal string Verdict => IsMet switch
    {
        true => "met",
        false => "NOT MET",
        null => "",
    };

    internal string RatioText => Ratio?.ToString(Math.Abs(Ratio.Value) >= 100 ? "N0" : "0.00#", CultureInfo.InvariantCulture) ?? "";
}
