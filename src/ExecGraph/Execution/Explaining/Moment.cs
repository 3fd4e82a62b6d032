using System.Globalization;

namespace ExecGraph.Execution;

/// <summary>One moment of a run's clock, and what times look like from there.</summary>
internal readonly struct Moment
{
    private readonly TimeProvider _clock;
    private readonly long _timestamp;

    internal Moment(TimeProvider clock)
    {
        _clock = clock;
        _timestamp = clock.GetTimestamp();
        At = clock.GetUtcNow();
    }

    internal DateTimeOffset At { get; }

    /// <summary>The time of an earlier time stamp.</summary>
    internal DateTimeOffset Of(long timestamp) => At - Age(timestamp);

    internal TimeSpan Age(long timestamp) => _clock.GetElapsedTime(timestamp, _timestamp) is { Ticks: > 0 } age ? age : TimeSpan.Zero;

    /// <summary>The time after a wait, which may be longer than there is time.</summary>
    internal DateTimeOffset After(TimeSpan wait) => wait < DateTimeOffset.MaxValue - At ? At + wait : DateTimeOffset.MaxValue;

    /// <summary>"since 2000-01-01 00:00:03Z, for 2.5 s".</summary>
    internal string Since(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"since {time.ToUniversalTime():u}, for {Text(At - time)}");

    /// <summary>"until 2000-01-01 00:00:03Z, in 2.5 s".</summary>
    internal string Until(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"until {time.ToUniversalTime():u}, in {Text(time - At)}");

    /// <summary>A length of time as people say it, to two or three digits.</summary>
    internal static string Text(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.0005 => "0 s",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days"),
    };
}
