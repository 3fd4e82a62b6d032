using System.Globalization;
using System.Text;

namespace ExecGraph.Tests.Support.Chaos;

internal enum ChaosPolicy
{
    /// <summary>What the run's options say.</summary>
    OfRun,
    DropRow,
    UseValue,
    UseDefault,
    Decide,
    FailRun,

    /// <summary>Decides, and throws.</summary>
    Throws,
}

/// <summary>How a column is called. Times are in units of the run's clock.</summary>
internal sealed record CallPlan
{
    internal int Attempts { get; init; } = 1;

    internal double Delay { get; init; }

    internal bool HasJitter { get; init; }

    /// <summary>Whether the column is asked if an exception is worth another attempt.</summary>
    internal bool AsksBeforeRetry { get; init; }

    internal double? Timeout { get; init; }

    internal double Grace { get; init; }

    internal ChaosPolicy Policy { get; init; } = ChaosPolicy.DropRow;

    internal int? Limiter { get; init; }

    /// <summary>Whether its calls have weights; only if it has a limiter and inputs.</summary>
    internal bool IsWeighted { get; init; }

    internal bool ReportsWeight { get; init; }

    internal int MaxBatch { get; init; } = 7;

    internal int MinBatch { get; init; } = 1;

    internal bool Splits { get; init; }

    /// <summary>Quarters of a unit that a call takes at most; less than a unit, and so than any time-out.</summary>
    internal int Latency { get; init; }

    internal int Cost { get; init; }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Attempts} attempts{(Attempts > 1 ? $" {Delay} apart" : "")}{(HasJitter ? " with jitter" : "")}{(AsksBeforeRetry ? ", asks" : "")}, {Policy}");
        if (Timeout is not null)
            text.Append(CultureInfo.InvariantCulture, $", time-out {Timeout} + {Grace}");
        if (Limiter is not null)
            text.Append(CultureInfo.InvariantCulture, $", limiter {Limiter}{(IsWeighted ? ", weighted" : "")}{(ReportsWeight ? " and reported" : "")}");
        text.Append(CultureInfo.InvariantCulture, $", batches of {MinBatch} to {MaxBatch}{(Splits ? ", split" : "")}, latency {Latency}, cost {Cost}");
        return text.ToString();
    }
}
