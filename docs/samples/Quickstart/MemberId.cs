namespace Quickstart;

/// <summary>Reads documentation ids: <c>T:System.Uri</c>, <c>M:System.String.Trim(System.Char)</c>.</summary>
internal static class MemberId
{
    public static string KindOf(string id) => id.Split(':')[0] switch
    {
        "T" => "Type",
        "M" => "Method",
        "P" => "Property",
        "F" => "Field",
        "E" => "Event",
        _ => "Other",
    };

    /// <summary>The id without its kind, parameters and result: <c>System.String.Trim</c>.</summary>
    public static string FullNameOf(string id)
    {
        string name = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        int end = name.AsSpan().IndexOfAny('(', '~');
        return end < 0 ? name : name[..end];
    }

    /// <summary>What a reader calls it: <c>Trim</c>; a constructor goes by the name of its type.</summary>
    public static string ShortNameOf(string id)
    {
        string name = FullNameOf(id);
        string last = AfterLast(name, '.');
        if (last is "#ctor" or "#cctor")
            last = AfterLast(ParentOf(name), '.');
        return AfterLast(last, '#').Split('`')[0];
    }

    /// <summary>The name up to its last dot; empty if there is none.</summary>
    public static string ParentOf(string fullName)
    {
        int dot = fullName.LastIndexOf('.');
        return dot < 0 ? "" : fullName[..dot];
    }

    private static string AfterLast(string text, char separator) => text[(text.LastIndexOf(separator) + 1)..];
}
