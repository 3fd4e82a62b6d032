using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExecGraph.Checkpoints;

/// <summary>What a stored run is: enough to tell whether a graph may continue it, and to read its rows without the graph.</summary>
/// <param name="Format">The form of everything in the store.</param>
/// <param name="Run">Names the run, through all its interruptions.</param>
/// <param name="Rows">Rows of the table; null if its sources say where it ends.</param>
/// <param name="RowGroupSize">Rows of a row group.</param>
/// <param name="Stages">Stages of the graph.</param>
/// <param name="Seed">What cells' seeds are derived from.</param>
/// <param name="Outputs">The columns and side outputs that the output keeps, in the table's order.</param>
/// <param name="Columns">The columns, in topological order.</param>
internal sealed record Manifest(int Format, Guid Run, long? Rows, int RowGroupSize, int Stages, long Seed, string[] Outputs, ManifestColumn[] Columns)
{
    internal const int CurrentFormat = 1;

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.Manifest);

    /// <exception cref="CheckpointException">It is none that this version reads.</exception>
    internal static Manifest Parse(ReadOnlyMemory<byte> json)
    {
        Manifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json.Span, ManifestJson.Default.Manifest);
        }
        catch (JsonException exception)
        {
            throw Damaged(exception.Message, exception);
        }

        if (manifest is null)
            throw Damaged("it is null", null);
        if (manifest.Format != CurrentFormat)
            throw new CheckpointException($"The stored run has format {manifest.Format}; this version of ExecGraph reads format {CurrentFormat}. Continue it with the version that wrote it, or use another directory.");
        if (manifest.RowGroupSize < 1 || manifest.Rows < 1 || manifest.Stages < 1 || manifest.Columns.Any(column => column is null) || manifest.Outputs.Any(name => name is null))
            throw Damaged("its numbers or names cannot be", null);
        return manifest;
    }

    /// <summary>Why another graph cannot continue this run, a line for each difference; none if it can. More rows are no difference.</summary>
    internal IReadOnlyList<string> DifferencesTo(Manifest graph)
    {
        var differences = new List<string>();
        if (RowGroupSize != graph.RowGroupSize)
            differences.Add($"row group size: {RowGroupSize} stored, {graph.RowGroupSize} now");
        if (Rows is null != graph.Rows is null || Rows > graph.Rows)
            differences.Add($"rows: {Rows?.ToString() ?? "as many as the sources have"} stored, {graph.Rows?.ToString() ?? "as many as the sources have"} now; a run can be continued with more rows, not with fewer");
        if (Seed != graph.Seed)
            differences.Add($"seed: {Seed} stored, {graph.Seed} now");
        if (!Outputs.Order(StringComparer.Ordinal).SequenceEqual(graph.Outputs.Order(StringComparer.Ordinal)))
            differences.Add($"output: {string.Join(", ", Outputs)} stored, {string.Join(", ", graph.Outputs)} now");
        Dictionary<string, ManifestColumn> now = graph.Columns.ToDictionary(column => column.Name);
        foreach (ManifestColumn column in Columns)
        {
            if (now.Remove(column.Name, out ManifestColumn? other))
                differences.AddRange(column.DifferencesTo(other));
            else
                differences.Add($"column '{column.Name}': stored, and not in the graph");
        }

        differences.AddRange(graph.Columns.Where(column => now.ContainsKey(column.Name)).Select(column => $"column '{column.Name}': in the graph, and not stored"));
        return differences;
    }

    /// <summary>The type of a column or side output that the output keeps, by name; null if it keeps none of that name.</summary>
    internal string? TypeOf(string name)
    {
        if (!Outputs.Contains(name))
            return null;
        ManifestColumn? producer = Columns.FirstOrDefault(column => column.Name == name) ?? Columns.FirstOrDefault(column => column.Outputs.Contains(name));
        int output = producer is null ? -1 : Array.IndexOf(producer.Outputs, name);
        return output >= 0 && output < producer!.Types.Length ? producer.Types[output] : null;
    }

    /// <summary>The column that produces what has this name.</summary>
    internal string ProducerOf(string name) =>
        (Columns.FirstOrDefault(column => column.Name == name) ?? Columns.First(column => column.Outputs.Contains(name))).Name;

    /// <summary>The columns whose version is the same, and whose code is not.</summary>
    internal string[] ChangedCode(Manifest graph) =>
        [.. Columns.Where(column => graph.Columns.Any(other => other.Name == column.Name && other.Code != column.Code)).Select(column => column.Name)];

    private static CheckpointException Damaged(string why, Exception? inner) =>
        new($"The manifest of the stored run cannot be read: {why}. Nothing can be continued without it; use another directory, or ResumeMode.Never to begin anew.", inner);
}

/// <summary>What identifies a column of a stored run.</summary>
/// <param name="Name">The column.</param>
/// <param name="Traits">Its traits.</param>
/// <param name="Scope">Rows that a barrier sees; null for other columns.</param>
/// <param name="Dependencies">What it depends on, in declared order.</param>
/// <param name="Outputs">The column and its side outputs.</param>
/// <param name="Types">Their types, by name.</param>
/// <param name="Conditions">Its filters, and what decides whether its cells are skipped.</param>
/// <param name="Version">What its options say.</param>
/// <param name="Code">The version of the module that its code was compiled into.</param>
internal sealed record ManifestColumn(
    string Name, string Traits, string? Scope, string[] Dependencies, string[] Outputs, string[] Types, string[] Conditions, string? Version, Guid Code)
{
    internal IEnumerable<string> DifferencesTo(ManifestColumn now)
    {
        (string What, string Stored, string Now)[] facts =
        [
            ("traits", Traits, now.Traits),
            ("scope", Scope ?? "none", now.Scope ?? "none"),
            ("dependencies", List(Dependencies), List(now.Dependencies)),
            ("outputs", List(Outputs), List(now.Outputs)),
            ("types", List(Types), List(now.Types)),
            ("conditions", List(Conditions), List(now.Conditions)),
            ("version", Version ?? "none", now.Version ?? "none"),
        ];
        return facts.Where(fact => fact.Stored != fact.Now).Select(fact => $"column '{Name}', {fact.What}: {fact.Stored} stored, {fact.Now} now");
    }

    private static string List(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names);
}

[JsonSerializable(typeof(Manifest))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
internal sealed partial class ManifestJson : JsonSerializerContext;
