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
        Limiter? limiter = column.Options.Limiter;
        RateLimitedException? rejection;
        ExecutionContext? context = ExecutionContext.Capture();
        try
        {
            rejection = RateLimitedException.FindIn(failure, limiter?.Classify);
        }
        catch (Exception exception)
        {
            failure = new AggregateException($"Limiter '{limiter!.Name}' could not classify what a call of column '{column.Name}' threw.", exception, failure);
            rejection = null;
        }

        CellIsolation.Restore(context);
        if (rejection is null)
        {
            limiter?.Admission.Ended(succeeded: 0, failed: 1);
            return failure;
        }

        column.CountRejection();
        limiter?.Admission.Rejected(rejection.RetryAfter);
        return new RejectedCall(limiter is not null ? TimeSpan.Zero : column.PauseOf(timeProvider).After(rejection.RetryAfter));
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
