using ExecGraph.Tests.Support;

namespace ExecGraph.Tests;

/// <summary>A folder uses lower levels and itself; nothing above, and no sibling.</summary>
public class LayeringTests
{
    private static readonly Dictionary<string, int> Levels = new()
    {
        ["Diagnostics"] = 0,
        ["Limits"] = 0,
        ["Graph"] = 1,
        ["Table"] = 2,
        ["Tracking"] = 2,
        ["Definition"] = 3,
        ["Checkpoints"] = 3,
        ["Sinks"] = 3,
        ["Execution"] = 4,
        ["Results"] = 5,
    };

    private static readonly (string User, string Used)[] Forbidden = [("Definition", "Tracking")];

    private static readonly LayerChecker Checker = new(Levels, Forbidden);

    [Fact]
    public void Sources_use_only_what_their_folder_may_use()
    {
        string root = Path.Combine(Repository.Root, "src", "ExecGraph");
        Dictionary<string, string> sources = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText);
        foreach (string built in sources.Keys.Where(path => path.StartsWith("obj/", StringComparison.Ordinal) || path.StartsWith("bin/", StringComparison.Ordinal)))
            sources.Remove(built);

        sources.Should().ContainKey("Graph/ExecutionGraph.cs");
        Checker.Violations(sources).Should().BeEmpty();
    }

    [Theory]
    [InlineData("Graph", "Tracking")]
    [InlineData("Table", "Tracking")]
    [InlineData("Tracking", "Table")]
    [InlineData("Diagnostics", "Limits")]
    [InlineData("Limits", "Diagnostics")]
    [InlineData("Definition", "Checkpoints")]
    [InlineData("Definition", "Tracking")]
    [InlineData("Execution", "Results")]
    public void A_type_of_a_folder_out_of_reach_is_found(string user, string used) =>
        Violations(user, "internal sealed class User { private readonly Used _used = new(); }", used, "internal sealed class Used;")
            .Should().Equal($"{user}/User.cs(2) uses 'Used' of {used}, which {user} may not use.");

    [Theory]
    [InlineData("Graph", "Graph")]
    [InlineData("Graph", "Limits")]
    [InlineData("Tracking", "Graph")]
    [InlineData("Definition", "Table")]
    [InlineData("Checkpoints", "Tracking")]
    [InlineData("Execution", "Definition")]
    [InlineData("Results", "Diagnostics")]
    public void A_type_of_a_folder_within_reach_is_not(string user, string used) =>
        Violations(user, "internal sealed class User { private readonly Used _used = new(); }", used, "internal sealed class Used;").Should().BeEmpty();

    [Theory]
    [InlineData("class User { object Make() => new Used<int>(); }")]
    [InlineData("class User : IUsed;")]
    [InlineData("class User { int Ask() => UsedExtensions.Twice(1); }")]
    [InlineData("class User { int Ask() => 1.Twice(); }")]
    [InlineData("class User { bool Ask(object it) => it is Used<string> { }; }")]
    [InlineData("class User { System.Collections.Generic.List<IUsed[]>? All; }")]
    [InlineData("class User { ExecGraph.IUsed? Full; }")]
    [InlineData("class User { string Name => nameof(IUsed); }")]
    [InlineData("[Used] class User;")]
    public void Every_way_to_name_a_type_is_found(string text) =>
        ViolationsOfGraph(text).Should().NotBeEmpty().And.OnlyContain(violation => violation.StartsWith("Graph/User.cs(2) uses '"));

    [Fact]
    public void An_alias_of_a_type_is_found() =>
        ViolationsOfGraph("class User { private readonly Alias? _used = null; }", "using Alias = ExecGraph.IUsed; ").Should().NotBeEmpty();

    [Theory]
    [InlineData("class User { int IUsed { get; set; } int Twice() => IUsed * 2; }")]
    [InlineData("enum User { IUsed } class Other { User Ask() => User.IUsed; }")]
    [InlineData("class User { int Ask(int IUsed) => IUsed; }")]
    [InlineData("/* IUsed */ class User { string Text => \"IUsed\"; }")]
    public void A_name_that_only_looks_like_the_type_is_not_a_use(string text) => ViolationsOfGraph(text).Should().BeEmpty();

    [Fact]
    public void A_file_in_no_known_folder_is_refused() =>
        Checker.Violations(new Dictionary<string, string> { ["Loose.cs"] = "class A;", ["Helpers/B.cs"] = "class B;" }).Should().Equal(
            "Loose.cs is in no folder that has a level.",
            "Helpers/B.cs is in no folder that has a level.");

    private static List<string> ViolationsOfGraph(string text, string usings = "") =>
        Violations(
            "Graph",
            text,
            "Execution",
            """
            class Used<T>;
            interface IUsed;
            class UsedAttribute : Attribute;
            static class UsedExtensions { internal static int Twice(this int x) => x * 2; }
            """,
            usings);

    private static List<string> Violations(string user, string userText, string used, string usedText, string usings = "") =>
        Checker.Violations(new Dictionary<string, string>
        {
            [$"{user}/User.cs"] = $"{usings}namespace ExecGraph;\n{userText}",
            [$"{used}/Used.cs"] = $"namespace ExecGraph;\n{usedText}",
        });
}
