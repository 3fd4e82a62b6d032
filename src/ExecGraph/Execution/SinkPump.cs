using System.Threading.Channels;

namespace ExecGraph.Execution;

/// <summary>Gives finished row groups to the sinks, in order, and behind them to the reader, if one is wanted. Notes in the store how far the sinks are.</summary>
internal sealed class SinkPump
{
    /// <summary>How long a sink may be ahead of what the store says about it: what is written again after a crash.</summary>
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    private readonly Engine _engine;
    private readonly RunOptions _options;
    private readonly Channel<RowGroup>? _toReader;
    private readonly Guid _run = Guid.NewGuid();
    private readonly long[] _next;
    private long _flushed;
    private Task? _completion;
    private bool _isDirty;

    /// <param name="engine">The run.</param>
    /// <param name="options">Its options, which name the sinks.</param>
    internal SinkPump(Engine engine, RunOptions options)
    {
        _engine = engine;
        _options = options;
        _next = new long[options.Sinks.Count];
        if (options.Output != OutputOrder.None)
            _toReader = Channel.CreateUnbounded<RowGroup>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = options.Host.ContinuesInline });
    }

    /// <summary>Groups that every sink has; null where the run hands out none.</summary>
    internal ChannelReader<RowGroup>? Reader => _toReader?.Reader;

    /// <summary>Ends when every sink has what is finished, or one of them has failed, which stops the run. Never fails.</summary>
    /// <returns>A task that ends with the sinks. Where the run has ended before they were opened, they are only given back.</returns>
    internal Task EndedAsync() => _completion ?? DisposeAsync();

    internal void Start() => _completion = RunAsync();

    /// <summary>Nothing more comes.</summary>
    internal void End(Exception? error) => _toReader?.Writer.TryComplete(error);

    private async Task RunAsync()
    {
        try
        {
            for (int i = 0; i < _next.Length; i++)
                await OpenAsync(i).ConfigureAwait(false);
            _flushed = _options.TimeProvider.GetTimestamp();
            ChannelReader<RowGroup> groups = _engine.Window.Output.Reader;
            while (await WaitAsync(groups).ConfigureAwait(false))
            {
                while (groups.TryRead(out RowGroup? group))
                    await PassOnAsync(group).ConfigureAwait(false);
            }

            await FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _engine.Lose(exception);
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for a group. While none comes, what the sinks have is made durable when its time has come.</summary>
    private async ValueTask<bool> WaitAsync(ChannelReader<RowGroup> groups)
    {
        Task<bool> coming = groups.WaitToReadAsync().AsTask();
        if (_isDirty && _engine.Store is not null && !coming.IsCompleted)
        {
            try
            {
                await coming.WaitAsync(FlushEvery, _options.TimeProvider).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        return await coming.ConfigureAwait(false);
    }

    private async Task DisposeAsync()
    {
        for (int i = 0; i < _next.Length; i++)
        {
            try
            {
                await _options.Sinks[i].DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                _engine.Lose(Failure(i, "could not be closed", exception));
            }
        }
    }

    private async ValueTask OpenAsync(int sink)
    {
        SinkStart start = _engine.Store?.StartOf(sink) ?? new SinkStart(_run, 0, null);
        _next[sink] = start.NextRowGroup;
        try
        {
            await _options.Sinks[sink].OpenAsync(start).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Failure(sink, "could not be opened", exception);
        }
    }

    private async ValueTask PassOnAsync(RowGroup group)
    {
        for (int i = 0; i < _next.Length; i++)
        {
            if (group.Index < _next[i])
                continue; // it has it from an earlier run
            try
            {
                await _options.Sinks[i].WriteAsync(group).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                throw Failure(i, $"could not write row group {group.Index} (rows {group.FirstRow} and following)", exception);
            }

            _next[i] = group.Index + 1;
            _isDirty = true;
        }

        if (_toReader is not null)
            _toReader.Writer.TryWrite(group);
        else
            _engine.GroupRead();
        if (_isDirty && _engine.Store is not null && _options.TimeProvider.GetElapsedTime(_flushed) >= FlushEvery)
            await FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask FlushAsync()
    {
        for (int i = 0; i < _next.Length; i++)
        {
            long position;
            try
            {
                position = await _options.Sinks[i].FlushAsync().ConfigureAwait(false);
                if (position < 0)
                    throw new InvalidOperationException($"It says that its position is {position}, which is negative.");
            }
            catch (Exception exception)
            {
                throw Failure(i, "could not make durable what was written", exception);
            }

            // Behind the groups in the store's log, so that what is said here is true as soon as it is found.
            if (_engine.Store is { } store && _isDirty)
                await store.SaveSinkAsync(i, new SinkRecord(_next[i], position)).ConfigureAwait(false);
        }

        _isDirty = false;
        _flushed = _options.TimeProvider.GetTimestamp();
    }

    private InvalidOperationException Failure(int sink, string what, Exception exception) =>
        new($"Sink {sink} ({_options.Sinks[sink].GetType().Name}) {what}: {exception.Message}", exception);
}

/// <summary>How far a sink is.</summary>
/// <param name="Next">The group that comes next.</param>
/// <param name="Position">What the sink said.</param>
internal sealed record SinkRecord(long Next, long Position);
