namespace ExecGraph.Tests.Samples;

/// <summary>A temporary folder of XML documentation.</summary>
internal sealed class DocumentationFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("quickstart").FullName;

    public string Add(string file, string members) => AddText(file, $"<doc><members>{members}</members></doc>");

    public string AddText(string file, string text)
    {
        string path = System.IO.Path.Combine(Path, file);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
