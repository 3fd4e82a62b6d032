namespace ExecGraph.Execution;

/// <summary>What an exception of the user's says about itself, which is code of the user's.</summary>
internal static class ExceptionText
{
    /// <summary>Its message; where that throws, what it threw, for the exception itself is what counts.</summary>
    internal static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception thrown)
        {
            return $"(its message threw {thrown.GetType()})";
        }
    }
}
