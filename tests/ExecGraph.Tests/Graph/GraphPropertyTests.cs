using CsCheck;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Graph;

/// <summary>The rules of dependency, stated a second time as plainly as can be, hold for any graph.</summary>
public class GraphPropertyTests
{
    [Fact]
    public void Dependents_are_the_exact_inverse_of_dependencies() =>
        RandomGraphs.Any().Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            NodeId[] nodes = [.. graph.EnumerateNodes()];
            var needs = nodes.SelectMany(node => graph.GetDependencies(node), (node, dependency) => (dependency, node)).ToList();
            var serves = nodes.SelectMany(node => graph.GetDependents(node), (node, dependent) => (node, dependent)).ToList();

            return needs.Distinct().Count() == needs.Count
                && serves.Count == needs.Count
                && needs.ToHashSet().SetEquals(serves)
                && needs.All(pair => nodes.Contains(pair.dependency));
        }, iter: Soak.Times(300));

    [Fact]
    public void Dependencies_follow_the_rules() =>
        RandomGraphs.Any(maxRows: 70).Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            return graph.EnumerateNodes().All(node => graph.GetDependencies(node).SequenceEqual(Expected(random, node)));
        }, iter: Soak.Times(500));

    [Fact]
    public void There_are_as_many_nodes_as_counted_and_each_is_listed_once() =>
        RandomGraphs.Any().Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            List<NodeId> nodes = [.. graph.EnumerateNodes()];
            return nodes.Count == graph.NodeCount && nodes.Distinct().Count() == nodes.Count;
        }, iter: Soak.Times(500));

    [Fact]
    public void Start_nodes_are_the_nodes_without_dependencies_in_the_same_order() =>
        RandomGraphs.Any().Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            return graph.EnumerateStartNodes().SequenceEqual(graph.EnumerateNodes().Where(node => !graph.GetDependencies(node).Any()));
        }, iter: Soak.Times(500));

    [Fact]
    public void Each_column_comes_as_early_as_its_dependencies_and_the_given_order_allow() =>
        RandomGraphs.Any(maxColumns: 12, maxRows: 1).Sample(random =>
        {
            var waiting = random.Columns.ToList();
            var expected = new List<string>();
            while (waiting.Count > 0)
            {
                ColumnDescriptor next = waiting.First(column => Producers(random, column).All(producer => expected.Contains(producer.Name)));
                waiting.Remove(next);
                expected.Add(next.Name);
            }

            return random.Build().ColumnNames.SequenceEqual(expected);
        }, iter: Soak.Times(2000));

    [Fact]
    public void A_side_output_is_asked_about_as_its_producer() =>
        RandomGraphs.Any(maxRows: 20).Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            return random.Columns.SelectMany(column => column.SideOutputs).All(name =>
            {
                string producer = Producer(random, name).Name;
                return graph.GetColumn(name).Name == producer
                    && graph.GetDependents(NodeId.Cell(0, name)).SequenceEqual(graph.GetDependents(NodeId.Cell(0, producer)))
                    && graph.GetDependencies(NodeId.Cell(0, name)).SequenceEqual(graph.GetDependencies(NodeId.Cell(0, producer)));
            });
        }, iter: Soak.Times(500));

    [Fact]
    public void An_open_ended_table_answers_for_a_row_what_a_closed_one_does() =>
        RandomGraphs.Any(maxRows: 70).Sample(random =>
        {
            ExecutionGraph closed = random.Build();
            ExecutionGraph open = random.BuildOpenEnded();
            return closed.EnumerateNodes().Where(node => !node.IsBarrier).All(cell =>
                open.GetDependencies(cell).SequenceEqual(closed.GetDependencies(cell))
                && open.GetDependents(cell).SequenceEqual(closed.GetDependents(cell)));
        }, iter: Soak.Times(300));

    [Fact]
    public void The_topology_agrees_with_plain_recursion() =>
        RandomGraphs.Any(maxColumns: 12, maxRows: 1).Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            for (int c = 0; c < graph.ColumnCount; c++)
                CheckTopology(graph, random, c);
            graph.Topology.StageCount.Should().Be(random.Columns.Max(column => Stage(random, column)) + 1);
        }, iter: Soak.Times(1000));

    [Fact]
    public void The_longest_chain_is_a_path_and_no_path_is_longer() =>
        RandomGraphs.Any(maxColumns: 12, maxRows: 1).Sample(random =>
        {
            ExecutionGraph graph = random.Build();
            var chain = graph.LongestChain.Select(graph.GetColumn).ToList();
            return chain.Zip(chain.Skip(1)).All(step => Producers(random, step.Second).Contains(step.First))
                && chain.Count == random.Columns.Max(column => Depth(random, column)) + 1;
        }, iter: Soak.Times(1000));

    private static void CheckTopology(ExecutionGraph graph, RandomGraph random, int ordinal)
    {
        ExecGraph.Graph.GraphTopology topology = graph.Topology;
        ColumnDescriptor column = topology.Columns[ordinal];
        ColumnDescriptor Descriptor(int other) => topology.Columns[other];
        List<ColumnDescriptor> readers = [.. topology.Columns.Where(other => Producers(random, other).Contains(column))];

        topology.IsBarrier(ordinal).Should().Be(column.IsBarrier);
        topology.IsDatasetBarrier(ordinal).Should().Be(column.IsBarrier && column.Scope == BarrierScope.Dataset);
        topology.IsGroupBarrier(ordinal).Should().Be(column.IsBarrier && column.Scope == BarrierScope.RowGroup);
        topology.Producers(ordinal).ToArray().Select(Descriptor).Should().Equal(Producers(random, column));
        topology.RowDependents(ordinal).ToArray().Select(Descriptor).Should().Equal(readers.Where(reader => !reader.IsBarrier));
        topology.BarrierDependents(ordinal).ToArray().Select(Descriptor).Should().Equal(readers.Where(reader => reader.IsBarrier));
        topology.Stage(ordinal).Should().Be(Stage(random, column));
        topology.Depth(ordinal).Should().Be(Depth(random, column));
        topology.Tail(ordinal).Should().Be(Tail(random, column));
        for (int other = 0; other < graph.ColumnCount; other++)
            topology.IsDescendant(ordinal, ancestor: other).Should().Be(IsDescendant(random, column, topology.Columns[other]));
    }

    private static IEnumerable<NodeId> Expected(RandomGraph random, NodeId node)
    {
        ColumnDescriptor column = Producer(random, node.Column);
        if (!node.IsBarrier && column.IsBarrier)
            return [column.Scope == BarrierScope.Dataset ? NodeId.Barrier(column.Name) : NodeId.Barrier(column.Name, node.Row / random.RowGroupSize)];
        return Producers(random, column).SelectMany(producer => ScopeOf(random, node).Select(row => NodeId.Cell(row, producer.Name)));
    }

    private static IEnumerable<long> ScopeOf(RandomGraph random, NodeId node)
    {
        for (long row = 0; row < random.RowCount; row++)
        {
            if (node.IsBarrier ? node.RowGroup is null || row / random.RowGroupSize == node.RowGroup : row == node.Row)
                yield return row;
        }
    }

    private static ColumnDescriptor Producer(RandomGraph random, string name) =>
        random.Columns.FirstOrDefault(column => column.Name == name) ?? random.Columns.Single(column => column.SideOutputs.Contains(name));

    private static IEnumerable<ColumnDescriptor> Producers(RandomGraph random, ColumnDescriptor column) =>
        column.Dependencies.Select(name => Producer(random, name)).Distinct();

    private static int Stage(RandomGraph random, ColumnDescriptor column) =>
        Producers(random, column).Select(producer => Stage(random, producer)).DefaultIfEmpty(0).Max()
        + (column.IsBarrier && column.Scope == BarrierScope.Dataset ? 1 : 0);

    private static int Depth(RandomGraph random, ColumnDescriptor column) =>
        Producers(random, column).Select(producer => Depth(random, producer) + 1).DefaultIfEmpty(0).Max();

    private static int Tail(RandomGraph random, ColumnDescriptor column) =>
        random.Columns.Where(other => Producers(random, other).Contains(column)).Select(other => Tail(random, other) + 1).DefaultIfEmpty(0).Max();

    private static bool IsDescendant(RandomGraph random, ColumnDescriptor column, ColumnDescriptor ancestor) =>
        Producers(random, column).Any(producer => producer == ancestor || IsDescendant(random, producer, ancestor));
}
