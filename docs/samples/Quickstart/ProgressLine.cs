using ExecGraph;

namespace Quickstart;

/// <summary>Shows how far a run is: one line that is written anew on a terminal, a line now and then elsewhere.</summary>
public sealed class ProgressLine : IAsyncDisposable
{
    private readonly GraphRun _run;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _loop;

    public ProgressLine(GraphRun run)
    {
        _run = run;
        _loop = ShowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loop;
        _ended.Dispose();
        Console.WriteLine(Console.IsOutputRedirected ? Describe() : $"\r{Describe(),-100}");
    }

    private async Task ShowAsync()
    {
        using var timer = new PeriodicTimer(Console.IsOutputRedirected ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(200));
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (Console.IsOutputRedirected)
                    Console.WriteLine(Describe());
                else
                    Console.Write($"\r{Describe(),-100}");
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private string Describe()
    {
        RunProgress progress = _run.Snapshot();
        string cells = progress.CellCount is { } all ? $"{progress.CellsCompleted:N0} of {all:N0} cells" : $"{progress.CellsCompleted:N0} cells";
        return $"[{progress.Elapsed:mm\\:ss}] {cells}, {progress.RowsCompleted:N0} rows finished, {progress.CellsInFlight} calls under way";
    }
}
