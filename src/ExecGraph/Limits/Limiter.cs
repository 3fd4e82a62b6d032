using System.Threading.RateLimiting;
using ExecGraph.Limits;

namespace ExecGraph;

/// <summary>
/// A named limit that columns share, of one graph or many, in one run or many at a time: calls at once, calls in a window of time, weighted
/// permits in a window of time, and what the service itself bears. The name is for pictures and reports; what is shared is the object.
/// </summary>
/// <remarks>
/// <para>Thread-safe; what can be set can be set at any time, and holds for every call that begins afterwards. Waiting for a limiter holds no
/// worker and no other limiter's permit. Who waits is served in turn, over all runs; a cell that does not fit yet is not overtaken.</para>
/// <para>A call takes its place among the calls at once and its share of both windows together, at the instant at which it is admitted, right
/// before it is made; then it is counted, however it ends. A call over many rows (a batch of a stream, a barrier) is one call.</para>
/// <para>Each limit may be exceeded by no call, and none is idle while the cell whose turn it is would be admitted: it is made at the instant at
/// which the window has room again.</para>
/// </remarks>
public sealed class Limiter
{
    private readonly Admission _admission;
    private TimeProvider? _clock;

    /// <param name="name">Shown in the graph's picture and in reports; not empty.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Limiter(string name)
        : this(name, new Admission(adapted: null))
    {
    }

    /// <summary>Adapts a limiter of another kind; what is set here holds besides it.</summary>
    /// <remarks>
    /// Each call acquires one permit, and its lease is disposed when the call ends. Where the limiter queues, its queue is waited in; where it does
    /// not, it is asked again after the time that its lease names, or every 50 ms and whenever a call ends. It keeps its own time and may
    /// grant what is not used then, so neither exactness nor virtual time is promised. It is not disposed. If it throws, the runs that wait for it fail.
    /// </remarks>
    /// <param name="name">Shown in the graph's picture and in reports; not empty.</param>
    /// <param name="rateLimiter">The limiter.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Limiter(string name, RateLimiter rateLimiter)
        : this(name, new Admission(rateLimiter ?? throw new ArgumentNullException(nameof(rateLimiter))))
    {
    }

    private Limiter(string name, Admission admission)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _admission = admission;
    }

    /// <summary>The limiter's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Calls under way at once, 1 or more; default: no limit. May be changed at any time: a lower limit takes effect as calls end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxConcurrency
    {
        get => _admission.Max;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _admission.SetMax(value);
        }
    }

    /// <summary>
    /// Calls in a window of time; null, the default, for no limit. May be changed at any time. Calls are counted as long as there is a limit; those
    /// before are not known to it.
    /// </summary>
    public RateLimit? Requests
    {
        get => _admission.RequestLimit;
        set => _admission.SetRequests(value);
    }

    /// <summary>
    /// Weighted permits in a window of time, such as tokens; null, the default, for no limit. A call takes what <see cref="CellOptions.Weight"/>
    /// estimates, nothing without it, and is corrected by <see cref="CellContext.ReportWeight"/>: what was too much is given back to the window that it was
    /// taken from, what was too little is held against later calls. May be changed at any time, like <see cref="Requests"/>.
    /// </summary>
    public RateLimit? Weight
    {
        get => _admission.WeightLimit;
        set => _admission.SetWeight(value);
    }

    /// <summary>How a <see cref="RateLimitedException"/> is answered. Default: fewer calls at once, then slowly more.</summary>
    public AdaptiveConcurrency Adaptive
    {
        get;
        init
        {
            field = value ?? throw new ArgumentNullException(nameof(value));
            _admission.Configure(value);
        }
    } = new();

    /// <summary>
    /// Tells which exceptions mean that a call came too often, and what to do about it; null for those that do not. Asked by the worker that found the
    /// failure, perhaps by several at a time. What it throws is the cell's failure. Default: only a <see cref="RateLimitedException"/> does.
    /// </summary>
    public Func<Exception, RateLimitedException?>? Classify { get; init; }

    /// <summary>The clock of windows and pauses. Runs with another clock are refused. Default: null, the clock of the first run that uses the limiter.</summary>
    public TimeProvider? TimeProvider { get => Volatile.Read(ref _clock); init => _clock = value; }

    /// <summary>Calls under way now, over all runs.</summary>
    public int CurrentConcurrency => _admission.Taken;

    /// <summary>Calls at once that are allowed now: <see cref="MaxConcurrency"/>, or less if the service has said "too often" of late.</summary>
    public int CurrentLimit => _admission.Limit;

    internal Admission Admission => _admission;

    /// <summary>Whether a run with this clock may use the limiter; the first one settles it.</summary>
    internal bool TryUse(TimeProvider clock)
    {
        TimeProvider own = Interlocked.CompareExchange(ref _clock, clock, null) ?? clock;
        if (!ReferenceEquals(own, clock))
            return false;
        _admission.UseClock(clock);
        return true;
    }
}
