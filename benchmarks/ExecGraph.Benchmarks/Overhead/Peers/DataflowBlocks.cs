using System.Threading.Tasks.Dataflow;

namespace ExecGraph.Benchmarks;

/// <summary>
/// A Dataflow block for each column, as fast as we could make it: action blocks that pass row numbers on, the values in arrays, fan-out
/// and join by hand. (A <c>BroadcastBlock</c> silently loses what a bounded block does not take at once, and transform blocks
/// with a <c>JoinBlock</c> take about twice as long.) Its look-ahead is bounded like the engine's.
/// </summary>
internal sealed class DataflowBlocks
{
    private const int Capacity = 8 * ExecutionGraph.DefaultRowGroupSize;

    private readonly ValueTable _table;
    private readonly int[] _arrived;
    private readonly ActionBlock<int> _topic;
    private readonly ActionBlock<int> _summary;
    private readonly ActionBlock<int> _trivia;
    private readonly ActionBlock<int> _analysis;
    private readonly ActionBlock<int> _conclusion;

    internal DataflowBlocks(SyncBodies bodies, ValueTable table)
        : this(table)
    {
        // Each block works on one thread, so all but the join have one producer.
        ExecutionDataflowBlockOptions many = Options(parallelism: 1);
        ExecutionDataflowBlockOptions one = Options(parallelism: 1);
        one.SingleProducerConstrained = true;
        _topic = new(
            row =>
            {
                table.Topic[row] = bodies.Topic(row);
                return FanOutAsync(row);
            },
            one);
        _summary = new(
            row =>
            {
                table.Summary[row] = bodies.Step(table.Topic[row]);
                return SendAsync(_analysis!, row);
            },
            one);
        _trivia = new(
            row =>
            {
                table.Trivia[row] = bodies.Step(table.Topic[row]);
                return JoinAsync(row);
            },
            one);
        _analysis = new(
            row =>
            {
                table.Analysis[row] = bodies.Step(table.Summary[row]);
                return JoinAsync(row);
            },
            one);
        _conclusion = new(row => table.Conclusion[row] = bodies.Join(table.Analysis[row], table.Trivia[row]), many);
    }

    internal DataflowBlocks(AsyncBodies bodies, ValueTable table, int inFlight)
        : this(table)
    {
        ExecutionDataflowBlockOptions options = Options(Math.Max(1, inFlight / OverheadGraph.Columns));
        _topic = new(
            async row =>
            {
                table.Topic[row] = await bodies.Topic(row, CancellationToken.None).ConfigureAwait(false);
                await FanOutAsync(row).ConfigureAwait(false);
            },
            options);
        _summary = new(
            async row =>
            {
                table.Summary[row] = await bodies.Step(table.Topic[row], CancellationToken.None).ConfigureAwait(false);
                await SendAsync(_analysis!, row).ConfigureAwait(false);
            },
            options);
        _trivia = new(
            async row =>
            {
                table.Trivia[row] = await bodies.Step(table.Topic[row], CancellationToken.None).ConfigureAwait(false);
                await JoinAsync(row).ConfigureAwait(false);
            },
            options);
        _analysis = new(
            async row =>
            {
                table.Analysis[row] = await bodies.Step(table.Summary[row], CancellationToken.None).ConfigureAwait(false);
                await JoinAsync(row).ConfigureAwait(false);
            },
            options);
        _conclusion = new(
            async row => table.Conclusion[row] = await bodies.Join(table.Analysis[row], table.Trivia[row], CancellationToken.None).ConfigureAwait(false),
            options);
    }

    private DataflowBlocks(ValueTable table)
    {
        _table = table;
        _arrived = new int[table.Rows];
        _topic = _summary = _trivia = _analysis = _conclusion = null!;
    }

    internal async Task RunAsync(Receiver receiver)
    {
        for (int row = 0; row < _table.Rows; row++)
        {
            if (!_topic.Post(row))
                await _topic.SendAsync(row).ConfigureAwait(false);
        }

        foreach (ActionBlock<int> block in new[] { _topic, _summary, _trivia, _analysis, _conclusion })
        {
            block.Complete();
            await block.Completion.ConfigureAwait(false);
        }

        receiver.Take(_table.Conclusion);
    }

    private static ExecutionDataflowBlockOptions Options(int parallelism) =>
        new() { BoundedCapacity = Capacity, MaxDegreeOfParallelism = parallelism };

    private static Task SendAsync(ActionBlock<int> block, int row) => block.Post(row) ? Task.CompletedTask : block.SendAsync(row);

    private Task FanOutAsync(int row)
    {
        Task one = SendAsync(_summary, row);
        Task other = SendAsync(_trivia, row);
        return one.IsCompletedSuccessfully ? other : other.IsCompletedSuccessfully ? one : Task.WhenAll(one, other);
    }

    private Task JoinAsync(int row) => Interlocked.Increment(ref _arrived[row]) == 2 ? SendAsync(_conclusion, row) : Task.CompletedTask;
}
