using ExecGraph.Execution;

namespace ExecGraph;

/// <summary>A run under way. Disposing it stops it and waits until every cell that has begun has ended.</summary>
/// <remarks>Thread-safe; its rows are one stream, read once, by one reader.</remarks>
public sealed class GraphRun : IAsyncDisposable
{
    private readonly Engine _engine;
    private int _readers;

    internal GraphRun(Engine engine) => _engine = engine;

    /// <summary>
    /// The finished row groups, in the order that <see cref="RunOptions.Output"/> says; groups without a surviving row are left out.
    /// If the run fails, the groups finished before come first, then the exception is thrown. Leaving the loop stops the run.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rows are being read, or were read, already; or the run hands out none.</exception>
    public IAsyncEnumerable<RowGroup> RowGroups => ReadAsync();

    /// <summary>The surviving rows: the same stream as <see cref="RowGroups"/>, row by row.</summary>
    /// <inheritdoc cref="RowGroups" path="/exception"/>
    public IAsyncEnumerable<Row> Rows => ReadRowsAsync();

    /// <summary>
    /// Ends when the run has ended: with its report, with the <see cref="CellFailedException"/> or other exception that ended it, or
    /// with <see cref="OperationCanceledException"/> carrying the caller's token if the caller cancelled.
    /// </summary>
    public Task<RunReport> Completion => _engine.Completion;

    /// <summary>How far the run is. Cheap enough for a progress line; not meant for a loop.</summary>
    public RunProgress Snapshot() => _engine.Snapshot();

    /// <summary>
    /// Says why a cell is not running now: what it waits for and, where that is known, since when or until when. May be asked at any time, also from a cell, and after the run has ended.
    /// </summary>
    /// <remarks>A snapshot, taken while the run goes on and at the expense of who asks: it may take some milliseconds. The output's order is no part of it.</remarks>
    /// <param name="row">The row, from 0.</param>
    /// <param name="column">The name of a column or of a side output.</param>
    /// <exception cref="ArgumentException">The graph has no such column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row. While a source has not ended, it has any.</exception>
    public CellExplanation Explain(long row, string column) => _engine.Explainer.Explain(row, column);

    /// <inheritdoc cref="Explain(long, string)"/>
    public CellExplanation Explain(long row, IColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Explain(row, column.Name);
    }

    /// <summary>Says what the run is doing, and what it waits for: by column, by limit, and which calls have run longest. May be asked at any time, also after the run has ended.</summary>
    /// <inheritdoc cref="Explain(long, string)" path="/remarks"/>
    public RunExplanation Explain() => _engine.Explain();

    /// <summary>
    /// Stops the run: nothing further begins, no source is read any more, what is under way may end, and the row groups that are complete are handed out. Calls that
    /// are still under way after the grace time have their token cancelled.
    /// </summary>
    /// <param name="grace">0 or more; null for <see cref="RunOptions.StopGrace"/>.</param>
    /// <returns><see cref="Completion"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace time is negative.</exception>
    public Task<RunReport> StopAsync(TimeSpan? grace = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace ?? TimeSpan.Zero, TimeSpan.Zero, nameof(grace));
        _engine.StopGently(grace);
        return Completion;
    }

    /// <summary>Stops the run unless it has ended, and waits for what has begun. Never throws what the run failed with.</summary>
    public async ValueTask DisposeAsync()
    {
        _engine.Stop(Engine.StopReason.Reader);
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async IAsyncEnumerable<RowGroup> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_engine.Output is not { } groups)
            throw new InvalidOperationException("This run hands out no rows: it was started with OutputOrder.None or by RunAsync.");
        if (Interlocked.Exchange(ref _readers, 1) != 0)
            throw new InvalidOperationException("A run's rows are one stream and can be read once, by RowGroups or by Rows.");
        _engine.Window.Output.HasReader = true;
        bool ended = false;
        try
        {
            while (await groups.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (groups.TryRead(out RowGroup? group))
                {
                    yield return group;
                    _engine.GroupRead();
                }
            }

            ended = true;
        }
        finally
        {
            if (!ended)
                _engine.Stop(Engine.StopReason.Reader);
        }
    }

    private async IAsyncEnumerable<Row> ReadRowsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RowGroup group in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int position = 0; position < group.Count; position++)
                yield return group[position];
        }
    }
}
