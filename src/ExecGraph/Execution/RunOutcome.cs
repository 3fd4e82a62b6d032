namespace ExecGraph;

/// <summary>How a run ended well.</summary>
public enum RunOutcome
{
    /// <summary>Every row was computed, or given up as the graph allows.</summary>
    Completed,

    /// <summary>The reader stopped before the end, by leaving the loop or disposing the run.</summary>
    Stopped,
}
