using ExecGraph.Tests.Support;
using PublicApiGenerator;

namespace ExecGraph.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_that_was_agreed()
    {
        string path = Path.Combine(Repository.Root, "tests", "ExecGraph.Tests", "PublicApi.txt");
        string surface = typeof(GraphBuilder).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("EXECGRAPH_UPDATE_DERIVED") == "1")
            File.WriteAllText(path, surface);
        File.ReadAllText(path).Should().Be(surface, "a change of the public surface is made on purpose: EXECGRAPH_UPDATE_DERIVED=1 renews PublicApi.txt");
    }
}
