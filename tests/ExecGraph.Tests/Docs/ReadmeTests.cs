using System.Reflection;
using System.Text.RegularExpressions;
using ExecGraph.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ExecGraph.Tests.Docs;

/// <summary>
/// Every program in the documentation compiles, unless a comment before it says otherwise; the first one in the README gives the
/// picture and the output beneath it.
/// </summary>
[Collection(Explorations.Name)]
public sealed partial class ReadmeTests
{
    private static readonly string Readme = Documents.Read("README.md");

    public static TheoryData<string, int> Programs
    {
        get
        {
            var programs = new TheoryData<string, int>();
            foreach (string file in Documents.All)
            {
                for (int i = 0; i < Blocks(Documents.Read(file), "csharp").Count; i++)
                    programs.Add(file, i);
            }

            return programs;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Programs_in_the_documentation_compile(string file, int index) =>
        Compile(Blocks(Documents.Read(file), "csharp")[index]).Should().NotBeEmpty();

    [Fact]
    public void A_program_that_is_marked_as_not_compiled_is_left_out() =>
        Blocks("```csharp\na\n```\n\n<!-- not compiled -->\n\n```csharp\nb\n```\n<!-- not compiled -->\n```csharp\nc\n```\n```csharp\nd\n```\n", "csharp")
            .Should().Equal("a\n", "d\n");

    [Fact]
    public void The_first_program_gives_the_output_that_stands_beneath_it() =>
        Run(Blocks(Readme, "csharp")[0]).Should().Be(Blocks(Readme, "text")[0]);

    [Fact]
    public void The_picture_is_the_first_programs() =>
        Run(Blocks(Readme, "csharp")[0].Replace("await using GraphRun run = table.Run();", "Console.Write(table.ToMermaid()); return;\nawait using GraphRun run = table.Run();", StringComparison.Ordinal))
            .TrimEnd().Should().Be(Blocks(Readme, "mermaid")[0].TrimEnd());

    private static string Run(string program)
    {
        Assembly assembly = Assembly.Load(Compile(program));
        TextWriter console = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            (assembly.EntryPoint!.Invoke(null, [Array.Empty<string>()]) as Task)?.GetAwaiter().GetResult();
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString();
    }

    private static byte[] Compile(string program)
    {
        const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Readme{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(program)],
            platform.Split(Path.PathSeparator).Where(path => !path.Contains("ExecGraph", StringComparison.Ordinal)).Append(typeof(GraphBuilder).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
        return image.ToArray();
    }

    private static List<string> Blocks(string text, string language) =>
        [.. Fence().Matches(text).Where(match => match.Groups["language"].Value == language && !match.Groups["left"].Success).Select(match => match.Groups["body"].Value)];

    [GeneratedRegex(@"^(?<left><!-- not compiled -->\n+)?```(?<language>\w+)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
