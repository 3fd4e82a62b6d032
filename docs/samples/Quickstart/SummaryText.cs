using System.Text;
using System.Xml;

namespace Quickstart;

/// <summary>Turns the XML of a summary into the sentence that a reader sees.</summary>
internal static class SummaryText
{
    private static readonly XmlReaderSettings Fragment = new() { ConformanceLevel = ConformanceLevel.Fragment };

    public static string Plain(string xml)
    {
        var text = new StringBuilder(xml.Length);
        using var reader = XmlReader.Create(new StringReader(xml), Fragment);
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    text.Append(TextOf(reader));
                    break;
                case XmlNodeType.EndElement when reader.Name is "para" or "item" or "description":
                    text.Append(' ');
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    text.Append(reader.Value);
                    break;
            }
        }

        return FoldWhitespace(text.ToString());
    }

    /// <summary>How many words a plain summary has.</summary>
    public static int CountWords(string summary) => summary.Length == 0 ? 0 : summary.AsSpan().Count(' ') + 1;

    /// <summary>What an element stands for; nothing if its text follows inside.</summary>
    private static string TextOf(XmlReader element) => element.Name switch
    {
        "para" or "br" or "item" or "description" => " ",
        "paramref" or "typeparamref" => element.GetAttribute("name") ?? "",
        "xref" => MemberId.ShortNameOf(element.GetAttribute("uid") ?? ""),
        "see" or "seealso" when element.IsEmptyElement =>
            element.GetAttribute("cref") is { } id ? MemberId.ShortNameOf(id) : element.GetAttribute("langword") ?? element.GetAttribute("href") ?? "",
        _ => "",
    };

    private static string FoldWhitespace(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
