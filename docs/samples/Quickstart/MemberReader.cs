using System.Xml;

namespace Quickstart;

/// <summary>Streams the members of documentation files, one after the other.</summary>
public static class MemberReader
{
    /// <exception cref="UserErrorException">A file is not well-formed; the message names file, line and position.</exception>
    public static IEnumerable<Member> Read(IEnumerable<string> files, int most) => files.SelectMany(Read).Take(most);

    private static IEnumerable<Member> Read(string file)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true };
        using XmlReader xml = XmlReader.Create(file, settings);
        while (Guard(file, xml.Read))
        {
            while (xml.NodeType == XmlNodeType.Element && xml.Name == "member" && xml.GetAttribute("name") is { } id)
            {
                string content = Guard(file, xml.ReadInnerXml); // moves on to what follows the element
                yield return new Member(id, SummaryOf(content), Path.GetFileName(file));
            }
        }
    }

    private static string SummaryOf(string content)
    {
        int start = content.IndexOf("<summary>", StringComparison.Ordinal);
        int end = content.IndexOf("</summary>", StringComparison.Ordinal);
        return start >= 0 && end > start ? content[(start + "<summary>".Length)..end] : "";
    }

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException broken)
        {
            throw new UserErrorException($"'{file}' is not well-formed XML: line {broken.LineNumber}, position {broken.LinePosition}. {broken.Message}");
        }
    }
}
