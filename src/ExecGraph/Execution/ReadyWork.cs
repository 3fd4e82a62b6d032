using ExecGraph.Definition;
using ExecGraph.Limits;

namespace ExecGraph.Execution;

/// <summary>Says where a cell, or a barrier's call, is that has all that it needs: under way, waiting for another attempt, for its turn, or for a permit.</summary>
internal sealed class ReadyWork(Engine engine, RunOptions options)
{
    /// <param name="cell">The cell to be explained.</param>
    /// <param name="sought">It, or the call that it waits for.</param>
    /// <param name="next">Comes back as another cell that it waits for, if it does.</param>
    internal CellExplanation Explain(SoughtCell cell, SoughtWork sought, out (long Row, ColumnPlan Column)? next)
    {
        next = null;
        if (engine.Retries.Find(sought) is { } wait)
            return Waiting(cell, sought, wait);
        if (Running(sought) is { } running)
            return Running(cell, sought, running.Attempt, cell.Now.Of(running.Since));
        if (!sought.IsCall && sought.Queue is OrderedQueue { HeadRow: { } head } && head < cell.Row)
        {
            next = (head, cell.Column);
            return cell.Say(CellStanding.WaitingForEarlierRow, $"is ready, but its column is order-dependent and is at row {head}") with { EarlierRow = head };
        }

        if (!sought.IsCall && sought.Queue is StreamQueue { RowsShort: > 0 and var rowsShort } stream)
        {
            FormattableString sentence = $"is ready and waits for {SoughtCell.Count(rowsShort, "more row")}: a batch is to have {stream.Least}, and more are on their way";
            return cell.Say(CellStanding.WaitingForBatch, sentence) with { CellsShort = rowsShort };
        }

        return Waiting(cell, sought);
    }

    private static CellExplanation Waiting(SoughtCell cell, SoughtWork sought, RetryWait wait)
    {
        DateTimeOffset due = cell.Now.After(wait.Delay - cell.Now.Age(wait.Begun));
        string what = sought.IsCall ? "waits for its barrier's call, which waits" : "waits";
        string why = wait.IsRejected ? "its service said that it came too often; attempt" : "an attempt failed; attempt";
        FormattableString sentence = $"{what} {cell.Now.Until(due)}: {why} {wait.Attempt} of {sought.Column.MaxAttempts} is next";
        return cell.Say(CellStanding.WaitingForRetry, sentence) with { Until = due, Attempt = wait.Attempt };
    }

    private static CellExplanation Running(SoughtCell cell, SoughtWork sought, int attempt, DateTimeOffset since)
    {
        string what = sought.IsCall ? "waits for its barrier's call, which has been running" : "has been running";
        FormattableString sentence = $"{what} {cell.Now.Since(since)}: attempt {attempt} of {sought.Column.MaxAttempts}";
        return cell.Say(CellStanding.Running, sentence) with { Since = since, Attempt = attempt };
    }

    /// <summary>Where it waits for a permit, or for a worker.</summary>
    private CellExplanation Waiting(SoughtCell cell, SoughtWork sought)
    {
        Lane lane = sought.Queue.Lane;
        AdmissionStanding standing = lane.Look();
        string what = sought.IsCall ? "waits for its barrier's call, which is ready and waits" : "is ready and waits";
        if (sought.Queue.Count > 0 && lane.Limiter is { } limiter && (standing.Hold != AdmissionHold.None || lane.ListedSince is not null))
        {
            DateTimeOffset? since = lane.ListedSince is { } listed ? cell.Now.Of(listed) : null;
            DateTimeOffset? until = standing.Wait is { } wait ? cell.Now.After(wait) : null;
            string waited = since is { } begun ? $"; the run has waited for it {cell.Now.Since(begun)}" : "";
            FormattableString sentence = $"{what} for limiter '{limiter.Name}': {LaneText.Of(limiter, standing, until, cell.Now)}{waited}";
            return cell.Say(CellStanding.WaitingForPermit, sentence) with { Limiter = limiter.Name, Since = since, Until = until };
        }

        if (sought.Queue.Count > 0 && standing.Hold == AdmissionHold.Concurrency)
            return cell.Say(CellStanding.WaitingForPermit, $"{what} for a permit: all {standing.Limit} of {nameof(RunOptions.MaxConcurrentCells)} are taken");
        return sought.Column.Runner.IsAsync
            ? cell.Say(CellStanding.Ready, $"{(sought.IsCall ? "waits for its barrier's call, which is ready" : "is ready")}: a worker is about to begin it")
            : cell.Say(CellStanding.Ready, $"{(sought.IsCall ? "waits for its barrier's call, which is ready" : "is ready")}: a worker computes it, or is about to ({engine.Threads.Computing} of {options.Workers} compute)");
    }

    private (int Attempt, long Since)? Running(SoughtWork sought)
    {
        foreach (CallUnderWay call in engine.Abandoned.Batches)
        {
            if (call.Covers(sought))
                return (call.Attempt, call.Since);
        }

        if (!sought.IsCall)
        {
            foreach (PendingCall call in engine.Abandoned.Pending(sought.Column))
            {
                if (ReferenceEquals(call.Tag, sought.Group) && call.Offset >> 6 == sought.Word && (1UL << call.Offset) == sought.Cell)
                    return (call.Attempt, call.Since);
            }
        }

        foreach (Worker worker in engine.Threads.All)
        {
            if (worker.Call is { } call && call.Covers(sought))
                return (call.Attempt, call.Since);
            if (worker.AtWork.TryLook(out CellsUnderWay cells) && cells.Covers(sought))
                return (cells.Attempt, cells.Since);
        }

        return null;
    }
}
