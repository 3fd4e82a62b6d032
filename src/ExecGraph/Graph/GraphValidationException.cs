namespace ExecGraph;

/// <summary>The columns, or the size of the table, do not make a graph. Lists every error found, not only the first.</summary>
public sealed class GraphValidationException : Exception
{
    internal GraphValidationException(IEnumerable<string> errors)
        : this([.. errors])
    {
    }

    private GraphValidationException(string[] errors)
        : base(Describe(errors)) => Errors = errors.AsReadOnly();

    /// <summary>One sentence or two for each error, naming the columns involved.</summary>
    public IReadOnlyList<string> Errors { get; }

    private static string Describe(string[] errors) =>
        errors.Length == 1
            ? $"The graph is not valid: {errors[0]}"
            : $"The graph is not valid, for {errors.Length} reasons:\n- {string.Join("\n- ", errors)}";
}
