using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Hands what the frontier reports about one group to the worker that completed something in it.</summary>
/// <param name="worker">The worker.</param>
/// <param name="group">The group.</param>
/// <param name="follows">Whether the worker goes on with what becomes ready; all of it is in the word of the completion.</param>
internal readonly struct EngineSink(Worker worker, ActiveRowGroup group, bool follows) : IReadySink
{
    public void Cells(RowGroupBitmaps bitmaps, int column, int word, ulong cells)
    {
        if (!follows || !worker.TryFollow(column, word, cells))
            worker.Ready(column, group, word, cells);
    }

    public void GroupBarrier(RowGroupBitmaps bitmaps, int column) => worker.BarrierReady(column, group);

    public void DatasetBarrier(int column) => throw new InvalidOperationException("The engine counts dataset barriers by stage.");

    public void Settled(RowGroupBitmaps bitmaps) => worker.Settled(group);
}
