namespace ExecGraph.Benchmarks;

/// <summary>How often something is measured.</summary>
/// <param name="WarmUp">Rounds that are not counted.</param>
/// <param name="Rounds">Rounds that are, if there is time.</param>
/// <param name="Seconds">The time, warm-up included; a few rounds are counted in any case.</param>
internal readonly record struct Effort(int WarmUp, int Rounds, double Seconds)
{
    internal const int Least = 3;

    internal TimeSpan Budget => TimeSpan.FromSeconds(Seconds);
}
