using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Runs that are asked about themselves all the time, from other threads: they do the same as if nobody asked, and there is always an answer.</summary>
public sealed class ExplainSoakTests
{
    private const int Rows = 600;

    [Fact]
    public async Task A_run_that_is_asked_all_the_time_does_what_it_does_otherwise()
    {
        for (int i = 0; i < Soak.Times(3); i++)
            await RunAndAskAsync(seed: i).WaitAsync(Runs.Hang);
    }

    private static async Task RunAndAskAsync(int seed)
    {
        (ExecutionGraph table, Column<long> sum) = Table(seed);
        await using GraphRun run = table.Run(new RunOptions { Workers = 2, MaxActiveRowGroups = 3, MaxBufferedRowGroups = 2 });
        Task<int>[] askers = [.. Enumerable.Range(0, 2).Select(asker => Task.Run(() => AskAsync(table, run, seed, asker)))];
        var values = new Dictionary<long, long>();
        await foreach (Row row in run.Rows)
            values.Add(row.Index, sum[row]);
        RunReport report = await run.Completion;
        (await Task.WhenAll(askers)).Sum().Should().BePositive();

        // What anybody can work out without the library: filtered, dropped, and the sum of what is left.
        values.Keys.Order().Should().Equal(Expected(seed).Keys);
        values.Should().BeEquivalentTo(Expected(seed));
        report.FilteredRows.Should().Be(Enumerable.Range(0, Rows).Count(IsFiltered));
        report.DroppedRows.Should().Be(Rows - values.Count - report.FilteredRows);
        report.Columns.Single(column => column.Name == "flaky").Retries.Should().BePositive();
        for (long row = 0; row < Rows; row++)
            run.Explain(row, sum).Standing.Should().BeOneOf(CellStanding.Done, CellStanding.Settled, CellStanding.Dropped);
        run.Explain().Ending.Should().Be("the run has ended (Completed)");
    }

    private static async Task<int> AskAsync(ExecutionGraph table, GraphRun run, int seed, int asker)
    {
        var random = new Random(seed * 2 + asker);
        var settled = new HashSet<(long, string)>();
        int asked = 0;
        do
        {
            long row = random.Next(Rows);
            string column = table.ColumnNames[random.Next(table.ColumnNames.Count)];
            CellExplanation cell = run.Explain(row, column);
            (cell.Row, cell.Column).Should().Be((row, column));
            cell.ToString().Should().StartWith($"Cell({row}, '{column}') ");
            if (cell.Standing == CellStanding.Dropped)
                IsDropped(seed, row).Should().BeTrue();
            if (cell.Standing == CellStanding.Filtered)
                IsFiltered((int)row).Should().BeTrue();
            if (cell.Standing <= CellStanding.Settled)
                settled.Add((row, column));
            else
                settled.Contains((row, column)).Should().BeFalse("what is settled stays so");
            if (cell.Cause is { } cause)
                (cause.Standing > CellStanding.Settled).Should().BeTrue();
            RunExplanation whole = run.Explain();
            whole.ToString().Should().NotBeEmpty();
            whole.Columns.Should().OnlyContain(load => load.Ready >= 0 && load.Running >= 0 && load.WaitingForRetry >= 0);
            asked++;
            await Task.Yield();
        }
        while (!run.Completion.IsCompleted);
        return asked;
    }

    /// <summary>Something of everything: a source, limits, failures, an order, batches, barriers, skips and filters.</summary>
    private static (ExecutionGraph Table, Column<long> Sum) Table(int seed)
    {
        var graph = new GraphBuilder { RowGroupSize = 32 };
        var retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.FromMilliseconds(1) };
        var limiter = new Limiter("limited") { MaxConcurrency = 7, Requests = RateLimit.PerSecond(100_000) };
        int rejected = 0;
        Column<long> read = graph.Source("read", Read());
        Column<long> id = graph.Start("id", row => row);
        Column<long> limited = graph.From(read).Cell("limited", async (v, token) =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref rejected) % 97 == 0 ? throw new RateLimitedException(TimeSpan.FromMilliseconds(1)) : v + 1;
        }, new CellOptions { Limiter = limiter });
        Column<long> flaky = graph.From(id).Cell("flaky", async (long v, CellContext context) =>
        {
            await Task.Yield();
            return IsDropped(seed, v) || (v % 5 == 0 && context.Attempt == 1) ? throw new FormatException() : v;
        }, new CellOptions { Retry = retry, OnFailure = CellFailurePolicy.DropRow });
        graph.Where(flaky, v => !IsFiltered((int)v));
        Column<long> ordered = graph.From(flaky).Cell("ordered", async (v, _) =>
        {
            await Task.Yield();
            return v;
        }, new CellOptions { IsOrderDependent = true });
        Column<long> batch = graph.From(limited).Stream<long>("batch", async (rows, _) =>
        {
            await Task.Yield();
            return [.. rows];
        }, new StreamOptions { MaxBatchSize = 16, MinBatchSize = 4 });
        Column<long> inGroup = graph.From(ordered).Barrier("in group", rows => rows.Select(v => v).ToArray(), new BarrierOptions { Scope = BarrierScope.RowGroup });
        Column<long> skipped = graph.From(id).Cell("skipped", v => v);
        graph.SkipWhen(skipped, id, v => v % 3 == 0, -1);
        Column<long> all = graph.From(inGroup).Barrier("all", rows => rows.ToArray());
        Column<long> sum = graph.From(all, batch, skipped).Cell("sum", (a, b, c) => a + b + c, new CellOptions { RunsOnSkippedInputs = true });
        return (graph.Build(), sum);

        static async IAsyncEnumerable<long> Read()
        {
            for (long row = 0; row < Rows; row++)
            {
                if (row % 50 == 0)
                    await Task.Yield();
                yield return row;
            }
        }
    }

    private static SortedDictionary<long, long> Expected(int seed) => new(
        Enumerable.Range(0, Rows).Where(row => !IsFiltered(row) && !IsDropped(seed, row)).ToDictionary(row => (long)row, row => row + row + 1 + (row % 3 == 0 ? -1L : row)));

    private static bool IsFiltered(int row) => row % 11 == 4;

    private static bool IsDropped(int seed, long row) => row % 13 == seed % 13 && !IsFiltered((int)row);
}
