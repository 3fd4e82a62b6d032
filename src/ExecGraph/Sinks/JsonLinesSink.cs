using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ExecGraph.Table;

namespace ExecGraph;

/// <summary>Writes a JSON object for each row, a line each: <c>row</c>, then the columns that were added, under their names. UTF-8, lines end with a line feed.</summary>
/// <inheritdoc cref="FileSink"/>
public sealed class JsonLinesSink : FileSink
{
    private readonly List<Action<Utf8JsonWriter, Row>> _columns = [];

    /// <param name="path">The file. It is made, or what it holds is replaced, when the run begins.</param>
    public JsonLinesSink(string path)
        : base(path)
    {
    }

    /// <summary>Adds a column, to the right of those before. Its values are texts, numbers, booleans, dates, times or <see cref="Guid"/>s, nullable ones or arrays of these.</summary>
    /// <exception cref="ArgumentException">Its values are of another type, which needs a contract.</exception>
    public JsonLinesSink Add<T>(Column<T> column) =>
        KnownJson.Default.GetTypeInfo(typeof(T)) is JsonTypeInfo<T> type
            ? Add(column, type)
            : throw new ArgumentException($"Column '{column?.Name}' holds {typeof(T)}, of which it is not known how to write it. Give a JsonTypeInfo for it.", nameof(column));

    /// <summary>Adds a column, to the right of those before.</summary>
    /// <param name="column">The column.</param>
    /// <param name="type">How its values are written.</param>
    public JsonLinesSink Add<T>(Column<T> column, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(type);
        _columns.Add((json, row) =>
        {
            json.WritePropertyName(column.Name);
            JsonSerializer.Serialize(json, row.Get(column), type);
        });
        return this;
    }

    /// <inheritdoc/>
    protected override void Write(RowGroup group, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(output);
        using var json = new Utf8JsonWriter(output);
        foreach (Row row in group)
        {
            json.WriteStartObject();
            json.WriteNumber("row"u8, row.Index);
            foreach (Action<Utf8JsonWriter, Row> write in _columns)
                write(json, row);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
        }
    }
}
