using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>Finds XML documentation: in a given folder, or that of the reference assemblies beside the running .NET.</summary>
public static class DocumentationFiles
{
    /// <exception cref="UserErrorException">There is no such folder, or no documentation in it.</exception>
    public static IReadOnlyList<string> Find(string? folder)
    {
        if (folder is not null)
        {
            if (!Directory.Exists(folder))
                throw new UserErrorException($"There is no folder '{folder}'.");
            string[] files = [.. Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            return files.Length > 0 ? files : throw new UserErrorException($"There are no .xml files in '{folder}'.");
        }

        foreach (string root in Roots().Distinct())
        {
            string pack = Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref");
            if (!Directory.Exists(pack))
                continue;
            string[] files = [.. Directory.EnumerateFiles(pack, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            if (files.Length > 0)
                return files;
        }

        throw new UserErrorException("The documentation of the reference assemblies was not found beside the .NET SDK. Name a folder of XML documentation with --input.");
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } configured)
            yield return configured;

        // .../shared/Microsoft.NETCore.App/10.0.0/ lies three levels below the root.
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Path.GetDirectoryName(Environment.ProcessPath) is { } host)
            yield return host;
        foreach (string usual in new[] { "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet", @"C:\Program Files\dotnet" })
            yield return usual;
    }
}
