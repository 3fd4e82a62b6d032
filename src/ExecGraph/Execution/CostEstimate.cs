namespace ExecGraph.Execution;

/// <summary>
/// How long a cell of a column keeps its thread, measured now and then: a slow synchronous column's runs are handed out cell by cell, so
/// that ten cells of a second each use ten workers. Not known counts as slow.
/// </summary>
/// <remarks>Racy by design: a lost update costs one more measurement.</remarks>
internal sealed class CostEstimate(TimeProvider timeProvider)
{
    private const double SlowMicroseconds = 20;
    private const uint MeasureEvery = 64;
    private const double MicrosecondsOfAnItem = 50;

    private double _microseconds = double.PositiveInfinity;

    internal bool IsSlow => _microseconds > SlowMicroseconds;

    /// <summary>Cells that a worker takes at once where rows wait in bulk: some time's worth, at least a word, so that others get their share.</summary>
    internal int CellsOfAnItem { get; private set; } = 64;

    /// <summary>Calls that one thread may take back, and begin as many, in some time: if more wait, another thread is worth it.</summary>
    internal int CallsOfATaker { get; private set; } = 1;

    /// <summary>A time stamp if these runs are to be measured, else 0. A slow column is measured at each run: that is cheap beside it.</summary>
    /// <remarks>The first runs are measured more often than later ones: what the code costs before it is compiled for good is soon out of date.</remarks>
    /// <param name="before">How many runs of the column the caller has begun before.</param>
    /// <param name="runs">How many it begins now.</param>
    internal long Begin(uint before, uint runs = 1)
    {
        uint changed = before ^ (before + runs);
        bool isDue = changed >= MeasureEvery || changed > before; // a multiple, or a power of two, lies between them
        return isDue || IsSlow ? timeProvider.GetTimestamp() : 0;
    }

    internal void End(long begun, int cells)
    {
        if (begun == 0 || cells == 0)
            return;
        double sample = timeProvider.GetElapsedTime(begun).TotalMicroseconds / cells;
        _microseconds = double.IsPositiveInfinity(_microseconds) ? sample : (_microseconds + sample) / 2;
        CellsOfAnItem = (int)Math.Clamp(MicrosecondsOfAnItem / _microseconds, 64, 4096);
        CallsOfATaker = (int)Math.Clamp(MicrosecondsOfAnItem / _microseconds, 1, 32);
    }
}
