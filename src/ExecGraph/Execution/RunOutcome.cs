namespace ExecGraph;

/// <summary>How a run ended well.</summary>
public enum RunOutcome
{
    /// <summary>Every row was computed, or given up as the graph allows.</summary>
    Completed,

    /// <summary>The run was stopped before its end: by <c>GraphRun.StopAsync</c>, by leaving the loop over its rows, or by disposing it.</summary>
    Stopped,

    /// <summary>Too many cells of a column failed, see <see cref="RunOptions.StopAtFailureRate"/>.</summary>
    TooManyFailures,

    /// <summary>The <see cref="RunOptions.Budget"/> was spent.</summary>
    BudgetSpent,
}
