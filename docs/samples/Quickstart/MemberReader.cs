using System.Xml;

namespace Quickstart;

/// <summary>Streams the documented members of XML documentation files, one file after the other, by name.</summary>
internal static class MemberReader
{
    /// <exception cref="InvalidDataException">A file is broken; the message names it, the line and the position. Thrown while enumerating.</exception>
    public static IEnumerable<Member> ReadFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal).SelectMany(ReadFile);

    public static IEnumerable<Member> ReadFile(string path)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        using XmlReader file = Open(path);
        while (Next(file, path, types) is { } member)
            yield return member;
    }

    /// <summary>Opening reads the first bytes already, to tell the encoding.</summary>
    private static XmlReader Open(string path)
    {
        try
        {
            return XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        }
        catch (XmlException error)
        {
            throw Broken(path, error);
        }
    }

    private static Member? Next(XmlReader file, string path, HashSet<string> types)
    {
        try
        {
            while (file.ReadToFollowing("member"))
            {
                // Without an id there is nothing to name the row by; compilers never write such a member.
                if (file.GetAttribute("name") is not { Length: > 0 } id)
                    continue;
                if (id.StartsWith("T:", StringComparison.Ordinal))
                    types.Add(MemberId.FullNameOf(id));
                return new Member(id, OutermostType(id, types), ReadSummary(file), Path.GetFileName(path));
            }

            return null;
        }
        catch (XmlException error)
        {
            throw Broken(path, error);
        }
    }

    private static InvalidDataException Broken(string path, XmlException error) => new($"{path}: {error.Message}", error);

    /// <summary>Reads a member element up to its end, and not beyond.</summary>
    private static string ReadSummary(XmlReader file)
    {
        string summary = "";
        int depth = file.Depth;
        if (!file.IsEmptyElement)
            file.Read();
        while (file.Depth > depth)
        {
            if (file is { NodeType: XmlNodeType.Element, Name: "summary" })
                summary = file.ReadInnerXml().Trim();
            else
                file.Skip();
        }

        return summary;
    }

    /// <summary>The shortest beginning of the name that is a type; types stand before their members in the files.</summary>
    private static string OutermostType(string id, HashSet<string> types)
    {
        string name = MemberId.FullNameOf(id);
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (types.Contains(name[..dot]))
                return name[..dot];
        }

        return types.Contains(name) ? name : MemberId.ParentOf(name);
    }
}
