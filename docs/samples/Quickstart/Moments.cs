namespace Quickstart;

/// <summary>Count, sum and sum of squares: what a mean and a standard deviation need, and what can be merged exactly.</summary>
public readonly record struct Moments(long Count, long Sum, long Squares)
{
    public Moments With(int value) => new(Count + 1, Sum + value, Squares + (long)value * value);

    public Moments With(Moments other) => new(Count + other.Count, Sum + other.Sum, Squares + other.Squares);

    /// <summary>The distance from the mean in standard deviations; 0 if all values are alike.</summary>
    public double Score(int value)
    {
        double mean = (double)Sum / Count;
        double deviation = Math.Sqrt(Math.Max(0, (double)Squares / Count - mean * mean));
        return deviation == 0 ? 0 : (value - mean) / deviation;
    }
}
