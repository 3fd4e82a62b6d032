using System.Threading.RateLimiting;

namespace ExecGraph.Limits;

/// <summary>
/// The leases of a limiter that is not ours: acquired when somebody waits, one for each call, disposed when it ends. The foreign limiter is
/// called on a thread of the pool, never under a lock of ours.
/// </summary>
/// <remarks>Leases of one limiter are alike, so a call that ends gives back any of them.</remarks>
internal sealed class LeaseStock(RateLimiter limiter, Admission admission, Lock @lock)
{
    /// <summary>How long to wait where the limiter neither queues nor says how long, unless a call ends before.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Stack<RateLimitLease> _free = new();
    private readonly Stack<RateLimitLease> _used = new();
    private readonly Stack<RateLimitLease> _returned = new();
    private CancellationTokenSource? _attempt;
    private TimeProvider _clock = TimeProvider.System;
    private long _wanted;
    private bool _isAcquiring;
    private long _disposed;
    private long _disposedBefore;
    private bool _isPending;
    private bool _isPausing;

    /// <summary>Leases that no call has.</summary>
    internal int Free => _free.Count;

    internal void UseClock(TimeProvider clock) => _clock = clock;

    internal void Use_NeedsLock(int leases) => Move(_free, _used, leases);

    internal void Return_NeedsLock(int leases) => Move(_used, _returned, leases);

    /// <summary>So many more calls could begin; those who wait could use as many as they say.</summary>
    internal void Want_NeedsLock(long room, List<LimiterSeat> waiting, int reserved)
    {
        long asked = 0;
        foreach (LimiterSeat seat in waiting)
            asked += seat.Wanted;
        _wanted = Math.Min(room, asked);
        if (_free.Count > reserved)
            Move(_free, _returned, _free.Count - reserved); // nobody waits for it: the limiter may have use for it
        if (_wanted <= 0)
        {
            if (_isPending || _isPausing)
                _ = _attempt?.CancelAsync(); // not at once: what waits for it goes on at once, and would do so under the lock
        }
        else if (!_isAcquiring)
        {
            _isAcquiring = true;
            ThreadPool.UnsafeQueueUserWorkItem(static stock => _ = stock.AcquireAsync(), this, preferLocal: false);
        }
    }

    /// <summary>Gives back the leases of calls that have ended. Outside the lock: they are foreign code.</summary>
    /// <remarks>If one of them throws, the runs that wait for the limiter fail.</remarks>
    internal void DisposeReturned()
    {
        Exception? failure = null;
        while (true)
        {
            RateLimitLease? lease;
            lock (@lock)
            {
                if (!_returned.TryPop(out lease))
                    break;
            }

            try
            {
                lease.Dispose();
            }
            catch (Exception exception)
            {
                failure ??= exception;
            }

            lock (@lock)
            {
                _disposed++;
                if (_isPausing)
                    _ = _attempt?.CancelAsync(); // this may be the very lease that the limiter waits for
            }
        }

        if (failure is not null)
            admission.LeasesFailed(failure);
    }

    private static void Move(Stack<RateLimitLease> from, Stack<RateLimitLease> to, int leases)
    {
        for (int i = 0; i < leases; i++)
            to.Push(from.Pop());
    }

    private async Task AcquireAsync()
    {
        try
        {
            while (TryBegin() is { } attempt)
            {
                try
                {
                    ValueTask<RateLimitLease> acquiring = limiter.AcquireAsync(1, attempt.Token);
                    if (!acquiring.IsCompleted && !TrySetPending())
                        await attempt.CancelAsync().ConfigureAwait(false);
                    RateLimitLease lease = await acquiring.ConfigureAwait(false);
                    if (lease.IsAcquired)
                        Add(lease);
                    else
                        await PauseAsync(lease, attempt).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (attempt.IsCancellationRequested)
                {
                    // Nobody waits any more, or it is worth trying again.
                }
                finally
                {
                    lock (@lock)
                        _isPending = _isPausing = false;
                }
            }
        }
        catch (Exception exception)
        {
            lock (@lock)
                _isAcquiring = false;
            admission.LeasesFailed(exception);
        }
    }

    private CancellationTokenSource? TryBegin()
    {
        lock (@lock)
        {
            _isAcquiring = _wanted > 0;
            _disposedBefore = _disposed;
            if (_attempt is { IsCancellationRequested: true })
                _attempt = null;
            return _isAcquiring ? _attempt ??= new CancellationTokenSource() : null;
        }
    }

    /// <returns>False if nobody waits any more, and whoever saw to that did not know of this.</returns>
    private bool TrySetPending()
    {
        lock (@lock)
            return _isPending = _wanted > 0;
    }

    private void Add(RateLimitLease lease)
    {
        lock (@lock)
            _free.Push(lease);
        admission.LeasesChanged();
    }

    private async Task PauseAsync(RateLimitLease refused, CancellationTokenSource attempt)
    {
        TimeSpan pause = refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan named) && named > TimeSpan.Zero ? named : Poll;
        refused.Dispose();
        lock (@lock)
        {
            _isPausing = _wanted > 0;
            if (!_isPausing || _disposed != _disposedBefore)
                return;
        }

        await Task.Delay(pause, _clock, attempt.Token).ConfigureAwait(false);
    }
}
