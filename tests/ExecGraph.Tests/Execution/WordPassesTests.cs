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
    public async Task A_cell_that_ends_the_run_takes_none_of_the_others_along()
    {
        var thrown = new FormatException("no");
        var graph = new GraphBuilder();
        Column<long> a = graph.Start("a", row => row);
        Column<long> b = graph.From(a).Cell("b", x => x == 3_000 ? throw thrown : x);
        var rows = new List<long>();
        await using GraphRun run = graph.Build(rowCount: 4_096).Run(new RunOptions { Workers = 1, MaxActiveRowGroups = 1 });
        Func<Task> read = async () =>
        {
            await foreach (Row row in run.Rows)
                rows.Add(b[row]);
        };
        CellFailedException failure = (await read.Should().ThrowAsync<CellFailedException>().WaitAsync(Hang)).Which;
        (failure.Row, failure.Column, failure.InnerException).Should().Be((3_000L, "b", thrown));
        rows.Should().Equal(Enumerable.Range(0, 2_048).Select(row => (long)row));
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
        await using GraphRun run = graph.Run(new RunOptions { Workers = workers });
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
}
