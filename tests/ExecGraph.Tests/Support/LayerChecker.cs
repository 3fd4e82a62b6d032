using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ExecGraph.Tests.Support;

/// <summary>
/// Finds names in a source file that stand for a type, or a member of a type, of a folder that the file's own folder may not use.
/// </summary>
/// <remarks>
/// Names are bound, not only compared: <c>NodeId.RowGroup</c> is a property, though a type of another folder has its name.
/// What other generators add at build is missing here; it leaves names unbound that are none of ours.
/// </remarks>
internal sealed class LayerChecker(IReadOnlyDictionary<string, int> levels, IReadOnlyCollection<(string User, string Used)> forbidden)
{
    // As the SDK adds for ImplicitUsings.
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <param name="sources">Texts by their path below the source root, such as <c>Graph/NodeId.cs</c>.</param>
    /// <returns>One sentence for each name that should not be there.</returns>
    internal List<string> Violations(IReadOnlyDictionary<string, string> sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        List<SyntaxTree> trees = [.. sources.Select(source => CSharpSyntaxTree.ParseText(source.Value, options, source.Key))];
        var compilation = CSharpCompilation.Create(
            "Sources", [.. trees, CSharpSyntaxTree.ParseText(GlobalUsings, options)], References(), new(OutputKind.DynamicallyLinkedLibrary));

        return [.. trees.SelectMany(tree => levels.ContainsKey(FolderOf(tree))
            ? Violations(compilation.GetSemanticModel(tree))
            : [$"{tree.FilePath} is in no folder that has a level."])];
    }

    private IEnumerable<string> Violations(SemanticModel model)
    {
        string user = FolderOf(model.SyntaxTree);
        foreach (SimpleNameSyntax name in model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            // A type of the folder that declares it, or of several, if it is partial over folders.
            string[] folders = [.. DeclaringFolders(model, name)];
            foreach (string used in folders.Where(used => !MayUse(user, used)))
            {
                int line = name.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                yield return $"{model.SyntaxTree.FilePath}({line}) uses '{name.Identifier.Text}' of {used}, which {user} may not use.";
            }
        }
    }

    private bool MayUse(string user, string used) =>
        user == used
        || (levels.TryGetValue(used, out int level) && level < levels[user] && !forbidden.Contains((user, used)));

    private static IEnumerable<string> DeclaringFolders(SemanticModel model, SimpleNameSyntax name)
    {
        SymbolInfo info = model.GetSymbolInfo(name);
        foreach (ISymbol symbol in info.Symbol is { } bound ? [bound] : info.CandidateSymbols.AsEnumerable())
        {
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
            if (symbol is ILocalSymbol or IParameterSymbol or ITypeParameterSymbol or IRangeVariableSymbol || type is null)
                continue;
            foreach (string folder in type.DeclaringSyntaxReferences.Select(declaration => FolderOf(declaration.SyntaxTree)).Distinct())
                yield return folder;
        }
    }

    private static string FolderOf(SyntaxTree tree) =>
        tree.FilePath.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? tree.FilePath[..end] : "";

    /// <summary>What the tests themselves run on, which is more than the library needs, but without the library.</summary>
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("ExecGraph", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
