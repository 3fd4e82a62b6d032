using System.Net;
using ExecGraph;

namespace Enrichment;

/// <summary>Sends requests, and counts them. Thread-safe.</summary>
internal sealed class CallTally(Limiter limiter) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _calls;
    private int _rateLimited;
    private int _lowestLimit = limiter.CurrentLimit;

    /// <summary>Requests that were sent.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Those that the service refused as coming too often.</summary>
    public int RateLimited => Volatile.Read(ref _rateLimited);

    /// <summary>The requests at once that the limiter allows now.</summary>
    public int Limit => limiter.CurrentLimit;

    /// <summary>The fewest that it has allowed.</summary>
    public int LowestLimit => Math.Min(Volatile.Read(ref _lowestLimit), Limit);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        NoteLimit();
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            Interlocked.Increment(ref _rateLimited);
        return response;
    }

    /// <summary>As each call begins: a limit that was lowered rises only when further calls have ended, so none is missed.</summary>
    private void NoteLimit()
    {
        int limit = Limit;
        while (Volatile.Read(ref _lowestLimit) is var lowest && limit < lowest)
            Interlocked.CompareExchange(ref _lowestLimit, limit, lowest);
    }
}
