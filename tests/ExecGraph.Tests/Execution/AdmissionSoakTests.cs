using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Groups that settle at the same time on several threads: the ones that follow them begin in row order all the same.</summary>
public sealed class AdmissionSoakTests
{
    private static readonly RunOptions Options = new() { Workers = 4, MaxActiveRowGroups = 6 };

    [Fact]
    public async Task Order_dependent_rows_keep_their_order_however_groups_are_admitted()
    {
        for (int i = 0; i < Soak.Times(4); i++)
        {
            var rows = new List<long>();
            var graph = new GraphBuilder { RowGroupSize = 1 };
            Column<long> x = graph.Start("x", async (row, _) =>
            {
                await Task.Yield();
                return row;
            });
            graph.From(x).Cell("y", row =>
            {
                rows.Add(row);
                return row;
            }, new CellOptions { IsOrderDependent = true });
            graph.From(x).Cell("z", async (row, _) =>
            {
                await Task.Yield();
                return row;
            });
            await graph.Build(5_000).ToEndAsync(Options);
            rows.Should().HaveCount(5_000).And.BeInAscendingOrder();
        }
    }

    [Fact]
    public async Task A_source_fills_the_groups_in_row_order_however_they_are_admitted()
    {
        for (int i = 0; i < Soak.Times(4); i++)
        {
            var graph = new GraphBuilder { RowGroupSize = 1 };
            Column<int> x = graph.Source("x", Enumerable.Range(0, 5_000).Where(_ => true));
            Column<long> y = graph.From(x).Cell("y", async (v, _) =>
            {
                await Task.Yield();
                return (long)v;
            });
            (await graph.Build(5_000).CollectAsync(y, Options)).Should().OnlyContain(row => row.Row == row.Value).And.HaveCount(5_000);
        }
    }
}
