using ExecGraph;

namespace Enrichment;

/// <summary>Shows how far a run is until it is disposed: one line written over and over on a terminal, a line a second in a file.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private const int Width = 78;

    private readonly GraphRun _run;
    private readonly CallTally _calls;
    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly PeriodicTimer _timer;
    private readonly Task _showing;

    public ProgressLine(GraphRun run, CallTally calls, TextWriter output, bool isTerminal)
    {
        _run = run;
        _calls = calls;
        _output = output;
        _isTerminal = isTerminal;
        _timer = new PeriodicTimer(TimeSpan.FromMilliseconds(isTerminal ? 100 : 1000));
        _showing = ShowAsync();
    }

    public static string Describe(RunProgress progress, int limit, int rateLimited)
    {
        // Not by cells: those of a dropped row are never completed.
        long share = 100 * (progress.RowsCompleted + progress.DroppedRows) / Math.Max(1, progress.RowCount ?? 0);
        return $"{share,3} %  {progress.RowsCompleted,5:N0} rows  {progress.DroppedRows,3:N0} dropped  {$"{progress.CellsInFlight} of {limit}",10} at once  "
            + $"{rateLimited,3:N0} rate-limited  {progress.Elapsed.TotalSeconds,5:F1} s";
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _showing;
        Show();
        _output.WriteLine();
        if (_isTerminal)
            _output.WriteLine();
    }

    private async Task ShowAsync()
    {
        while (await _timer.WaitForNextTickAsync())
            Show();
    }

    private void Show()
    {
        string line = Describe(_run.Snapshot(), _calls.Limit, _calls.RateLimited);
        if (_isTerminal)
            _output.Write($"\r{line,-Width}");
        else
            _output.WriteLine(line);
    }
}
