using System.Net;
using System.Text.RegularExpressions;

namespace Quickstart;

/// <summary>Turns the XML of a summary into plain text.</summary>
public static partial class SummaryText
{
    /// <summary>References become the short names of what they name, other tags vanish, white space is folded.</summary>
    public static string Plain(string xml)
    {
        string text = Reference().Replace(xml, match => ShortName(match.Groups["name"].Value));
        text = WebUtility.HtmlDecode(Tag().Replace(text, " "));
        text = WhiteSpace().Replace(text, " ").Trim();
        return SpaceBeforeMark().Replace(text, "$1");
    }

    /// <summary>The number of words.</summary>
    public static int CountWords(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    private static string ShortName(string reference)
    {
        string name = reference.Length > 2 && reference[1] == ':' ? reference[2..] : reference;
        if (name.IndexOf('(', StringComparison.Ordinal) is var arguments and >= 0)
            name = name[..arguments];
        name = name[(name.LastIndexOf('.') + 1)..];
        return name.IndexOf('`', StringComparison.Ordinal) is var arity and > 0 ? name[..arity] : name;
    }

    [GeneratedRegex("""<(?:see|seealso|paramref|typeparamref)\s+(?:cref|langword|name|href)="(?<name>[^"]*)"\s*/>""")]
    private static partial Regex Reference();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@" ([.,;:)])")]
    private static partial Regex SpaceBeforeMark();
}
