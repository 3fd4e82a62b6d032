namespace Quickstart;

/// <summary>A documented member as it stands in a file.</summary>
/// <param name="Id">Its documentation id, such as <c>M:System.String.Trim</c>.</param>
/// <param name="Summary">The XML inside its summary element; empty if it has none.</param>
/// <param name="File">The name of the file.</param>
public sealed record Member(string Id, string Summary, string File)
{
    /// <summary>What the id's first letter says.</summary>
    public static string KindOf(string id) => id.Length > 1 && id[1] == ':'
        ? id[0] switch { 'T' => "Type", 'M' => "Method", 'P' => "Property", 'F' => "Field", 'E' => "Event", 'N' => "Namespace", _ => "Other" }
        : "Other";

    /// <summary>The namespace, as far as an id tells it: a type's all but the last part, a member's all but the last two.</summary>
    public static string NamespaceOf(string id)
    {
        string name = id.Length > 2 && id[1] == ':' ? id[2..] : id;
        if (name.IndexOfAny(['(', '~']) is var end and >= 0)
            name = name[..end];
        int parts = id.StartsWith("N:", StringComparison.Ordinal) ? 0 : id.StartsWith("T:", StringComparison.Ordinal) ? 1 : 2;
        for (; parts > 0; parts--)
            name = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "";
        return name;
    }
}
