namespace ExecGraph;

/// <summary>How many of a column's cells may fail. Immutable.</summary>
/// <remarks>Counted are cells that ended: with a value, or with their last attempt. Attempts that are tried again do not count, nor do rate limits.</remarks>
/// <param name="Rate">The share of failed cells at which the run stops, above 0 and up to 1.</param>
/// <param name="Window">How many of the column's last cells are looked at; 1 or more. Until the column has ended so many, the run goes on.</param>
public sealed record FailureRate(double Rate, int Window = 100)
{
    /// <inheritdoc cref="FailureRate" path="/param[@name='Rate']"/>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0 and up to 1.</exception>
    public double Rate { get; init => field = Checked(value); } = Checked(Rate);

    /// <inheritdoc cref="FailureRate" path="/param[@name='Window']"/>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Window { get; init => field = Checked(value); } = Checked(Window);

    private static double Checked(double rate) =>
        rate is > 0 and <= 1 ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "A failure rate is above 0 and at most 1.");

    private static int Checked(int window) =>
        window >= 1 ? window : throw new ArgumentOutOfRangeException(nameof(window), window, "A failure rate is taken over 1 cell or more.");
}
