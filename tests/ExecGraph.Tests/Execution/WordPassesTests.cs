using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>
/// Quick synchronous cells, which a worker computes many words at a time: the same table as by one loop after another, whatever fails, is filtered, skipped,
/// tried again or goes through a queue in between.
/// </summary>
public sealed class WordPassesTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private static readonly Gen<Recipe> Recipes = Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 999], Gen.Int[0, 999]).Select(parts => new Recipe(parts.Item1, parts.Item2, parts.Item3));

    [Fact]
    public void Cells_of_many_words_are_those_that_loops_compute() =>
        Gen.Select(Recipes.Array[1, 8], Gen.Int[1, 4_000], Gen.OneOf(64, 100, 640, 1_024, 4_000), Gen.Int[1, 3])
            .Sample((recipes, rows, groupSize, workers) => ComputesLikeLoops(recipes, rows, groupSize, workers), iter: Soak.Times(60), threads: 2);

    [Fact]
    public async Task Columns_take_turns_pass_by_pass()
    {
        var calls = new List<char>();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => Noted(calls, 'a', row));
        Column<long> b = graph.From(a).Cell("b", x => Noted(calls, 'b', x));
        graph.From(a, b).Cell("c", (x, _) => Noted(calls, 'c', x));
        await graph.Build(rowCount: 20_000).ToEndAsync(Quick());
        calls.Should().HaveCount(60_000);
        LongestStretch(calls).Should().Be(1_024);
    }

    [Fact]
    public async Task A_run_that_may_be_stopped_by_what_it_costs_goes_word_by_word()
    {
        var calls = new List<char>();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => Noted(calls, 'a', row));
        graph.From(a).Cell("b", x => Noted(calls, 'b', x));
        await graph.Build(rowCount: 20_000).ToEndAsync(Quick() with { Budget = new RunBudget { Cells = 1_000_000 } });
        LongestStretch(calls).Should().Be(64);
    }

    [Theory]
    [InlineData(15_360)] // the first cell of a pass, of a word and of a row group
    [InlineData(15_361)]
    [InlineData(15_900)]
    [InlineData(16_383)] // the last one
    public async Task Behind_a_cell_that_fails_the_pass_goes_on(long failing)
    {
        var calls = new List<char>();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => row);
        Column<long> b = graph.From(a).Cell("b", x => Noted(calls, 'b', x) == failing ? throw new FormatException("no") : x, new CellOptions { OnFailure = CellFailurePolicy.DropRow });
        graph.From(b).Cell("c", x => Noted(calls, 'c', x));
        RunReport report = await graph.Build(rowCount: 20_000).ToEndAsync(Quick());
        report.Dropped.Single().Row.Should().Be(failing);
        calls.Count(column => column == 'b').Should().Be(20_000);
        calls.Count(column => column == 'c').Should().Be(19_999);
        LongestStretch(calls).Should().Be(1_024);
    }

    [Fact]
    public async Task A_run_that_stops_within_a_pass_begins_no_further_word()
    {
        var rows = new List<long>();
        GraphRun? run = null;
        using var isKnown = new ManualResetEventSlim();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => row);
        graph.From(a).Cell("b", x =>
        {
            rows.Add(x);
            if (x == 15_500)
            {
                isKnown.Wait();
                _ = run!.StopAsync();
            }

            return x;
        });
        run = graph.Build(rowCount: 20_000).Run(Quick() with { Output = OutputOrder.None });
        isKnown.Set();
        RunReport report = await run.Completion.WaitAsync(Hang);
        await run.DisposeAsync();
        report.Outcome.Should().Be(RunOutcome.Stopped);
        rows.SkipWhile(row => row != 15_500).Should().Equal(Enumerable.Range(15_500, 15_552 - 15_500).Select(row => (long)row)); // to the end of its word
    }

    [Fact]
    public async Task A_filter_that_throws_within_a_pass_is_asked_no_more()
    {
        var asked = new List<long>();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => row);
        graph.Where(a, value =>
        {
            asked.Add(value);
            return value == 15_500 ? throw new FormatException("no") : true;
        });
        Func<Task> run = () => graph.Build(rowCount: 20_000).ToEndAsync(Quick());
        (await run.Should().ThrowAsync<CellFailedException>()).Which.Row.Should().Be(15_500);
        asked.Max().Should().Be(15_500);
    }

    [Fact]
    public async Task Rows_that_a_column_drops_are_not_computed_in_the_next_one()
    {
        var rows = new List<long>();
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => row);
        graph.Where(graph.From(a).Cell("b", x => x), value => value % 3 != 0);
        graph.From(a).Cell("c", x =>
        {
            rows.Add(x);
            return x;
        });
        await graph.Build(rowCount: 20_000).ToEndAsync(Quick());
        rows.Where(row => row >= 5_000).Should().OnlyContain(row => row % 3 != 0);
    }

    [Fact]
    public async Task A_cell_that_ends_the_run_is_named_and_what_was_finished_before_is_kept()
    {
        var thrown = new FormatException("no");
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => row);
        Column<long> b = graph.From(a).Cell("b", x => x == 15_500 ? throw thrown : x);
        var rows = new List<long>();
        await using GraphRun run = graph.Build(rowCount: 20_000).Run(Quick() with { MaxActiveRowGroups = 1 });
        Func<Task> read = async () =>
        {
            await foreach (Row row in run.Rows)
                rows.Add(b[row]);
        };
        CellFailedException failure = (await read.Should().ThrowAsync<CellFailedException>().WaitAsync(Hang)).Which;
        (failure.Row, failure.Column, failure.InnerException).Should().Be((15_500L, "b", thrown));
        rows.Should().Equal(Enumerable.Range(0, 15_360).Select(row => (long)row));
    }

    private static RunOptions Quick() => new() { Workers = 1, TimeProvider = new QuickClock() };

    private static long Noted(List<char> calls, char column, long value)
    {
        calls.Add(column);
        return value;
    }

    private static int LongestStretch(List<char> calls)
    {
        int longest = 0;
        for (int i = 0, length = 0; i < calls.Count; i++)
        {
            length = i > 0 && calls[i] == calls[i - 1] ? length + 1 : 1;
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    private static void ComputesLikeLoops(Recipe[] recipes, int rows, int groupSize, int workers)
    {
        var graph = new GraphBuilder { RowGroupSize = groupSize };
        int[] attempts = new int[recipes.Length * rows]; // first ones, by column and row
        var columns = new List<Column<long>> { graph.Start("start", row => row) };
        var readable = new List<int> { 0 };
        foreach (Recipe recipe in recipes)
        {
            int number = columns.Count - 1;
            columns.Add(Add(graph, recipe, $"c{columns.Count}", row => Interlocked.Increment(ref attempts[number * rows + row]), columns[readable[recipe.First % readable.Count]], columns[readable[recipe.Second % readable.Count]]));
            if (recipe.Kind != Kind.Skips)
                readable.Add(columns.Count - 1); // what reads skipped cells is skipped as well: SkipTests
        }

        (List<(long Row, long[] Values)> actual, RunReport report) = RunAsync(graph.Build(rows), columns, workers).WaitAsync(Hang).GetAwaiter().GetResult();
        var expected = new List<(long Row, long[] Values)>();
        for (long row = 0; row < rows; row++)
        {
            if (Evaluate(recipes, row) is { } values)
                expected.Add((row, values));
        }

        actual.Select(row => row.Row).Should().Equal(expected.Select(row => row.Row));
        for (int i = 0; i < actual.Count; i++)
            actual[i].Values.Should().Equal(expected[i].Values, "row {0} has these values", actual[i].Row);
        attempts.Max().Should().BeLessThanOrEqualTo(1, "no cell is called twice");
        report.Rows.Should().Be(expected.Count);
        (report.DroppedRows + report.FilteredRows).Should().Be(rows - expected.Count);
    }

    private static async Task<(List<(long Row, long[] Values)> Rows, RunReport Report)> RunAsync(ExecutionGraph graph, List<Column<long>> columns, int workers)
    {
        var rows = new List<(long, long[])>();
        await using GraphRun run = graph.Run(new RunOptions { Workers = workers, TimeProvider = new QuickClock() });
        try
        {
            await foreach (Row row in run.Rows)
                rows.Add((row.Index, [.. columns.Select(column => column[row])]));
            return (rows, await run.Completion);
        }
        catch (NoRowsLeftException nothing)
        {
            return (rows, nothing.Report);
        }
    }

    private static Column<long> Add(GraphBuilder graph, Recipe recipe, string name, Action<long> tried, Column<long> first, Column<long> second)
    {
        Kind kind = recipe.Kind;
        var options = new CellOptions
        {
            OnFailure = kind == Kind.GetsDefault ? CellFailurePolicy.UseDefault(-1L) : CellFailurePolicy.DropRow,
            Retry = kind == Kind.IsTriedAgain ? new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.Zero } : null,
            IsOrderDependent = kind == Kind.IsOrdered,
        };
        Column<long> column = kind == Kind.Yields
            ? graph.From(first, second).Cell(name, async (a, b, _) =>
            {
                if ((a ^ b) % 3 == 0)
                    await Task.Yield();
                return Mix(a, b);
            })
            : graph.From(first, second).Cell(
                name,
                (a, b, context) =>
                {
                    if (context.Attempt == 1)
                        tried(context.Row);
                    return Fails(kind, Mix(a, b)) && (kind != Kind.IsTriedAgain || context.Attempt == 1) ? throw new FormatException("no") : Mix(a, b);
                },
                options);
        if (kind == Kind.Filters)
            graph.Where(column, value => !IsOut(value));
        if (kind == Kind.Skips)
            graph.SkipWhen(column, first, IsOut);
        return column;
    }

    private static long[]? Evaluate(Recipe[] recipes, long row)
    {
        var values = new List<long> { row };
        var readable = new List<int> { 0 };
        foreach (Recipe recipe in recipes)
        {
            long first = values[readable[recipe.First % readable.Count]];
            long value = Mix(first, values[readable[recipe.Second % readable.Count]]);
            if ((recipe.Kind == Kind.Filters && IsOut(value)) || (recipe.Kind == Kind.DropsRows && Fails(recipe.Kind, value)))
                return null;
            bool isLost = recipe.Kind == Kind.GetsDefault && Fails(recipe.Kind, value);
            bool isSkipped = recipe.Kind == Kind.Skips && IsOut(first);
            values.Add(isLost ? -1 : isSkipped ? 0 : value);
            if (recipe.Kind != Kind.Skips)
                readable.Add(values.Count - 1);
        }

        return [.. values];
    }

    private static long Mix(long a, long b) => (a * 31 + b * 17 + 7) & 0xFFFF_FFFF;

    private static bool IsOut(long value) => value % 7 == 3;

    private static bool Fails(Kind kind, long value) => kind is Kind.DropsRows or Kind.GetsDefault or Kind.IsTriedAgain && value % 101 == 5;

    private enum Kind
    {
        Plain,
        Filters,
        DropsRows,
        GetsDefault,
        IsTriedAgain,
        Skips,
        Yields,
        IsOrdered,
    }

    private sealed record Recipe(Kind Kind, int First, int Second);

    /// <summary>By this clock all code is quick: between two looks at it there is a nanosecond.</summary>
    private sealed class QuickClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}
