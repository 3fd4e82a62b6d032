using System.Text;
using System.Text.RegularExpressions;

namespace ExecGraph.Tests.Support;

/// <summary>
/// Derives the siblings of <c>Inputs&lt;T1&gt;</c> for two to eight inputs, and what they need, from the hand-written one: change that,
/// run <c>EXECGRAPH_UPDATE_DERIVED=1 dotnet test --filter InputsDriftTests</c>, and the others follow.
/// </summary>
internal static partial class InputsTemplate
{
    private const string Header = "// Derived from Inputs.cs by tests/ExecGraph.Tests/Support/InputsTemplate.cs; InputsDriftTests holds it to that. Do not edit.\n";

    private static readonly string[] Words = ["", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];

    /// <summary>The derived files by name.</summary>
    /// <param name="inputs">The text of Inputs.cs.</param>
    internal static IReadOnlyDictionary<string, string> Render(string inputs) => new Dictionary<string, string>
    {
        ["Inputs.Derived.cs"] = RenderInputs(inputs),
        ["InputReaders.Derived.cs"] = Header + "using ExecGraph.Table;\n\nnamespace ExecGraph.Definition;\n" + ForEach(RenderReader),
        ["CellBodies.Derived.cs"] = Header + "namespace ExecGraph.Definition;\n" + ForEach(RenderBodies),
    };

    private static string RenderInputs(string inputs)
    {
        var text = new StringBuilder(Header);
        text.Append("using System.Runtime.CompilerServices;\nusing ExecGraph.Definition;\n\nnamespace ExecGraph;\n\n");
        text.Append("/// <summary>Names the two to eight columns that the next one depends on.</summary>\npublic static class GraphBuilderInputs\n{\n");
        text.Append("    extension(GraphBuilder graph)\n    {\n");
        for (int n = 2; n <= 8; n++)
        {
            if (n > 2)
                text.Append('\n');
            text.Append($"        /// <summary>The {Words[n].ToLowerInvariant()} columns that the next one depends on.</summary>\n");
            text.Append($"        public Inputs<{Types(n)}> From<{Types(n)}>({Join(n, i => $"Column<T{i}> column{i}")})\n        {{\n");
            text.Append("            ArgumentNullException.ThrowIfNull(graph);\n");
            text.Append($"            return new(graph, graph.NamesOf({Join(n, i => $"column{i}")}));\n        }}\n");
        }

        text.Append("    }\n}\n");
        string body = inputs[inputs.IndexOf("public readonly struct", StringComparison.Ordinal)..];
        for (int n = 2; n <= 8; n++)
        {
            text.Append($"\n/// <summary>{Words[n]} input columns, waiting to be told what to make of them; see <see cref=\"Inputs{{T1}}\"/>.</summary>\n");
            for (int i = 1; i <= n; i++)
                text.Append($"/// <typeparam name=\"T{i}\">The type of input column {i}.</typeparam>\n");
            text.Append(Widen(body, n));
        }

        return text.ToString();
    }

    private static string Widen(string body, int n)
    {
        body = body.Replace("new(seed, accumulate, merge, selectRow, selectAll)", $"""
            new(
                        seed,
                        (state, input) => accumulate(state, {Items(n)}),
                        merge,
                        selectRow is null ? null : (state, input) => selectRow(state, {Items(n)}),
                        selectAll)
            """, StringComparison.Ordinal);
        body = Reader().Replace(body, $"$1({Types(n)}), {Words[n]}Inputs<{Types(n)}>");
        body = Body().Replace(body, $"$1<{Types(n)}, ");
        body = Function().Replace(body, $"$1{Types(n)}, ");
        return body
            .Replace("IRowBatch<T1>", $"IRowBatch<({Types(n)})>", StringComparison.Ordinal)
            .Replace("Inputs<T1>", $"Inputs<{Types(n)}>", StringComparison.Ordinal);
    }

    private static string RenderReader(int n) => $$"""

        internal struct {{Words[n]}}Inputs<{{Types(n)}}> : IInputReader<({{Types(n)}})>
        {
        {{Join(n, i => $"    private T{i}[] _{i};", "\n")}}

            public static Type[] Types => [{{Join(n, i => $"typeof(T{i})")}}];

            public void Open(ColumnBuffer?[] buffers, int[] slots, long firstRow, int offset)
            {
        {{Join(n, i => $"        _{i} = ((ColumnBuffer<T{i}>)buffers[slots[{i - 1}]]!).Values;", "\n")}}
            }

            public readonly ({{Types(n)}}) Read(int index) => ({{Join(n, i => $"_{i}[index]")}});
        }

        """;

    private static string RenderBodies(int n) => string.Concat(
        RenderBody(n, "Body", "R", "R", $"body({Items(n)})"),
        RenderBody(n, "TokenBody", "CancellationToken, ValueTask<R>", "ValueTask<R>", $"body({Items(n)}, site.CancellationToken)"),
        RenderBody(n, "TaskBody", "CancellationToken, Task<R>", "ValueTask<R>", $"new(body({Items(n)}, site.CancellationToken))"),
        RenderBody(n, "ContextBody", "CellContext, R", "R", $"body({Items(n)}, site.Context)"),
        RenderBody(n, "ContextTaskBody", "CellContext, Task<R>", "ValueTask<R>", $"new(body({Items(n)}, site.Context))"));

    private static string RenderBody(int n, string name, string rest, string result, string call) => $$"""

        internal readonly struct {{name}}<{{Types(n)}}, R>(Func<{{Types(n)}}, {{rest}}> body) : ICellBody<({{Types(n)}}), {{result}}>
        {
            public Delegate Code => body;

            public {{result}} Invoke(({{Types(n)}}) input, in CellSite site) => {{call}};
        }

        """;

    private static string ForEach(Func<int, string> render) => string.Concat(Enumerable.Range(2, 7).Select(render));

    private static string Types(int n) => Join(n, i => $"T{i}");

    private static string Items(int n) => Join(n, i => $"input.Item{i}");

    private static string Join(int n, Func<int, string> each, string separator = ", ") => string.Join(separator, Enumerable.Range(1, n).Select(each));

    [GeneratedRegex(@"(Add(?:Sync|Async|Batch)<|AddAggregate<S, )T1, OneInput<T1>")]
    private static partial Regex Reader();

    [GeneratedRegex(@"\b(Body|TokenBody|TaskBody|ContextBody|ContextTaskBody)<T1, ")]
    private static partial Regex Body();

    [GeneratedRegex(@"(Func[<{](?:S, )?)T1, ")]
    private static partial Regex Function();
}
