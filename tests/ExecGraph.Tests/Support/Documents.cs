namespace ExecGraph.Tests.Support;

/// <summary>The Markdown files of the working copy, by path from its root.</summary>
internal static class Documents
{
    private static readonly string[] Folders = ["docs", "src", "benchmarks"];

    internal static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Intersect(["bin", "obj", "out"]).Any())
            .Order(StringComparer.Ordinal),
    ];

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
}
