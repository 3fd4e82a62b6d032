namespace ExecGraph.Benchmarks;

/// <summary>
/// The five columns as whole arrays: where the peers put what they compute, by row, so that order costs them nothing.
/// Made once and filled again and again, which is to their advantage: the engine's arrays are new each time and the consumer's to keep.
/// </summary>
internal sealed class ValueTable(int rows)
{
    internal int Rows => rows;

    internal int[] Topic { get; } = new int[rows];

    internal int[] Summary { get; } = new int[rows];

    internal int[] Trivia { get; } = new int[rows];

    internal int[] Analysis { get; } = new int[rows];

    internal int[] Conclusion { get; } = new int[rows];
}
