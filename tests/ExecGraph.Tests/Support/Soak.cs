namespace ExecGraph.Tests.Support;

/// <summary>
/// How long tests with a free choice of length run: short by default, long where EXECGRAPH_SOAK is 1, as short as can be where
/// EXECGRAPH_MUTATION is 1, because then every mutant runs them.
/// </summary>
internal static class Soak
{
    internal static int Times(int usual) =>
        Is("EXECGRAPH_SOAK") ? usual * 100
        : Is("EXECGRAPH_MUTATION") ? Math.Max(5, usual / 20)
        : usual;

    private static bool Is(string variable) => Environment.GetEnvironmentVariable(variable) == "1";
}
