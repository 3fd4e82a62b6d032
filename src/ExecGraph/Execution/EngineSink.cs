using ExecGraph.Tracking;

namespace ExecGraph.Execution;

/// <summary>Hands what the frontier reports about one group to the worker that completed something in it.</summary>
internal readonly struct EngineSink(Worker worker, ActiveRowGroup group) : IReadySink
{
    public void Cells(RowGroupBitmaps bitmaps, int column, int word, ulong cells) => worker.Ready(column, group, word, cells);

    public void GroupBarrier(RowGroupBitmaps bitmaps, int column) => worker.BarrierReady(column, group);

    public void DatasetBarrier(int column) => throw new InvalidOperationException("The engine counts dataset barriers by stage.");

    public void Settled(RowGroupBitmaps bitmaps) => worker.Settled(group);
}
