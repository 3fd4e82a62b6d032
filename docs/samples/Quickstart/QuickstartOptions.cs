using System.Globalization;

namespace Quickstart;

/// <summary>What the command line says.</summary>
public sealed record QuickstartOptions
{
    public const string Help = """
        Fills a table from the XML documentation of the .NET reference assemblies.

          --input <folder>    where to look for XML documentation (default: the SDK's own)
          --output <folder>   where members.csv and report.md go (default: out)
          --rows <number>     only so many members (default: all)
          --latency <ms>      how long the simulated reviewer takes for a member (default: 10)
          --reviewers <cap>   how many members are reviewed at once (default: 64)
          --help              this text
        """;

    public string? Input { get; init; }

    public string Output { get; init; } = "out";

    public int Rows { get; init; } = int.MaxValue;

    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(10);

    public int Reviewers { get; init; } = 64;

    /// <returns>Null if help was asked for.</returns>
    /// <exception cref="UserErrorException">An option is unknown, or its value is missing or out of range.</exception>
    public static QuickstartOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new QuickstartOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Count ? arguments[i] : throw new UserErrorException($"Option {name} needs a value. See --help.");
            switch (name)
            {
                case "--help" or "-h":
                    return null;
                case "--input":
                    options = options with { Input = Value() };
                    break;
                case "--output":
                    options = options with { Output = Value() };
                    break;
                case "--rows":
                    options = options with { Rows = Number(name, Value(), least: 1) };
                    break;
                case "--latency":
                    options = options with { Latency = TimeSpan.FromMilliseconds(Number(name, Value(), least: 0)) };
                    break;
                case "--reviewers":
                    options = options with { Reviewers = Number(name, Value(), least: 1) };
                    break;
                default:
                    throw new UserErrorException($"Unknown option '{name}'. See --help.");
            }
        }

        return options;
    }

    private static int Number(string name, string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new UserErrorException($"Option {name} takes a whole number from {least} on, not '{value}'.");
}
