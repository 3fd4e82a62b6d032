namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What a case's own code throws.</summary>
internal sealed class ChaosException(Step step, string name) : Exception(name)
{
    internal Step Step => step;
}

/// <summary>Exceptions as text that tells exactly which one it is, so that a wrong one shows.</summary>
internal static class Cause
{
    internal const string TimeOut = "time-out";
    internal const string Cancelled = "cancelled by itself";

    internal static string Of(Exception exception) => exception switch
    {
        ChaosException chaos => chaos.Message,
        TimeoutException => TimeOut,
        OperationCanceledException => Cancelled,
        AggregateException several => string.Join(" and ", several.InnerExceptions.Select(Of)),
        _ => $"{exception.GetType().Name}: {exception.Message}",
    };

    /// <summary>What a cell fails with if the question whether it is worth another attempt throws.</summary>
    internal static string WhenAsked(string cause) => $"asked about {cause} and {cause}";
}
