namespace ExecGraph.Tests.Support;

/// <summary>A directory for the time of a test.</summary>
internal sealed class TestDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("execgraph").FullName;

    internal string this[string name] => System.IO.Path.Join(Path, name);

    /// <summary>The names of the files and directories in a directory below, sorted.</summary>
    internal string[] Names(string below = "") =>
        [.. new DirectoryInfo(this[below]).EnumerateFileSystemInfos().Select(info => info.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
