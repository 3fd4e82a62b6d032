using Enrichment;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Samples;

/// <summary>Real requests to a real service; only the waiting takes no time.</summary>
public sealed class EnrichmentTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Theory]
    [InlineData(25)]
    [InlineData(107)]
    public async Task The_table_is_what_the_service_knows_without_the_doomed_rows(int seed)
    {
        var time = new EagerTime();
        await using CompanyService service = await CompanyService.StartAsync(new ServiceOptions { Seed = seed, Latency = TimeSpan.Zero }, time);

        EnrichedTable table = await Fill(service, time, "--rows", "120");

        Company[] companies = [.. CompanyRegister.Names(120).Select(name => service.Register[name])];
        table.Rows.Should().Equal(companies.Index().Where(company => !IsDoomed(service.Register, company.Item)).Select(company => Expected(company.Index, company.Item)));
        table.Report.Dropped.Select(failure => failure.Row).Should()
            .BeEquivalentTo(companies.Index().Where(company => IsDoomed(service.Register, company.Item)).Select(company => (long)company.Index)).And.NotBeEmpty();
        table.Report.SkippedCells.Should().Be(table.Rows.Count(row => row.Summary is null)).And.BePositive();
    }

    [Fact]
    public async Task Run_and_service_agree_on_what_happened()
    {
        var time = new EagerTime();
        await using CompanyService service = await CompanyService.StartAsync(new ServiceOptions { Latency = TimeSpan.Zero }, time);

        EnrichedTable table = await Fill(service, time, "--rows", "120");

        ServiceTally tally = service.Tally;
        table.Calls.Should().Be(tally.Requests);
        table.Report.Columns.Where(column => column.Name is "sector" or "summary").Sum(column => column.Cells + column.Failures + column.RateLimited).Should().Be(tally.Requests);
        table.Report.Columns.Sum(column => column.RateLimited).Should().Be(tally.Refused);
        table.Report.Columns.Sum(column => column.Failures).Should().Be(tally.Count(Answer.Failed) + tally.Count(Answer.Unknown) + tally.Count(Answer.Confidential));
        tally.Count(Answer.Failed).Should().Be(FailuresToExpect(service.Register, 120)).And.BePositive();
        tally.Count(Answer.HungUp).Should().Be(0);
    }

    [Fact]
    public async Task The_service_never_sees_more_requests_at_once_than_the_limiter_allows()
    {
        const int AtOnce = 6;

        // Sixty times, a request is answered only when so many are there. If more were let through, the service would see them meanwhile.
        var gathering = new EagerTime { Gather = AtOnce, Gatherings = 60 };
        var rules = new ServiceOptions { Latency = TimeSpan.FromMilliseconds(1), Quota = int.MaxValue, Rate = int.MaxValue, OverloadEvery = int.MaxValue };
        await using CompanyService service = await CompanyService.StartAsync(rules, gathering);

        await Fill(service, new EagerTime(), "--rows", "100", "--concurrency", $"{AtOnce}", "--rate", "1000000");

        service.Tally.MostAtOnce.Should().Be(AtOnce);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_waited_for()
    {
        var time = new EagerTime();
        var rules = new ServiceOptions { Latency = TimeSpan.Zero, Quota = 40, Day = TimeSpan.FromSeconds(9), OverloadEvery = int.MaxValue };
        await using CompanyService service = await CompanyService.StartAsync(rules, time);

        EnrichedTable table = await Fill(service, time, "--rows", "100", "--rate", "1000000");

        service.Tally.Count(Answer.QuotaUsedUp).Should().BePositive();
        time.Now.Should().BeGreaterThan(rules.Day);
        (table.Rows.Count + table.Report.DroppedRows).Should().Be(100);
        table.Report.DroppedRows.Should().Be(CompanyRegister.Names(100).Count(name => IsDoomed(service.Register, service.Register[name])));
        table.LowestLimit.Should().BeLessThan(8);
    }

    [Fact]
    public async Task An_overloaded_service_is_left_alone_for_a_while()
    {
        var time = new EagerTime();
        var rules = new ServiceOptions { Latency = TimeSpan.Zero, Quota = int.MaxValue, OverloadEvery = 30 };
        await using CompanyService service = await CompanyService.StartAsync(rules, time);

        EnrichedTable table = await Fill(service, time, "--rows", "60");

        service.Tally.Count(Answer.Overloaded).Should().BePositive();
        table.Report.DroppedRows.Should().Be(CompanyRegister.Names(60).Count(name => IsDoomed(service.Register, service.Register[name])));
    }

    [Fact]
    public async Task A_stop_in_a_pause_hands_out_what_is_finished()
    {
        using var interrupt = new CancellationTokenSource();
        var time = new EagerTime
        {
            Waiting = wait =>
            {
                if (wait > TimeSpan.FromSeconds(2)) // longer than any retry: the day's rest, or a pause on a machine that is slow
                    interrupt.Cancel();
            },
        };

        (await Run(time, interrupt.Token, "--rows", "100", "--quota", "50", "--day", "9", "--print", "100")).Should().Be(130);

        string printed = _output.ToString();
        printed.Should().Contain("s, stopped)").And.Contain("of 100").And.NotContain("not waited for");
        var register = new CompanyRegister(new ServiceOptions().Seed);
        foreach (string name in CompanyRegister.Names(100).Where(name => IsDoomed(register, register[name])))
            printed.Should().NotContain(register[name].Summary);
        FigureOf("rows out").Should().BeInRange(0, 50); // a pause may come before the first row is done
        FigureOf("requests").Should().Be(FigureOf("calls"));
    }

    [Fact]
    public async Task A_stop_before_the_first_request_is_no_error()
    {
        (await Run(new EagerTime(), new CancellationToken(canceled: true))).Should().Be(130);

        _errors.ToString().Should().BeEmpty();
        FigureOf("rows out").Should().Be(0);
    }

    [Fact]
    public async Task What_happened_is_printed()
    {
        (await Run(new EagerTime(), CancellationToken.None, "--rows", "20", "--latency", "0")).Should().Be(0);

        _errors.ToString().Should().BeEmpty();
        string[] lines = Lines();
        lines.Should().Contain("    3  Beech Group          fashion          918  medium  Beech Group is in fashion and employs 918 people.")
            .And.Contain("    4  Birch Holding        energy             7  tiny    (skipped)")
            .And.Contain("    …  and 8 more")
            .And.Contain("    6  Cherry Labs, sector: 404 There is no such company.")
            .And.Contain("   13  Hazel Brothers, summary: 422 Nothing is written about this company.")
            .And.Contain("  rows out                18  of 20")
            .And.Contain("  rows dropped             2")
            .And.Contain("  404 or 422               2  hopeless: not tried again");
        lines.Should().NotContain(line => line.StartsWith("    6  Cherry Labs  ", StringComparison.Ordinal));
        FigureOf("500").Should().Be(FailuresToExpect(new CompanyRegister(25), 20));
    }

    [Fact]
    public async Task The_same_seed_leaves_the_same_rows()
    {
        await Run(new EagerTime(), CancellationToken.None, "--rows", "80", "--latency", "0", "--print", "80", "--concurrency", "2");
        string[] first = Lines();
        _output.GetStringBuilder().Clear();
        await Run(new EagerTime(), CancellationToken.None, "--rows", "80", "--latency", "0", "--print", "80", "--concurrency", "20");

        Table(Lines()).Should().Equal(Table(first)).And.HaveCountGreaterThan(60);
    }

    [Fact]
    public async Task It_is_an_error_if_no_row_is_left()
    {
        (await Run(new EagerTime(), CancellationToken.None, "--rows", "1", "--seed", "12")).Should().Be(1);

        _errors.ToString().Should().StartWith("error: No row is left").And.Contain("There is no such company.").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_wrong_option_is_an_error()
    {
        (await Run(new EagerTime(), CancellationToken.None, "--colour", "red")).Should().Be(1);

        _errors.ToString().Trim().Should().Be("error: Unknown option '--colour'. See --help.");
        _output.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        (await Run(new EagerTime(), CancellationToken.None, "--help")).Should().Be(0);

        _output.ToString().Should().Contain("--quota <n>");
    }

    private Task<EnrichedTable> Fill(CompanyService service, TimeProvider time, params string[] args) =>
        Program.FillTableAsync(service.Address, EnrichmentOptions.Parse(args), _output, isTerminal: false, time, CancellationToken.None).WaitAsync(Runs.Hang);

    private Task<int> Run(TimeProvider time, CancellationToken interrupt, params string[] args) =>
        Program.RunAsync(args, _output, _errors, isTerminal: false, time, interrupt).WaitAsync(Runs.Hang);

    /// <summary>Whether no table can have a row for the company.</summary>
    private static bool IsDoomed(CompanyRegister register, Company company) => register.TroubleWith(company.Name) switch
    {
        Trouble.Unknown or Trouble.Damaged => true,
        Trouble.Confidential => company.Headcount >= 10, // nobody asks about the others
        _ => false,
    };

    private static EnrichedRow Expected(int row, Company company) =>
        new(row, company.Name, company.Sector, company.Headcount, Program.SizeOf(company.Headcount), company.Headcount < 10 ? null : company.Summary);

    /// <summary>How often the service answers 500 when each company is asked about as often as is needed, at most four times.</summary>
    private static int FailuresToExpect(CompanyRegister register, int rows) => CompanyRegister.Names(rows).Sum(name => register.TroubleWith(name) switch
    {
        Trouble.Damaged => 4,
        Trouble.Unknown => register.FailuresOf("companies", name),
        _ => register.FailuresOf("companies", name) + (register[name].Headcount < 10 ? 0 : register.FailuresOf("summaries", name)),
    });

    private string[] Lines() => _output.ToString().ReplaceLineEndings("\n").Split('\n');

    /// <summary>The lines of the printed table, headings included.</summary>
    private static IEnumerable<string> Table(string[] lines) =>
        lines.SkipWhile(line => !line.StartsWith("  row  company", StringComparison.Ordinal)).TakeWhile(line => line.Length > 0);

    private int FigureOf(string what)
    {
        string line = Lines().Single(line => line.StartsWith($"  {what}  ", StringComparison.Ordinal));
        return int.Parse(line[(what.Length + 2)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
