using System.Collections.Concurrent;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

public sealed class StreamTests
{
    [Fact]
    public async Task Batches_are_ascending_and_no_larger_than_allowed()
    {
        var batches = new ConcurrentBag<long[]>();
        var graph = new GraphBuilder { RowGroupSize = 100 };
        Column<int> x = graph.Start("x", r => (int)r);
        graph.Where(x, v => v % 5 != 0);
        Column<int> y = graph.From(x).Stream<int>(
            "y",
            async (batch, _) =>
            {
                batches.Add([.. Enumerable.Range(0, batch.Count).Select(batch.RowAt)]);
                await Task.Yield();
                return batch.Select((v, i) => v == batch.RowAt(i) ? v * 2 : -1).ToArray();
            },
            new StreamOptions { MaxBatchSize = 37 });
        (await graph.Build(1000).CollectAsync(y)).Should().Equal(Enumerable.Range(0, 1000).Where(r => r % 5 != 0).Select(r => ((long)r, 2 * r)));
        batches.Should().OnlyContain(batch => batch.Length <= 37);
        batches.Should().OnlyContain(batch => batch.SequenceEqual(batch.Order()));
        batches.Sum(batch => batch.Length).Should().Be(800);
    }

    [Fact]
    public void Rows_of_one_word_that_become_ready_in_any_order_are_ascending_in_a_batch()
    {
        var host = new VirtualTimeHost();
        var batches = new List<long[]>();
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(100 - (context.Row % 3 * 10) - context.Row), context.TimeProvider, context.CancellationToken);
            return context.Row;
        });
        graph.From(x).Stream(
            "y",
            batch =>
            {
                batches.Add([.. Enumerable.Range(0, batch.Count).Select(batch.RowAt)]);
                return batch.ToArray();
            },
            new StreamOptions { MaxBatchSize = 20, MinBatchSize = 20 });
        host.Run(graph.Build(40).RunAsync(new RunOptions { Host = host, TimeProvider = host.TimeProvider }));
        batches.Should().HaveCount(2).And.OnlyContain(batch => batch.Length == 20 && batch.SequenceEqual(batch.Order()));
    }

    [Fact]
    public async Task A_least_size_is_waited_for_and_the_tail_is_flushed()
    {
        var sizes = new ConcurrentBag<int>();
        var graph = new GraphBuilder { RowGroupSize = 50 };
        Column<int> x = graph.Start("x", async (r, _) =>
        {
            await Task.Yield();
            return (int)r;
        });
        graph.Where(x, v => v % 10 != 9);
        graph.From(x).Stream(
            "y",
            batch =>
            {
                sizes.Add(batch.Count);
                return batch.ToArray();
            },
            new StreamOptions { MaxBatchSize = 20, MinBatchSize = 20 });
        (await graph.Build(250).ToEndAsync(new RunOptions { MaxActiveRowGroups = 5 })).Rows.Should().Be(225);
        sizes.Order().Should().Equal([5, .. Enumerable.Repeat(20, 11)]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_wrong_number_of_values_is_an_error_that_names_the_column(int difference)
    {
        var graph = new GraphBuilder();
        Column<int> x = graph.Start("x", r => (int)r);
        graph.From(x).Stream("y", batch => new int[batch.Count + difference]);
        await graph.Build(10).Awaiting(g => g.ToEndAsync()).Should().ThrowAsync<CellFailedException>().WithMessage("*'y'*values for*rows*");
    }

    [Fact]
    public async Task Order_dependent_calls_come_one_at_a_time_and_ascending()
    {
        foreach (string kind in new[] { "sync", "async", "stream" })
        {
            int under = 0;
            var rows = new List<long>();
            long Enter(long row)
            {
                Interlocked.Increment(ref under).Should().Be(1);
                rows.Add(row);
                return row;
            }

            var options = new CellOptions { IsOrderDependent = true };
            var graph = new GraphBuilder { RowGroupSize = 20 };
            Column<long> x = graph.Start("x", async (r, _) =>
            {
                if (r % 7 == 0)
                    await Task.Yield();
                return r;
            });
            graph.Where(x, v => v % 11 != 5);
            Column<long> y = kind switch
            {
                "sync" => graph.From(x).Cell("y", v =>
                {
                    Enter(v);
                    Interlocked.Decrement(ref under);
                    return v;
                }, options),
                "async" => graph.From(x).Cell("y", async (v, _) =>
                {
                    Enter(v);
                    await Task.Yield();
                    Interlocked.Decrement(ref under);
                    return v;
                }, options),
                _ => graph.From(x).Stream<long>("y", async (batch, _) =>
                {
                    Interlocked.Increment(ref under).Should().Be(1);
                    rows.AddRange(Enumerable.Range(0, batch.Count).Select(batch.RowAt));
                    await Task.Yield();
                    Interlocked.Decrement(ref under);
                    return batch.ToArray();
                }, new StreamOptions { IsOrderDependent = true, MaxBatchSize = 9 }),
            };
            (await graph.Build(300).CollectAsync(y, new RunOptions { Workers = 3 })).Should().HaveCount(273);
            rows.Should().Equal(Enumerable.Range(0, 300).Where(r => r % 11 != 5).Select(r => (long)r), kind);
        }
    }

    [Fact]
    public async Task The_head_row_of_an_order_dependent_column_keeps_its_place_through_its_attempts()
    {
        var calls = new List<(long Row, int Attempt)>();
        var graph = new GraphBuilder { RowGroupSize = 8 };
        graph.Start("x", (CellContext context) =>
        {
            calls.Add((context.Row, context.Attempt));
            return context is { Row: 3, Attempt: < 3 } ? throw new FormatException() : context.Row;
        }, new CellOptions { IsOrderDependent = true, Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.Zero } });
        RunReport report = await graph.Build(20).ToEndAsync();
        calls.Should().Equal([(0, 1), (1, 1), (2, 1), (3, 1), (3, 2), (3, 3), .. Enumerable.Range(4, 16).Select(r => ((long)r, 1))]);
        (report.Columns[0].Retries, report.Columns[0].Failures).Should().Be((2, 2));
    }
}
