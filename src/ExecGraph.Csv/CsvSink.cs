using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace ExecGraph;

/// <summary>
/// Writes a line for each row: <c>row</c>, then the columns that were added. UTF-8, the first line has the names, lines end with a line feed, and fields are quoted
/// where they have to be (RFC 4180, but for the ends of lines).
/// </summary>
/// <inheritdoc cref="FileSink"/>
public sealed class CsvSink : FileSink
{
    private static readonly CsvConfiguration Form = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    private readonly List<(string Name, Func<Row, string?> Text)> _columns = [];

    /// <param name="path">The file. It is made, or what it holds is replaced, when the run begins.</param>
    public CsvSink(string path)
        : base(path)
    {
    }

    /// <summary>Adds a column, to the right of those before.</summary>
    /// <param name="column">The column.</param>
    /// <param name="text">A value's text; null for what it says itself in the invariant culture.</param>
    /// <param name="name">What the first line calls it; null for the column's name.</param>
    public CsvSink Add<T>(Column<T> column, Func<T, string?>? text = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(column);
        text ??= static value => value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value?.ToString();
        _columns.Add((name ?? column.Name, row => text(row.Get(column))));
        return this;
    }

    /// <inheritdoc/>
    protected override void Begin(IBufferWriter<byte> output) => WriteLines(output, csv =>
    {
        csv.WriteField("row");
        foreach ((string name, _) in _columns)
            csv.WriteField(name);
        csv.NextRecord();
    });

    /// <inheritdoc/>
    protected override void Write(RowGroup group, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(group);
        WriteLines(output, csv =>
        {
            foreach (Row row in group)
            {
                csv.WriteField(row.Index);
                foreach ((_, Func<Row, string?> text) in _columns)
                    csv.WriteField(text(row));
                csv.NextRecord();
            }
        });
    }

    private static void WriteLines(IBufferWriter<byte> output, Action<CsvWriter> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, Form))
            write(csv);
        Encoding.UTF8.GetBytes(text.ToString(), output);
    }
}
