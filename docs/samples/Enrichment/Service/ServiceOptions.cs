namespace Enrichment;

/// <summary>What the service knows, how fast it is, and how much it bears.</summary>
internal sealed record ServiceOptions
{
    /// <summary>What its data and its failures are drawn from.</summary>
    public int Seed { get; init; } = 25;

    /// <summary>How long an answer takes on average: each takes between half and one and a half of it.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Requests that are answered in any second.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>Requests that are answered in a day.</summary>
    public int Quota { get; init; } = 200;

    /// <summary>How long a day lasts.</summary>
    public TimeSpan Day { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After so many answered requests the service is overloaded for a second.</summary>
    public int OverloadEvery { get; init; } = 230;
}
