namespace ExecGraph;

/// <summary>How a run hands out finished row groups.</summary>
public enum OutputOrder
{
    /// <summary>In row order. A slow first group holds later ones back, up to <see cref="RunOptions.MaxBufferedRowGroups"/>.</summary>
    InOrder,

    /// <summary>As each is finished.</summary>
    AsCompleted,

    /// <summary>Not at all: results are wanted for their effects, or for what is stored.</summary>
    None,
}
