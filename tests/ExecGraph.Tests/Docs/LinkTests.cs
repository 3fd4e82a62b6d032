using System.Text.RegularExpressions;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Docs;

/// <summary>What the documentation refers to is there: files, and tests.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Files => [.. Documents.All];

    [Theory]
    [MemberData(nameof(Files))]
    public void Links_lead_to_files_and_folders_that_exist(string file)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
        Link().Matches(Documents.Read(file)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)))
            .Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Tests_that_are_named_exist(string file)
    {
        HashSet<string> classes = [.. typeof(LinkTests).Assembly.GetTypes().Select(type => type.Name)];
        TestClass().Matches(Documents.Read(file)).Select(match => match.Groups["name"].Value)
            .Where(name => !classes.Contains(name)).Should().BeEmpty();
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]*Tests)`")]
    private static partial Regex TestClass();
}
