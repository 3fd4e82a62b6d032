using System.Net;
using System.Net.Http.Json;
using ExecGraph;

namespace Enrichment;

/// <summary>Calls the service, and says what its answers mean for a run.</summary>
internal sealed class CompanyClient(Uri address, HttpMessageHandler handler) : IDisposable
{
    private readonly HttpClient _http = new(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan }; // the columns have a time-out of their own

    public async Task<(string Sector, int Headcount)> FindAsync(string company, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync($"companies/{Uri.EscapeDataString(company)}", cancellationToken);
        await CheckAsync(response, cancellationToken);
        Entry entry = (await response.Content.ReadFromJsonAsync<Entry>(cancellationToken))!;
        return (entry.Sector, entry.Headcount);
    }

    public async Task<string> SummarizeAsync(string company, string sector, int headcount, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync("summaries", new { Name = company, sector, headcount }, cancellationToken);
        await CheckAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Time-outs, broken connections and errors of the service may pass; what it says about the request itself does not.</summary>
    public static bool MayPass(Exception exception, int attempt) =>
        exception is TimeoutException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError };

    public void Dispose() => _http.Dispose();

    private static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new RateLimitedException(response.Headers.RetryAfter?.Delta);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(await response.Content.ReadAsStringAsync(cancellationToken), inner: null, response.StatusCode);
    }

    private sealed record Entry(string Sector, int Headcount);
}
