using ExecGraph.Tests.Support;

namespace ExecGraph.Benchmarks;

/// <summary>The engine's schedules of a shape, over some seeds, beside what judges them. In virtual time: the same on every machine.</summary>
internal sealed class Schedules
{
    internal static readonly IReadOnlyList<string> Shapes = ["narrow", "deep", "wide", "dual-model"];

    private readonly (Shape Shape, Tests.Support.Schedule Engine)[] _runs;

    internal Schedules(string shape, int rows, int seeds)
    {
        Name = shape;
        _runs = [.. Enumerable.Range(0, seeds).Select(seed => new Shape(shape, rows, seed)).Select(each => (each, ShapeRun.Of(each)))];
    }

    internal string Name { get; }

    /// <summary>How much longer than any schedule must be.</summary>
    internal double OverBound() => _runs.Average(run => run.Engine.Makespan / run.Shape.LowerBound());

    /// <summary>How much longer than by a rule that knows every time in advance.</summary>
    internal double OverClairvoyant() => _runs.Average(run => run.Engine.Makespan / ListSchedule.Clairvoyant(run.Shape).Makespan);

    /// <summary>How much longer than by a rule that knows what a row needs after a cell, but not how long the cell itself takes.</summary>
    internal double OverLongestAfter() => _runs.Average(run => run.Engine.Makespan / ListSchedule.LongestAfter(run.Shape).Makespan);

    /// <summary>How much faster than one column after the other.</summary>
    internal double FasterThanColumns() => _runs.Average(run => ListSchedule.ColumnAtATime(run.Shape) / run.Engine.Makespan);

    /// <summary>How much later the first row group, and half of the rows, are finished than by the rule that finishes rows earliest.</summary>
    internal (double FirstGroup, double HalfOfRows) OverDeepestFirst()
    {
        (Tests.Support.Schedule Engine, Tests.Support.Schedule Deepest)[] runs = [.. _runs.Select(run => (run.Engine, ListSchedule.DeepestFirst(run.Shape)))];
        return (runs.Average(run => run.Engine.FirstGroup / run.Deepest.FirstGroup), runs.Average(run => run.Engine.HalfOfRows / run.Deepest.HalfOfRows));
    }
}
