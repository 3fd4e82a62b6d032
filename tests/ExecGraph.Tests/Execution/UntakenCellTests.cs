using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Cells that are settled before they get into their column's queue: what waits there for them goes on.</summary>
public sealed class UntakenCellTests
{
    private readonly VirtualTimeHost _host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_behind_a_head_whose_predicate_throws_follow_once_it_has_its_default(bool isStream)
    {
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<int> late = Late(graph, row: 0);
        var options = new StreamOptions { IsOrderDependent = true, OnFailure = CellFailurePolicy.UseDefault(-1) };
        Column<int> ordered = isStream ? graph.From(late).Stream("ordered", batch => batch.ToArray(), options) : graph.From(late).Cell("ordered", v => v, options);
        graph.SkipWhen(ordered, late, v => v == 0 ? throw new FormatException("zero") : false);
        (List<(long Row, int Value)> rows, RunReport report) = _host.Collect(graph.Build(40), ordered);
        rows.Select(row => row.Value).Should().Equal([-1, .. Enumerable.Range(1, 39)]);
        report.Columns[1].Defaulted.Should().Be(1);
    }

    [Fact]
    public void A_batch_that_waits_for_more_rows_goes_when_the_predicate_of_the_last_one_throws()
    {
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<int> late = Late(graph, row: 9);
        Column<int> stream = graph.From(late).Stream(
            "stream", batch => batch.ToArray(), new StreamOptions { MinBatchSize = 10, OnFailure = CellFailurePolicy.UseDefault(-1) });
        graph.SkipWhen(stream, late, v => v == 9 ? throw new FormatException("nine") : false);
        _host.Collect(graph.Build(10), stream).Rows.Select(row => row.Value).Should().Equal([.. Enumerable.Range(0, 9), -1]);
    }

    [Fact]
    public void Rows_behind_a_head_whose_weight_cannot_be_estimated_follow_once_it_has_its_default()
    {
        var graph = new GraphBuilder { RowGroupSize = 16 };
        Column<int> late = Late(graph, row: 0);
        Column<int> ordered = graph.From(late).Cell("ordered", (v, _) => new ValueTask<int>(v), new CellOptions
        {
            Limiter = new Limiter("tokens") { Weight = new RateLimit(1_000, TimeSpan.FromSeconds(1)) },
            Weight = inputs => inputs.Get<int>("late") == 0 ? throw new FormatException("zero") : 1,
            IsOrderDependent = true,
            OnFailure = CellFailurePolicy.UseDefault(-1),
        });
        _host.Collect(graph.Build(40), ordered).Rows.Select(row => row.Value).Should().Equal([-1, .. Enumerable.Range(1, 39)]);
    }

    /// <summary>The row's number, of one row a second later than of the others.</summary>
    private static Column<int> Late(GraphBuilder graph, int row) => graph.Start("late", async (CellContext context) =>
    {
        if (context.Row == row)
            await VirtualRun.Wait(context, seconds: 1);
        return (int)context.Row;
    });
}
