namespace ExecGraph.Tests.Support;

/// <summary>How long tests with a free choice of length run: short by default, long where EXECGRAPH_SOAK is 1.</summary>
internal static class Soak
{
    private const int Factor = 100;

    internal static int Times(int usual) => Environment.GetEnvironmentVariable("EXECGRAPH_SOAK") == "1" ? usual * Factor : usual;
}
