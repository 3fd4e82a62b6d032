using System.Globalization;
using CsvHelper;
using ExecGraph;

namespace Quickstart;

/// <summary>Writes rows to a CSV file as they come.</summary>
public sealed class MembersCsv : IAsyncDisposable
{
    private readonly CsvWriter _csv;
    private readonly MemberTable _table;

    public MembersCsv(string path, MemberTable table)
    {
        _table = table;
        _csv = new CsvWriter(new StreamWriter(path), CultureInfo.InvariantCulture);
        foreach (string name in new[] { "row", "id", "kind", "namespace", "words", "letters per word", "length score", "verdict", "repeat of", "summary" })
            _csv.WriteField(name);
        _csv.NextRecord();
    }

    public void Write(Row row)
    {
        _csv.WriteField(row.Index);
        _csv.WriteField(_table.Id[row]);
        _csv.WriteField(_table.Kind[row]);
        _csv.WriteField(_table.Namespace[row]);
        _csv.WriteField(_table.Words[row]);
        _csv.WriteField(_table.LettersPerWord[row].ToString("F2", CultureInfo.InvariantCulture));
        _csv.WriteField(_table.LengthScore[row].ToString("F3", CultureInfo.InvariantCulture));
        _csv.WriteField(_table.Verdict[row]);
        _csv.WriteField(_table.RepeatOf[row] < 0 ? "" : _table.RepeatOf[row].ToString(CultureInfo.InvariantCulture));
        _csv.WriteField(_table.Summary[row]);
        _csv.NextRecord();
    }

    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}
