namespace Quickstart;

/// <summary>A row of the table.</summary>
/// <param name="Row">From 0.</param>
/// <param name="Kind">Type, Method, Property, Field or Event.</param>
/// <param name="Namespace">Empty for the global one.</param>
/// <param name="Id">The documentation id.</param>
/// <param name="Words">Words of the summary.</param>
/// <param name="Ease">Flesch reading ease; none without a summary.</param>
/// <param name="LengthScore">How many deviations the number of words lies from the mean of all rows.</param>
/// <param name="SameAs">The first row with exactly this summary, if that is another one.</param>
/// <param name="Verdict">What the reviewer said.</param>
/// <param name="File">The file it comes from.</param>
/// <param name="Summary">Plain text; empty if there is none.</param>
internal sealed record MemberRow(
    long Row,
    string Kind,
    string Namespace,
    string Id,
    int Words,
    double? Ease,
    double LengthScore,
    long? SameAs,
    string Verdict,
    string File,
    string Summary);
