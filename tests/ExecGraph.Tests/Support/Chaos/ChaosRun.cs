namespace ExecGraph.Tests.Support.Chaos;

/// <summary>One run of a case: starts it, reads it, stops it as the case says, and keeps what it gave.</summary>
internal sealed class ChaosRun
{
    private readonly ChaosCase _chaos;
    private readonly ChaosWorld _world;
    private readonly ChaosStop _stop;
    private readonly int _number;
    private readonly RunOptions _options;
    private readonly ChaosResult _result = new();

    internal ChaosRun(ChaosCase chaos, int number, ChaosWorld world, CallJournal journal, Limiter[] limiters)
    {
        (_chaos, _number, _world) = (chaos, number, world);
        _stop = number == 0 ? chaos.Stop : new ChaosStop(StopKind.None, 0, null);
        var options = new ChaosOptions(chaos, world, limiters);
        _options = options.OfRun(number, Dropped);
        Table = new ChaosTable(chaos, options, new ChaosCalls(chaos, number, world, journal), _stop.Kind == StopKind.SourceThrows);
    }

    internal ChaosTable Table { get; }

    internal ChaosStop Stop => _stop;

    internal ChaosResult Result => _result;

    internal int Number => _number;

    internal async Task<ChaosResult> RunAsync()
    {
        using var caller = new CancellationTokenSource();
        _result.CallerToken = caller.Token;
        GraphRun run = Table.Graph.Run(_options, caller.Token);
        await using (ITimer? timer = StopLater(run, caller))
        {
            try
            {
                await using (run)
                {
                    if (_chaos.Settings.Output != OutputOrder.None)
                        await ReadAsync(run);
                    else
                        await ((Task)run.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            catch (ReaderException)
            {
                // What it must not do is hide behind a run that counts as complete.
            }
        }

        try
        {
            _result.Report = await run.Completion;
        }
        catch (Exception exception)
        {
            _result.Failure = exception;
        }

        _result.AtEnd = run.Snapshot();
        return _result;
    }

    private async Task ReadAsync(GraphRun run)
    {
        try
        {
            await foreach (RowGroup group in run.RowGroups)
            {
                foreach (Row row in group)
                {
                    if (_result.Rows.Count >= _stop.At && _stop.Kind is StopKind.ReaderLeaves or StopKind.ReaderThrows)
                    {
                        StopAsked();
                        if (_stop.Kind == StopKind.ReaderThrows)
                            throw new ReaderException();
                        return;
                    }

                    _result.Rows.Add((row.Index, [.. Table.Kept.Select(column => (row.Get(column), row.IsSkipped(column)))]));
                }

                if (_chaos.Settings.ReaderPause > 0)
                    await _world.Wait(_chaos.Settings.ReaderPause / 4.0, CancellationToken.None);
            }

            _result.ReadToEnd = true;
        }
        catch (Exception exception) when (exception is not ReaderException)
        {
            _result.ReadFailure = exception;
            _result.ReadToEnd = true;
        }
    }

    private ITimer? StopLater(GraphRun run, CancellationTokenSource caller)
    {
        if (_stop.Kind is not (StopKind.StopAsync or StopKind.Cancel))
            return null;
        return _world.Clock.CreateTimer(
            _ =>
            {
                StopAsked();
                if (_stop.Kind == StopKind.Cancel)
                    caller.Cancel();
                else
                    _ = run.StopAsync(_stop.Grace is { } grace ? _world.Time(grace) : null);
            },
            null,
            _world.Time(_stop.At / 4.0),
            Timeout.InfiniteTimeSpan);
    }

    private void Dropped(CellFailure failure)
    {
        int told;
        lock (_result.Told)
        {
            _result.Told.Add(failure);
            told = _result.Told.Count;
        }

        if (_stop.Kind != StopKind.DropCallbackThrows || told <= _stop.At)
            return;
        StopAsked();
        throw new CallbackException();
    }

    private void StopAsked() => _result.StopAskedAt ??= _world.Clock.GetTimestamp();
}
