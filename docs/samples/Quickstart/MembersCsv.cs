using System.Globalization;
using CsvHelper;

namespace Quickstart;

/// <summary>Writes rows to a CSV file as they come, under one line of headings.</summary>
internal sealed class MembersCsv : IAsyncDisposable
{
    private readonly CsvWriter _csv;

    public MembersCsv(string path)
    {
        _csv = new CsvWriter(new StreamWriter(path), CultureInfo.InvariantCulture);
        _csv.WriteHeader<MemberRow>();
        _csv.NextRecord();
    }

    public void Write(MemberRow row)
    {
        _csv.WriteRecord(row);
        _csv.NextRecord();
    }

    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}
