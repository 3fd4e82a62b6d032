using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExecGraph;

/// <summary>The small progress format <c>{"version":1,"completed_rows":N}</c>: rows before N are complete.</summary>
/// <param name="Version">The format's version; this library reads and writes 1.</param>
/// <param name="CompletedRows">The number of rows, from row 0 on, that are complete; not negative.</param>
public sealed record Checkpoint(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("completed_rows")] long CompletedRows)
{
    /// <summary>The version that is read and written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Writes the checkpoint as JSON on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CheckpointJson.Default.Checkpoint);

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="FormatException">
    /// The text is not JSON, a field is missing, unknown or not a whole number, the version is unknown or the row count negative or too large.
    /// </exception>
    public static Checkpoint Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Checkpoint? checkpoint;
        try
        {
            checkpoint = JsonSerializer.Deserialize(json, CheckpointJson.Default.Checkpoint);
        }
        catch (JsonException exception)
        {
            throw new FormatException(
                $"Not a checkpoint of the form {{\"version\":1,\"completed_rows\":N}} with whole numbers: {exception.Message}", exception);
        }

        if (checkpoint is null)
            throw new FormatException("Not a checkpoint: the text is null.");
        if (checkpoint.Version != CurrentVersion)
            throw new FormatException($"Checkpoint version {checkpoint.Version} is unknown; this library reads version {CurrentVersion}.");
        if (checkpoint.CompletedRows < 0)
            throw new FormatException($"A checkpoint's completed_rows cannot be negative, but is {checkpoint.CompletedRows}.");
        return checkpoint;
    }
}

[JsonSerializable(typeof(Checkpoint))]
[JsonSourceGenerationOptions(
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
internal sealed partial class CheckpointJson : JsonSerializerContext;
