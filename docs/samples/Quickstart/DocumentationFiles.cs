using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>Finds the XML documentation of the reference assemblies that every .NET SDK brings.</summary>
internal static class DocumentationFiles
{
    /// <summary>The folder to read: the given one, or else that of the newest SDK that is found.</summary>
    /// <exception cref="UserErrorException">There is no such folder, or none with documentation.</exception>
    public static string Find(string? given)
    {
        if (given is null)
        {
            return Roots().Select(NewestIn).FirstOrDefault(folder => folder is not null) ?? throw new UserErrorException(
                "No XML documentation of the .NET reference assemblies was found. Install a .NET SDK, set DOTNET_ROOT, or name a folder with --input.");
        }

        if (!Directory.Exists(given))
            throw new UserErrorException($"There is no folder '{given}'.");
        return HasDocumentation(given) ? given : throw new UserErrorException($"There are no .xml files in '{given}'.");
    }

    /// <summary>The folder of the newest version under an SDK's root; null if there is none.</summary>
    public static string? NewestIn(string root)
    {
        string pack = Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref");
        if (!Directory.Exists(pack))
            return null;
        return Directory.EnumerateDirectories(pack)
            .OrderByDescending(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out Version? version) ? version : new Version())
            .Select(folder => Path.Combine(folder, "ref"))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .FirstOrDefault(HasDocumentation);
    }

    private static bool HasDocumentation(string folder) => Directory.EnumerateFiles(folder, "*.xml").Any();

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
            yield return root;

        // The host can be a link, such as /usr/bin/dotnet, to the one that stands beside the packs.
        if (Environment.ProcessPath is { } host)
            yield return Path.GetDirectoryName(File.ResolveLinkTarget(host, returnFinalTarget: true)?.FullName ?? host)!;
        for (DirectoryInfo? folder = new(RuntimeEnvironment.GetRuntimeDirectory()); folder is not null; folder = folder.Parent)
            yield return folder.FullName;

        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet");
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet");
        yield return "/usr/share/dotnet";
        yield return "/usr/lib/dotnet";
        yield return "/usr/local/share/dotnet";
    }
}
