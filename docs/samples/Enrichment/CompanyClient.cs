using System.Net;
using System.Net.Http.Json;
using ExecGraph;

namespace Enrichment;

/// <summary>Calls the service, and says what its answers mean for a run.</summary>
internal sealed class CompanyClient(Uri address, Limiter limiter) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan }; // the columns have a time-out of their own
    private int _calls;
    private int _rateLimited;
    private int _lowestLimit = limiter.CurrentLimit;

    /// <summary>The fewest calls at once that the limiter allowed.</summary>
    public int LowestLimit => Math.Min(Volatile.Read(ref _lowestLimit), limiter.CurrentLimit);

    /// <summary>Requests that were made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Those that the service refused as coming too often.</summary>
    public int RateLimited => Volatile.Read(ref _rateLimited);

    public async Task<(string Sector, int Headcount)> FindAsync(string company, CancellationToken cancellationToken)
    {
        Begin();
        using HttpResponseMessage response = await _http.GetAsync($"companies/{Uri.EscapeDataString(company)}", cancellationToken);
        await CheckAsync(response, cancellationToken);
        Entry entry = (await response.Content.ReadFromJsonAsync<Entry>(cancellationToken))!;
        return (entry.Sector, entry.Headcount);
    }

    public async Task<string> SummarizeAsync(string company, string sector, int headcount, CancellationToken cancellationToken)
    {
        Begin();
        using HttpResponseMessage response = await _http.PostAsJsonAsync("summaries", new { Name = company, sector, headcount }, cancellationToken);
        await CheckAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Time-outs, broken connections and errors of the service may pass; what it says about the request itself does not.</summary>
    public static bool MayPass(Exception exception, int attempt) =>
        exception is TimeoutException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError };

    public void Dispose() => _http.Dispose();

    private async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            Interlocked.Increment(ref _rateLimited);
            throw new RateLimitedException(response.Headers.RetryAfter?.Delta);
        }

        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(await response.Content.ReadAsStringAsync(cancellationToken), inner: null, response.StatusCode);
    }

    /// <summary>Called as each call begins. A limit that was lowered rises only when further calls have ended, so none is missed.</summary>
    private void Begin()
    {
        Interlocked.Increment(ref _calls);
        int limit = limiter.CurrentLimit;
        while (Volatile.Read(ref _lowestLimit) is var lowest && limit < lowest)
            Interlocked.CompareExchange(ref _lowestLimit, limit, lowest);
    }

    private sealed record Entry(string Sector, int Headcount);
}
