using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Definition;

public sealed class InputsDriftTests
{
    [Fact]
    public void Inputs_for_two_to_eight_columns_follow_the_one_for_one_column()
    {
        string folder = Path.Combine(Repository.Root, "src", "ExecGraph", "Definition");
        foreach ((string name, string text) in InputsTemplate.Render(File.ReadAllText(Path.Combine(folder, "Inputs.cs"))))
        {
            string path = Path.Combine(folder, name);
            if (Environment.GetEnvironmentVariable("EXECGRAPH_UPDATE_DERIVED") == "1")
                File.WriteAllText(path, text);
            (File.Exists(path) ? File.ReadAllText(path) : "").Should().Be(text, "{0} is derived: set EXECGRAPH_UPDATE_DERIVED=1 to renew it", name);
        }
    }
}
