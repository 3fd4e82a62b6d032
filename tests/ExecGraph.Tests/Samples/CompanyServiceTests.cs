using System.Net;
using System.Net.Http.Json;
using Enrichment;

namespace ExecGraph.Tests.Samples;

public sealed class CompanyServiceTests
{
    private static readonly ServiceOptions Rules = new() { Latency = TimeSpan.Zero };

    private readonly EagerTime _time = new();
    private readonly CompanyRegister _register = new(Rules.Seed);

    [Fact]
    public async Task A_company_has_a_sector_and_a_headcount()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules, _time);
        using HttpClient http = Client(service);
        string name = CompanyRegister.Names(100).First(name => _register.TroubleWith(name) == Trouble.None && _register.FailuresOf("companies", name) == 0);

        (await http.GetFromJsonAsync<Company>(PathOf(name))).Should().Be(_register[name]);
    }

    [Fact]
    public async Task A_summary_is_made_of_what_is_sent()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules, _time);
        using HttpClient http = Client(service);
        string name = CompanyRegister.Names(100).First(name => _register.TroubleWith(name) == Trouble.None && _register.FailuresOf("summaries", name) == 0);

        using HttpResponseMessage response = await http.PostAsJsonAsync("summaries", new Company(name, "space", 1234));

        (await response.Content.ReadAsStringAsync()).Should().Be($"{name} is in space and employs 1,234 people.");
    }

    [Fact]
    public async Task A_failure_that_passes_passes()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules, _time);
        using HttpClient http = Client(service);
        string name = CompanyRegister.Names(1000).First(name => _register.TroubleWith(name) == Trouble.None && _register.FailuresOf("companies", name) == 2);

        (await StatusOf(http, name, times: 4)).Should().Equal(500, 500, 200, 200);
        service.Tally.Count(Answer.Failed).Should().Be(2);
        service.Tally.Count(Answer.Fine).Should().Be(2);
        service.Tally.Requests.Should().Be(4);
        service.Tally.MostAtOnce.Should().Be(1);
    }

    [Theory]
    [InlineData(Trouble.Unknown, 404)]
    [InlineData(Trouble.Damaged, 500)]
    internal async Task Other_trouble_does_not(Trouble trouble, int status)
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules, _time);
        using HttpClient http = Client(service);
        string name = CompanyRegister.Names(1000).First(name => _register.TroubleWith(name) == trouble && _register.FailuresOf("companies", name) == 0);

        (await StatusOf(http, name, times: 5)).Should().Equal(Enumerable.Repeat(status, 5));
    }

    [Fact]
    public async Task Nothing_is_written_about_some_companies()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules, _time);
        using HttpClient http = Client(service);
        string name = CompanyRegister.Names(1000).First(name => _register.TroubleWith(name) == Trouble.Confidential && _register.FailuresOf("summaries", name) == 0);

        using HttpResponseMessage response = await http.PostAsJsonAsync("summaries", _register[name]);

        response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        service.Tally.Count(Answer.Confidential).Should().Be(1);
    }

    [Fact]
    public async Task Who_comes_too_often_is_told_when_to_come_again()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules with { Quota = 1, Day = TimeSpan.FromSeconds(7) }, _time);
        using HttpClient http = Client(service);
        string name = CompanyRegister.Names(1)[0];
        (await http.GetAsync(PathOf(name))).Dispose();
        _time.Advance(TimeSpan.FromSeconds(2.5));

        using HttpResponseMessage response = await http.GetAsync(PathOf(name));

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(5)); // 4.5, in whole seconds
        service.Tally.Count(Answer.QuotaUsedUp).Should().Be(1);
        service.Tally.Refused.Should().Be(1);
    }

    [Fact]
    public async Task An_answer_takes_between_half_and_one_and_a_half_of_the_latency()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules with { Latency = TimeSpan.FromSeconds(2) }, _time);
        using HttpClient http = Client(service);
        var waits = new List<double>();
        foreach (string name in CompanyRegister.Names(20))
        {
            double before = _time.Now.TotalSeconds;
            (await http.GetAsync(PathOf(name))).Dispose();
            waits.Add(_time.Now.TotalSeconds - before);
        }

        waits.Should().OnlyContain(wait => wait >= 1 && wait <= 3).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_client_tells_the_run_how_long_to_wait()
    {
        await using CompanyService service = await CompanyService.StartAsync(Rules with { Quota = 1, Day = TimeSpan.FromSeconds(7) }, _time);
        using var calls = new CallTally(new Limiter("service") { MaxConcurrency = 4 });
        using var client = new CompanyClient(service.Address, calls);
        string name = CompanyRegister.Names(100).First(name => _register.TroubleWith(name) == Trouble.None && _register.FailuresOf("companies", name) == 0);
        (await client.FindAsync(name, default)).Should().Be((_register[name].Sector, _register[name].Headcount));

        RateLimitedException refused = (await client.Awaiting(c => c.SummarizeAsync(name, "", 0, default)).Should().ThrowAsync<RateLimitedException>()).Which;

        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
        calls.Calls.Should().Be(2);
        calls.RateLimited.Should().Be(1);
        calls.LowestLimit.Should().Be(4);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(null, true)]
    [InlineData(HttpStatusCode.NotFound, false)]
    [InlineData(HttpStatusCode.UnprocessableEntity, false)]
    public void Only_what_may_pass_is_worth_another_attempt(HttpStatusCode? status, bool mayPass) =>
        CompanyClient.MayPass(new HttpRequestException("", inner: null, status), attempt: 1).Should().Be(mayPass);

    [Fact]
    public void A_time_out_may_pass_and_a_fault_of_the_program_does_not()
    {
        CompanyClient.MayPass(new TimeoutException(), attempt: 1).Should().BeTrue();
        CompanyClient.MayPass(new NullReferenceException(), attempt: 1).Should().BeFalse();
    }

    private static HttpClient Client(CompanyService service) => new() { BaseAddress = service.Address };

    private static string PathOf(string name) => $"companies/{Uri.EscapeDataString(name)}";

    private static async Task<List<int>> StatusOf(HttpClient http, string name, int times)
    {
        var status = new List<int>();
        for (int i = 0; i < times; i++)
        {
            using HttpResponseMessage response = await http.GetAsync(PathOf(name));
            status.Add((int)response.StatusCode);
        }

        return status;
    }
}
