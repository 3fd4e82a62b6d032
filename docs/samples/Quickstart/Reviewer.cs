using ExecGraph;

namespace Quickstart;

/// <summary>Stands for a slow service, such as a language model: every verdict takes its time, and only so many are made at once.</summary>
internal sealed class Reviewer(TimeSpan latency)
{
    public async Task<string> ReviewAsync(int words, double? ease, long? sameAs, CellContext context)
    {
        // The run's clock and token: so the wait ends when the run is stopped, and passes at once in virtual time.
        await Task.Delay(latency, context.TimeProvider, context.CancellationToken);
        return Judge(words, ease, sameAs);
    }

    public static string Judge(int words, double? ease, long? sameAs) => (words, ease, sameAs) switch
    {
        (0, _, _) => "missing",
        (_, _, not null) => "repeat",
        ( < 4, _, _) => "too short",
        ( > 60, _, _) => "too long",
        (_, < 0, _) => "hard to read",
        _ => "good",
    };
}
