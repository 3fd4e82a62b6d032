namespace ExecGraph.Benchmarks;

/// <summary>A task for each cell, which awaits the tasks of the cells it needs, then its turn at a semaphore.</summary>
internal sealed class TaskPerCell
{
    private const int MaxOpenRowGroups = 8;

    private readonly AsyncBodies _bodies;
    private readonly ValueTable _table;
    private readonly SemaphoreSlim _turns;

    private TaskPerCell(AsyncBodies bodies, ValueTable table, SemaphoreSlim turns)
    {
        _bodies = bodies;
        _table = table;
        _turns = turns;
    }

    internal static async Task RunAsync(AsyncBodies bodies, ValueTable table, int inFlight, Receiver receiver)
    {
        using var turns = new SemaphoreSlim(inFlight);
        await new TaskPerCell(bodies, table, turns).RunAsync().ConfigureAwait(false);
        receiver.Take(table.Conclusion);
    }

    private async Task RunAsync()
    {
        var open = new Queue<Task>();
        for (int first = 0; first < _table.Rows; first += ExecutionGraph.DefaultRowGroupSize)
        {
            if (open.Count == MaxOpenRowGroups)
                await open.Dequeue().ConfigureAwait(false);
            var rows = new Task[Math.Min(ExecutionGraph.DefaultRowGroupSize, _table.Rows - first)];
            for (int i = 0; i < rows.Length; i++)
                rows[i] = Row(first + i);
            open.Enqueue(Task.WhenAll(rows));
        }

        await Task.WhenAll(open).ConfigureAwait(false);
    }

    private Task Row(int row)
    {
        Task<int> topic = TopicAsync(row);
        Task<int> trivia = StepAsync(topic, _table.Trivia, row);
        Task<int> analysis = StepAsync(StepAsync(topic, _table.Summary, row), _table.Analysis, row);
        return ConclusionAsync(analysis, trivia, row);
    }

    private async Task<int> TopicAsync(int row)
    {
        await _turns.WaitAsync().ConfigureAwait(false);
        try
        {
            return _table.Topic[row] = await _bodies.Topic(row, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<int> StepAsync(Task<int> input, int[] column, int row)
    {
        int value = await input.ConfigureAwait(false);
        await _turns.WaitAsync().ConfigureAwait(false);
        try
        {
            return column[row] = await _bodies.Step(value, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task ConclusionAsync(Task<int> analysis, Task<int> trivia, int row)
    {
        int a = await analysis.ConfigureAwait(false);
        int b = await trivia.ConfigureAwait(false);
        await _turns.WaitAsync().ConfigureAwait(false);
        try
        {
            _table.Conclusion[row] = await _bodies.Join(a, b, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }
}
