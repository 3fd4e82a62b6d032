using ExecGraph.Definition;

namespace ExecGraph.Execution;

/// <summary>
/// What becomes of calls that their service rejects as coming too often: not failures and not attempts, they wait again. With a limiter, the
/// limiter pauses and they wait in their queue; without one, each waits for the pause by itself.
/// </summary>
internal sealed class Rejections(Engine engine, TimeProvider timeProvider)
{
    /// <summary>Looks at what a call failed with, once for each call, and tells the column's limiter.</summary>
    /// <returns>A <see cref="RejectedCall"/> if the call is to be made again; else the failure.</returns>
    internal Exception Judge(ColumnPlan column, Exception failure)
    {
        if (Find(column, ref failure) is not { } rejection)
        {
            column.Options.Limiter?.Admission.Ended(succeeded: 0, failed: 1);
            return failure;
        }

        return Reject(column, rejection.RetryAfter);
    }

    /// <summary>Looks at what rows of a call failed with that succeeded otherwise. However many of them were rejected, it is one call, and one pause: the longest that was asked for.</summary>
    /// <returns>By position, the failure or a <see cref="RejectedCall"/>; null for no row that failed.</returns>
    internal Exception?[]? JudgeRows(ColumnPlan column, IBatchResult result, int rows)
    {
        Exception?[]? judged = null;
        var rejected = new List<int>();
        TimeSpan? longest = null;
        for (int position = 0; position < rows; position++)
        {
            if (result.FailureAt(position) is not { } failure)
                continue;
            judged ??= new Exception?[rows];
            if (Find(column, ref failure) is { } rejection)
            {
                rejected.Add(position);
                longest = longest > rejection.RetryAfter ? longest : rejection.RetryAfter ?? longest;
            }

            judged[position] = failure;
        }

        if (rejected.Count > 0)
        {
            RejectedCall again = Reject(column, longest);
            foreach (int position in rejected)
                judged![position] = again;
        }

        return judged;
    }

    internal static bool IsRejection(Exception? failure) => failure is RejectedCall;

    private static RateLimitedException? Find(ColumnPlan column, ref Exception failure)
    {
        Limiter? limiter = column.Options.Limiter;
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            return RateLimitedException.FindIn(failure, limiter?.Classify);
        }
        catch (Exception exception)
        {
            failure = new AggregateException($"Limiter '{limiter!.Name}' could not classify what a call of column '{column.Name}' threw.", exception, failure);
            return null;
        }
        finally
        {
            CellIsolation.Restore(context);
        }
    }

    private RejectedCall Reject(ColumnPlan column, TimeSpan? retryAfter)
    {
        column.CountRejection();
        column.Options.Limiter?.Admission.Rejected(retryAfter);
        return new RejectedCall(column.Options.Limiter is not null ? TimeSpan.Zero : column.PauseOf(timeProvider).After(retryAfter));
    }

    /// <summary>Whether a call was rejected.</summary>
    /// <param name="item">The call, or the part of it that lies in one word.</param>
    /// <param name="failure">What it failed with; judged here where the call is one cell.</param>
    internal bool IsRejected(in WorkItem item, ref Exception failure)
    {
        if (item.Column.Runner is CellRunner)
            failure = Judge(item.Column, failure);
        return failure is RejectedCall;
    }

    /// <summary>Makes a rejected call wait again, at the same attempt.</summary>
    internal void Delay(in WorkItem item, Exception rejected) => engine.Retries.Schedule(item, ((RejectedCall)rejected).Pause, isRejected: true);

    private sealed class RejectedCall(TimeSpan pause) : Exception
    {
        internal TimeSpan Pause => pause;
    }
}

/// <summary>How long the calls of a column without a limiter wait when its service names no time: longer from pause to pause, as long as none succeeds.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ColumnPause(TimeProvider timeProvider)
{
    private static readonly AdaptiveConcurrency Defaults = new();

    private readonly Lock _lock = new();
    private readonly long _origin = timeProvider.GetTimestamp();
    private TimeSpan _end;
    private volatile int _pauses;

    /// <summary>The wait of a call that was rejected now. Those that are rejected during a pause wait for its end.</summary>
    internal TimeSpan After(TimeSpan? retryAfter)
    {
        if (retryAfter is { Ticks: > 0 } named)
            return named;
        lock (_lock)
        {
            TimeSpan now = timeProvider.GetElapsedTime(_origin);
            if (now >= _end)
                _end = now + Defaults.CoolDownAfter(_pauses++);
            return _end - now;
        }
    }

    internal void Succeeded()
    {
        if (_pauses != 0)
            _pauses = 0;
    }
}
