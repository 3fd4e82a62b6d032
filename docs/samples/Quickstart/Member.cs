namespace Quickstart;

/// <summary>A documented member, as its XML file has it.</summary>
/// <param name="Id">The documentation id, such as <c>M:System.String.Trim(System.Char)</c>.</param>
/// <param name="Type">The full name of the outermost type it belongs to: an id alone does not tell a namespace from a type around another.</param>
/// <param name="SummaryXml">What stands inside its summary element; empty if it has none.</param>
/// <param name="File">The name of the file.</param>
internal sealed record Member(string Id, string Type, string SummaryXml, string File);
