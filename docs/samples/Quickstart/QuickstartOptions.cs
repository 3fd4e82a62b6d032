using System.Globalization;

namespace Quickstart;

/// <summary>What the command line says.</summary>
internal sealed record QuickstartOptions
{
    public const string Help = """
        Builds a table of every documented member of the .NET reference assemblies.

          --input <folder>   XML documentation files to read (default: those of the installed .NET SDK)
          --output <folder>  where members.csv and report.md go (default: out)
          --rows <n>         only the first n members
          --latency <ms>     how long the simulated reviewer takes for a summary (default: 10)
          --reviewers <cap>  summaries under review at once (default: 64)
          --fresh            forget what an earlier run has finished
          --help             this text

        Ctrl-C, a kill or a power failure loses nothing that is finished: the same command goes on from there.
        """;

    public string? Input { get; private set; }

    public string Output { get; private set; } = "out";

    public int? Rows { get; private set; }

    public TimeSpan Latency { get; private set; } = TimeSpan.FromMilliseconds(10);

    public int Reviewers { get; private set; } = 64;

    public bool Fresh { get; private set; }

    public bool ShowHelp { get; private set; }

    /// <exception cref="UserErrorException">An option is unknown, or its value is missing or wrong.</exception>
    public static QuickstartOptions Parse(IReadOnlyList<string> args)
    {
        var options = new QuickstartOptions();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out string? name))
        {
            switch (name)
            {
                case "--help" or "-h":
                    options.ShowHelp = true;
                    break;
                case "--fresh":
                    options.Fresh = true;
                    break;
                case "--input":
                    options.Input = TextOf(name, rest);
                    break;
                case "--output":
                    options.Output = TextOf(name, rest);
                    break;
                case "--rows":
                    options.Rows = NumberOf(name, rest, least: 1);
                    break;
                case "--latency":
                    options.Latency = TimeSpan.FromMilliseconds(NumberOf(name, rest, least: 0));
                    break;
                case "--reviewers":
                    options.Reviewers = NumberOf(name, rest, least: 1);
                    break;
                default:
                    throw new UserErrorException($"Unknown option '{name}'. See --help.");
            }
        }

        return options;
    }

    /// <summary>What follows the option, unless that is the next option. A folder whose name begins like one is written <c>./--name</c>.</summary>
    private static string TextOf(string name, Queue<string> rest) =>
        rest.TryDequeue(out string? value) && value.Length > 0 && !value.StartsWith("--", StringComparison.Ordinal)
            ? value
            : throw new UserErrorException($"{name} needs a value. See --help.");

    private static int NumberOf(string name, Queue<string> rest, int least)
    {
        string text = TextOf(name, rest);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw new UserErrorException($"{name} needs a whole number from {least}, not '{text}'.");
    }
}
