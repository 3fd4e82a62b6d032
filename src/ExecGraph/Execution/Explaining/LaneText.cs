using System.Globalization;
using ExecGraph.Limits;

namespace ExecGraph.Execution;

/// <summary>How a limiter stands, in words.</summary>
internal static class LaneText
{
    internal static string Of(Limiter limiter, AdmissionStanding standing, DateTimeOffset? until, Moment now)
    {
        string time = until is { } end ? now.Until(end) : "until somebody else's permits come back";
        return standing.Hold switch
        {
            AdmissionHold.Pause => $"it pauses {time}, because a call came too often",
            AdmissionHold.Requests => $"its {Permits(limiter.Requests)} for requests are used up {time}",
            AdmissionHold.Weight => $"the call does not fit into its {Permits(limiter.Weight)} for weights {time}",
            AdmissionHold.Concurrency => string.Create(CultureInfo.InvariantCulture, $"{standing.Taken} of {standing.Limit} permits are taken"),
            _ => "it is about to grant a permit, or others that share it come first",
        };
    }

    private static string Permits(RateLimit? limit) =>
        limit is null ? "permits" : string.Create(CultureInfo.InvariantCulture, $"{limit.Permits} permits in any {Moment.Text(limit.Window)}");
}
