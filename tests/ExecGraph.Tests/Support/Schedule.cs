namespace ExecGraph.Tests.Support;

/// <summary>When each row ended: what schedules are compared by.</summary>
internal sealed class Schedule(int rows)
{
    private readonly double[] _ends = new double[rows];

    /// <summary>By row.</summary>
    internal IReadOnlyList<double> Ends => _ends;

    internal double Makespan => _ends.Max();

    /// <summary>When the first row group had all its rows.</summary>
    internal double FirstGroup => _ends.Chunk(Shape.GroupSize).Min(group => group.Max());

    /// <summary>When half of the rows had ended.</summary>
    internal double HalfOfRows => _ends.Order().ElementAt((rows - 1) / 2);

    internal void CellEnded(int row, double at) => _ends[row] = Math.Max(_ends[row], at);
}
