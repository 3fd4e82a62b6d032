namespace ExecGraph.Definition;

/// <summary>Waits that are longer than a timer can be set to, about 49 days, are made of several.</summary>
internal static class LongWait
{
    internal static TimeSpan Longest { get; } = TimeSpan.FromDays(40);

    /// <summary>The first part of a wait.</summary>
    /// <param name="time">The whole wait.</param>
    /// <param name="rest">What follows it.</param>
    internal static TimeSpan Begin(TimeSpan time, out TimeSpan rest)
    {
        rest = time > Longest ? time - Longest : TimeSpan.Zero;
        return time - rest;
    }
}
