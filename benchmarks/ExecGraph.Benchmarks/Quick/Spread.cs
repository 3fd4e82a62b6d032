using System.Globalization;

namespace ExecGraph.Benchmarks;

/// <summary>The median of some rounds, and the middle half of them: wide apart, the machine was busy with something else.</summary>
internal readonly record struct Spread(double Median, double Low, double High)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[sorted.Length / 4], sorted[sorted.Length * 3 / 4]);
    }

    /// <summary>A number that was not measured in rounds.</summary>
    public static implicit operator Spread(double value) => new(value, value, value);

    internal string Middle => Low == High ? "" : $"{Text(Low)}-{Text(High)}";

    public override string ToString() => Text(Median);

    private static string Text(double value) => value.ToString(value >= 100 ? "N0" : value >= 10 ? "0.0" : value >= 2 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
}
