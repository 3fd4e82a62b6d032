namespace ExecGraph;

/// <summary>What one call of a generator covers.</summary>
public enum GenerationStrategy
{
    /// <summary>One cell a call.</summary>
    CellByCell,

    /// <summary>Many rows a call: micro-batches if the generator is row-streamable, else every row of its scope.</summary>
    FullColumn,
}
