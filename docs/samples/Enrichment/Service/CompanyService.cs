using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Enrichment;

/// <summary>
/// An HTTP service on a loopback port of this machine, with the manners of a real one: it takes its time, fails now and then, knows nothing about some
/// companies, and refuses what comes too fast, when it is overloaded, or when the day's quota is used up.
/// </summary>
internal sealed class CompanyService : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly FrontDoor _door;
    private readonly ConcurrentDictionary<(string Endpoint, string Name), int> _visits = new();

    private CompanyService(ServiceOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _door = new FrontDoor(options, time);
        Register = new CompanyRegister(options.Seed);

        // The bare host: it reads no settings of this machine, logs nothing, and leaves Ctrl-C to the program.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null); // a caller on a busy machine may be slow
        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, NoLifetime>();
        _web = builder.Build();
        _web.MapGet("/companies/{name}", (string name, CancellationToken hungUp) => AnswerAsync("companies", name, Find, hungUp));
        _web.MapPost("/summaries", (Company company, CancellationToken hungUp) =>
            AnswerAsync("summaries", company.Name, name => Summarize(name, company), hungUp));
    }

    public CompanyRegister Register { get; }

    public ServiceTally Tally { get; } = new();

    public Uri Address => new(_web.Urls.Single());

    public static async Task<CompanyService> StartAsync(ServiceOptions options, TimeProvider time)
    {
        var service = new CompanyService(options, time);
        await service._web.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task<IResult> AnswerAsync(string endpoint, string name, Func<string, (Answer, IResult)> answer, CancellationToken hungUp)
    {
        Tally.Arrived();
        Answer given = Answer.HungUp;
        try
        {
            if (_door.Refuse(out TimeSpan retryAfter) is { } reason)
            {
                given = reason;
                return new TooManyRequests(retryAfter);
            }

            int visit = _visits.AddOrUpdate((endpoint, name), 1, (_, before) => before + 1);
            await Task.Delay((0.5 + Register.Draw(name, $"latency {endpoint} {visit}")) * _options.Latency, _time, hungUp);
            (given, IResult result) = visit <= Register.FailuresOf(endpoint, name) ? Failure("This went wrong; it may not go wrong again.") : answer(name);
            return result;
        }
        finally
        {
            Tally.Left(given); // Before the answer goes out: the caller's next request may be here sooner than whatever is done after that.
        }
    }

    private (Answer, IResult) Find(string name) => Register.TroubleWith(name) switch
    {
        Trouble.Unknown => (Answer.Unknown, Results.Text("There is no such company.", statusCode: StatusCodes.Status404NotFound)),
        Trouble.Damaged => Failure("The entry is damaged."),
        _ => (Answer.Fine, Results.Ok(Register[name])),
    };

    private (Answer, IResult) Summarize(string name, Company company) => Register.TroubleWith(name) == Trouble.Confidential
        ? (Answer.Confidential, Results.Text("Nothing is written about this company.", statusCode: StatusCodes.Status422UnprocessableEntity))
        : (Answer.Fine, Results.Text(company.Summary));

    private static (Answer, IResult) Failure(string message) =>
        (Answer.Failed, Results.Text(message, statusCode: StatusCodes.Status500InternalServerError));

    private sealed class TooManyRequests(TimeSpan retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture); // HTTP knows whole seconds only
            return Task.CompletedTask;
        }
    }
}
