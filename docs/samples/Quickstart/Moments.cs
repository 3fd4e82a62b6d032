using System.Text.Json.Serialization;

namespace Quickstart;

/// <summary>Count, sum and sum of squares of whole numbers: exact, so any grouping of the rows gives the same result.</summary>
internal readonly record struct Moments(long Count, long Sum, long SumOfSquares)
{
    [JsonIgnore]
    public double Mean => (double)Sum / Count;

    [JsonIgnore]
    public double Deviation => Math.Sqrt(Math.Max(0, ((double)SumOfSquares / Count) - (Mean * Mean)));

    public Moments Add(int value) => new(Count + 1, Sum + value, SumOfSquares + ((long)value * value));

    public Moments Merge(Moments other) => new(Count + other.Count, Sum + other.Sum, SumOfSquares + other.SumOfSquares);

    /// <summary>How many deviations a value lies from the mean; 0 where all values are alike.</summary>
    public double ZScore(int value) => Deviation == 0 ? 0 : (value - Mean) / Deviation;
}
