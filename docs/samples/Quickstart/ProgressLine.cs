using System.Globalization;
using ExecGraph;

namespace Quickstart;

/// <summary>Shows how far a run is until it is disposed: one line written over and over on a terminal, a line now and then in a file.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private const int Width = 78;

    private readonly GraphRun _run;
    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly PeriodicTimer _timer;
    private readonly Task _showing;

    public ProgressLine(GraphRun run, TextWriter output, bool isTerminal)
    {
        _run = run;
        _output = output;
        _isTerminal = isTerminal;
        _timer = new PeriodicTimer(TimeSpan.FromMilliseconds(isTerminal ? 100 : 2000));
        _showing = ShowAsync();
    }

    public static string Describe(RunProgress progress)
    {
        long restored = progress.RowsRestored * (progress.CellCount / Math.Max(1, progress.RowCount ?? 1) ?? 0);
        string share = progress.CellCount is > 0 and { } all ? $"{100 * (progress.CellsCompleted + restored) / all,3} %" : "reading";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{share}  {progress.CellsCompleted,9:N0} cells  {progress.RowsCompleted,7:N0} rows  {progress.CellsInFlight,3} in review  {progress.Elapsed.TotalSeconds,5:F1} s");
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _showing;
        Show();
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
        string line = Describe(_run.Snapshot());
        if (_isTerminal)
            _output.Write($"\r{line,-Width}");
        else
            _output.WriteLine(line);
    }
}
