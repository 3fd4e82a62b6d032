using System.Globalization;

namespace Enrichment;

/// <summary>What the command line says.</summary>
internal sealed record EnrichmentOptions
{
    public const string Help = """
        Fills a table of companies by calling a flaky, limited HTTP service, which runs in this process.

          --rows <n>         companies to look up (default: 200)
          --seed <n>         which of them the service knows, and which of its answers fail (default: 25)
          --concurrency <n>  requests at once (default: 8)
          --rate <n>         requests a second; the service bears 200 (default: 180)
          --quota <n>        requests that the service answers in one of its days (default: 200)
          --day <s>          how long such a day lasts, in seconds, up to 86400 (default: 2)
          --latency <ms>     how long the service takes for an answer, on average (default: 40)
          --print <n>        rows to print (default: 10)
          --help             this text

        Ctrl-C stops gently: requests that are under way are waited for, and what is finished is printed.
        """;

    public int Rows { get; private set; } = 200;

    public int Concurrency { get; private set; } = 8;

    public int Rate { get; private set; } = 180;

    public int Print { get; private set; } = 10;

    public ServiceOptions Service { get; private set; } = new();

    public bool ShowHelp { get; private set; }

    /// <exception cref="UserErrorException">An option is unknown, or its value is missing or wrong.</exception>
    public static EnrichmentOptions Parse(IReadOnlyList<string> args)
    {
        var options = new EnrichmentOptions();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out string? name))
        {
            switch (name)
            {
                case "--help" or "-h":
                    options.ShowHelp = true;
                    break;
                case "--rows":
                    options.Rows = NumberOf(name, rest, least: 1);
                    break;
                case "--concurrency":
                    options.Concurrency = NumberOf(name, rest, least: 1);
                    break;
                case "--rate":
                    options.Rate = NumberOf(name, rest, least: 1);
                    break;
                case "--print":
                    options.Print = NumberOf(name, rest, least: 0);
                    break;
                case "--seed":
                    options.Service = options.Service with { Seed = NumberOf(name, rest, least: 0) };
                    break;
                case "--quota":
                    options.Service = options.Service with { Quota = NumberOf(name, rest, least: 1) };
                    break;
                case "--day":
                    options.Service = options.Service with { Day = TimeSpan.FromSeconds(NumberOf(name, rest, least: 1, most: 86_400)) };
                    break;
                case "--latency":
                    options.Service = options.Service with { Latency = TimeSpan.FromMilliseconds(NumberOf(name, rest, least: 0)) };
                    break;
                default:
                    throw new UserErrorException($"Unknown option '{name}'. See --help.");
            }
        }

        return options;
    }

    private static int NumberOf(string name, Queue<string> rest, int least, int most = int.MaxValue)
    {
        if (!rest.TryDequeue(out string? text) || text.StartsWith("--", StringComparison.Ordinal))
            throw new UserErrorException($"{name} needs a value. See --help.");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new UserErrorException($"{name} needs a whole number from {least}{(most < int.MaxValue ? $" to {most}" : "")}, not '{text}'.");
    }
}
