using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>
/// How good the schedule is, in virtual time: the same on every machine. The engine knows no time in advance; what it is compared with
/// does, or ignores one of the two things that are wanted: an early end, and rows early on the way.
/// </summary>
public sealed class ScheduleTests
{
    private static readonly Dictionary<string, (Shape Shape, Schedule Engine)[]> Known = [];

    [Theory]
    [InlineData("narrow", 1.02)]
    [InlineData("deep", 1.02)]
    [InlineData("wide", 1.02)]
    [InlineData("dual-model", 1.03)]
    [InlineData("chain", 1.02)]
    public void A_thousand_rows_end_near_the_lower_bound(string shape, double allowed) =>
        ThousandRows(shape).Average(run => run.Engine.Makespan / run.Shape.LowerBound()).Should().BeInRange(1, allowed);

    [Fact]
    public void Two_limiters_are_busy_at_the_same_time() =>
        ThousandRows("dual-model").Average(run => ListSchedule.ColumnAtATime(run.Shape) / run.Engine.Makespan).Should().BeGreaterThan(1.75);

    /// <summary>Deepest first is what the rule is in the steady state; only the last rows are treated otherwise, and end earlier by that.</summary>
    [Theory]
    [InlineData("narrow")]
    [InlineData("deep")]
    [InlineData("wide")]
    [InlineData("dual-model")]
    [InlineData("chain")]
    public void Rows_are_finished_as_early_as_by_deepest_first_and_the_last_ones_earlier(string shape)
    {
        (Schedule Engine, Schedule Deepest)[] runs =
            [.. ThousandRows(shape).Select(run => (run.Engine, ListSchedule.DeepestFirst(run.Shape)))];
        runs.Average(run => run.Engine.FirstGroup / run.Deepest.FirstGroup).Should().BeLessThan(1.1);
        runs.Average(run => run.Engine.HalfOfRows / run.Deepest.HalfOfRows).Should().BeLessThan(1.1);
        runs.Average(run => run.Engine.Makespan / run.Deepest.Makespan).Should().BeLessThan(0.999);
    }

    /// <summary>Sixty-four rows are four turns of the limiter, but ten cells each: few cells wait at first, and yet the tail is far.</summary>
    [Fact]
    public void The_tail_is_not_near_while_a_long_chain_is_still_to_come() =>
        RunAll("chain", rows: 64, seeds: 20)
            .Average(run => run.Engine.HalfOfRows / ListSchedule.DeepestFirst(run.Shape).HalfOfRows).Should().BeLessThan(1.1);

    [Theory]
    [InlineData("narrow", 1.02, 1.5)]
    [InlineData("deep", 1.02, 1.85)]
    [InlineData("dual-model", 1.02, 2.6)]
    public void Ten_rows_end_as_early_as_by_a_rule_that_knows_every_time(string shape, double allowed, double overColumns)
    {
        (Shape Shape, Schedule Engine)[] runs = RunAll(shape, rows: 10, seeds: 200);
        runs.Average(run => run.Engine.Makespan / ListSchedule.Clairvoyant(run.Shape).Makespan).Should().BeLessThan(allowed);
        runs.Average(run => ListSchedule.ColumnAtATime(run.Shape) / run.Engine.Makespan).Should().BeGreaterThan(overColumns);
    }

    /// <summary>
    /// Ten topics begin at once, and then fifty cells without successors want sixteen permits. They differ in nothing but their times: which
    /// of them go first is all that a clairvoyant can gain, and nothing that any other rule could know. So the rule is held against one
    /// that knows how long a row takes after a cell, as before, and only not how long the cell itself takes.
    /// </summary>
    [Fact]
    public void Ten_wide_rows_end_as_early_as_by_a_rule_that_knows_what_comes_after_each_cell()
    {
        (Shape Shape, Schedule Engine)[] runs = RunAll("wide", rows: 10, seeds: 200);
        runs.Average(run => run.Engine.Makespan / ListSchedule.LongestAfter(run.Shape).Makespan).Should().BeLessThan(1.02);
        runs.Average(run => ListSchedule.ColumnAtATime(run.Shape) / run.Engine.Makespan).Should().BeGreaterThan(2.5);

        // What the missing knowledge costs: as much for the engine as for a rule that draws lots.
        var random = new Random(1);
        double Cost(Func<Shape, Schedule, Schedule> schedule) =>
            runs.Average(run => schedule(run.Shape, run.Engine).Makespan / ListSchedule.Clairvoyant(run.Shape).Makespan);
        double lots = Cost((shape, _) => ListSchedule.Run(shape, (column, _) => (Math.Min(column, 1), random.NextDouble())));
        Cost((_, engine) => engine).Should().BeLessThan(1.1).And.BeApproximately(lots, precision: 0.02);
    }

    [Fact]
    public void A_schedule_is_the_same_every_time()
    {
        var shape = new Shape("dual-model", rows: 300, seed: 1);
        ShapeRun.Of(shape).Ends.Should().Equal(ShapeRun.Of(shape).Ends);
    }

    /// <summary>Run once, for the tests that look at it.</summary>
    private static (Shape Shape, Schedule Engine)[] ThousandRows(string name)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(name, out (Shape, Schedule)[]? runs))
                Known[name] = runs = RunAll(name, rows: 1000, seeds: name == "chain" ? 5 : 20);
            return runs;
        }
    }

    private static (Shape Shape, Schedule Engine)[] RunAll(string name, int rows, int seeds) =>
        [.. Enumerable.Range(0, seeds).Select(seed => new Shape(name, rows, seed)).Select(shape => (shape, ShapeRun.Of(shape)))];
}
