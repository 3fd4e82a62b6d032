using ExecGraph.Definition;
using ExecGraph.Execution;
using ExecGraph.Tests.Support;
using ExecGraph.Tracking;

namespace ExecGraph.Tests.Execution;

/// <summary>
/// The marks of a lane's columns, which are kept in two orders, against whoever adds work and whoever finds none, through every interleaving of
/// their atomic steps. A mark in one order that is missing in the other is work which a lane seems to have and nobody can take: threads
/// then look for it for ever.
/// </summary>
[Collection(Explorations.Name)]
public sealed class PickerInterleavingTests
{
    private readonly List<ColumnQueue> _queues = Queues();

    [Fact]
    public void Whoever_sees_that_there_is_work_finds_it_in_both_orders()
    {
        int schedules = Explorer.Verify(() => new Lane(_queues).Scenario, reduce: true);
        schedules.Should().BeGreaterThan(10);
    }

    [Fact]
    public void Marks_that_are_cleared_in_the_order_in_which_they_are_set_may_be_left_in_one_of_them()
    {
        Exploration exploration = Explorer.Explore(() => new Lane(_queues, clearsDeepestFirst: true).Scenario, reduce: true);
        exploration.Failure.Should().NotBeNull();
    }

    private static List<ColumnQueue> Queues()
    {
        var graph = new GraphBuilder();
        graph.From(graph.Start("a", row => row)).Cell("b", a => a);
        ExecutionGraph table = graph.Build(rowCount: 1);
        var services = new RunServices(TimeProvider.System, seed: 0, CancellationToken.None, CancellationToken.None);
        var plan = new RunPlan(table, services, TableDefinition.Plain, CellFailurePolicy.FailRun);
        return [.. plan.Columns.Select((column, position) => new FifoQueue(column) { Position = position })];
    }

    /// <summary>An item waits in a column, a thread adds another one, and one takes what it finds, as a lane does.</summary>
    private sealed class Lane(List<ColumnQueue> queues, bool clearsDeepestFirst = false)
    {
        private readonly Picker<ExploredMemory> _picker = new(queues);
        private readonly PickOrder<ExploredMemory> _deepest = new(queues, column => column.Depth);
        private readonly PickOrder<ExploredMemory> _longest = new(queues, column => column.Tail);
        private int _items;

        internal Scenario Scenario
        {
            get
            {
                Add();
                return new Scenario(Check, Add, Take);
            }
        }

        private void Add()
        {
            ExploredMemory.Add(ref _items, 1);
            Mark();
        }

        private void Take()
        {
            for (int looks = 0; looks < 3; looks++)
            {
                if (TryTake())
                    continue;
                Clear(); // cleared first, then tried again
                if (TryTake())
                    Mark();
            }
        }

        private bool TryTake()
        {
            if (ExploredMemory.Read(ref _items) == 0)
                return false;
            ExploredMemory.Add(ref _items, -1);
            return true;
        }

        private void Mark()
        {
            if (!clearsDeepestFirst)
            {
                _picker.Mark(0);
                return;
            }

            _deepest.Mark(0);
            _longest.Mark(0);
        }

        private void Clear()
        {
            if (!clearsDeepestFirst)
            {
                _picker.Clear(0);
                return;
            }

            _deepest.Clear(0);
            _longest.Clear(0);
        }

        private void Check()
        {
            bool seemsToHaveWork = clearsDeepestFirst ? !_deepest.IsEmpty : !_picker.IsEmpty;
            if (_items > 0)
                seemsToHaveWork.Should().BeTrue();
            if (!seemsToHaveWork)
                return;
            Next(tailIsNear: false).Should().Be(0);
            Next(tailIsNear: true).Should().Be(0);
        }

        private int Next(bool tailIsNear)
        {
            if (!clearsDeepestFirst)
            {
                _picker.Begin(tailIsNear);
                return _picker.Next();
            }

            PickOrder<ExploredMemory> order = tailIsNear ? _longest : _deepest;
            order.Begin();
            return order.Next();
        }
    }
}
