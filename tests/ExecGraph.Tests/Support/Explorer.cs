using System.Globalization;
using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Text;

namespace ExecGraph.Tests.Support;

/// <summary>
/// Walks a small concurrent program through every interleaving of its atomic steps, in the manner of CHESS and loom: threads run one at
/// a time, each operation of <see cref="ExploredMemory"/> is a point where another may go on, and the schedules are walked depth-first.
/// </summary>
/// <remarks>
/// Covers sequentially consistent interleavings only. Threads may not wait for one another: a lock that is held across a step hangs the
/// exploration, and a loop that waits for another thread fails it. What a program does must depend on nothing but the schedule.
/// </remarks>
internal sealed class Explorer
{
    private const int MaxThreads = 8;
    private const int MaxSteps = 10_000;

    [ThreadStatic]
    private static ExploredThread? _running;

    private readonly Func<Scenario> _setUp;
    private readonly ScheduleTree _tree;
    private readonly bool _reduces;
    private readonly string? _replayed;
    private readonly ExploredThread[] _threads;
    private readonly MemoryStep[] _pending;
    private readonly Stack<ExplorerWorker> _idle = new();
    private readonly List<MemoryStep> _steps = [];
    private readonly SemaphoreSlim _finished = new(0);
    private Scenario _scenario;
    private int _schedules;
    private int _started;
    private uint _alive;
    private bool _isCut;
    private Exception? _failure;
    private ExceptionDispatchInfo? _broken;

    private Explorer(Func<Scenario> setUp, int? preemptionBound, bool reduces, string? replayed)
    {
        _setUp = setUp;
        _reduces = reduces;
        _replayed = replayed;
        _tree = new ScheduleTree(preemptionBound, reduces);
        _scenario = setUp();
        ArgumentOutOfRangeException.ThrowIfZero(_scenario.Threads.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_scenario.Threads.Length, MaxThreads);
        _threads = [.. _scenario.Threads.Select((_, index) => new ExploredThread(this, index))];
        _pending = new MemoryStep[_threads.Length];
    }

    /// <summary>Explores until the first failing schedule, or all of them.</summary>
    /// <param name="setUp">Makes a fresh program for each schedule.</param>
    /// <param name="preemptionBound">At most so many switches away from a thread that could go on; null for any number.</param>
    /// <param name="reduce">
    /// Runs one schedule of those that differ only in the order of steps that commute: on different locations, or both reads. Finds all that
    /// is found without, as long as threads share nothing but by these steps and <see cref="Scenario.Check"/> does not look at the order of
    /// steps on different locations. Not together with a bound, under which it would lose schedules.
    /// </param>
    internal static Exploration Explore(Func<Scenario> setUp, int? preemptionBound = null, bool reduce = false)
    {
        if (reduce && preemptionBound is not null)
            throw new ArgumentException("A bound on preemptions and reduction together would lose schedules.", nameof(reduce));
        return new Explorer(setUp, preemptionBound, reduce, replayed: null).Run();
    }

    /// <summary>Explores and fails with the schedule that went wrong.</summary>
    /// <returns>The number of schedules.</returns>
    /// <inheritdoc cref="Explore"/>
    internal static int Verify(Func<Scenario> setUp, int? preemptionBound = null, bool reduce = false)
    {
        Exploration exploration = Explore(setUp, preemptionBound, reduce);
        if (exploration.Failure is { } failure)
        {
            throw new InvalidOperationException(
                $"Schedule {exploration.Schedules} fails: {exploration.Trace} (replay \"{exploration.Schedule}\"): {failure.Message}", failure);
        }

        return exploration.Schedules;
    }

    /// <summary>Runs one schedule again, to look at it closely.</summary>
    /// <param name="setUp">As for <see cref="Explore"/>.</param>
    /// <param name="schedule">As in <see cref="Exploration.Schedule"/>.</param>
    internal static Exploration Replay(Func<Scenario> setUp, string schedule) =>
        new Explorer(setUp, preemptionBound: null, reduces: false, schedule).Run();

    /// <summary>The point before an atomic operation: another thread may go on first.</summary>
    internal static void Step(MemoryOperation operation, nint address)
    {
        if (_running is { } thread)
            thread.Explorer.Step(thread, new MemoryStep(thread.Index, operation, address));
    }

    /// <summary>Runs a thread to its end, and says who goes on here: null if this worker is to wait for its next turn.</summary>
    /// <remarks>A thread that has not begun goes on where another ended: the cheapest switch is none.</remarks>
    internal ExploredThread? RunToEnd(ExploredThread thread, ExplorerWorker worker)
    {
        thread.Worker = worker;
        _running = thread;
        try
        {
            _scenario.Threads[thread.Index]();
        }
        catch (Exception exception)
        {
            _failure ??= exception;
        }

        _running = null;
        _alive &= ~(1u << thread.Index);
        ExploredThread? next = _alive != 0 ? Next(ScheduleTree.Nobody) : NextSchedule();
        if (next is { Worker: null })
            return next;
        _idle.Push(worker);
        if (next is null)
            _finished.Release();
        else
            next.Worker!.Resume();
        return null;
    }

    private Exploration Run()
    {
        ExplorerWorker[] workers = [.. _threads.Select(_ => new ExplorerWorker(this))];
        foreach (ExplorerWorker worker in workers)
            _idle.Push(worker);
        Begin();
        _idle.Pop().Begin(Next(ScheduleTree.Nobody));
        _finished.Wait();
        foreach (ExplorerWorker worker in workers)
            worker.Begin(null);
        _broken?.Throw();
        return new Exploration(_schedules, _failure, _failure is null ? "" : Schedule(), _failure is null ? "" : Trace());
    }

    private void Begin()
    {
        _started = 0;
        _isCut = false;
        _alive = (1u << _threads.Length) - 1;
        _steps.Clear();
        foreach (ExploredThread thread in _threads)
            thread.Reset();
        _tree.Restart();
    }

    private void Step(ExploredThread thread, MemoryStep step)
    {
        _pending[thread.Index] = step;
        bool isFirst = !thread.HasArrived;
        thread.HasArrived = true;
        // What leads to a thread's first step is nobody else's business: the choice to begin it was the choice to take this step.
        if (!isFirst || _reduces)
        {
            ExploredThread next = Next(isFirst ? ScheduleTree.Nobody : thread.Index);
            if (next != thread)
            {
                if (next.Worker is { } worker)
                    worker.Resume();
                else
                    _idle.Pop().Begin(next);
                thread.Worker!.WaitForTurn();
            }
        }

        if (_steps.Count == MaxSteps)
            throw new InvalidOperationException($"The program does not end in {MaxSteps} steps: a loop waits for another thread.");
        _steps.Add(step);
    }

    private ExploredThread Next(int current)
    {
        // With reduction every thread first comes to its first step, because only then can it be seen what commutes.
        if (_reduces && _started < _threads.Length)
            return _threads[_started++];
        int chosen = ScheduleTree.Nobody;
        if (_replayed is null && !_isCut)
        {
            chosen = _tree.Choose(current, _alive, _pending);
            _isCut = chosen == ScheduleTree.Nobody;
        }
        else if (_replayed is not null && _steps.Count < _replayed.Length)
        {
            chosen = _replayed[_steps.Count] - 'A';
            if (chosen is < 0 or >= MaxThreads || (_alive >> chosen & 1) == 0)
            {
                _failure ??= new InvalidOperationException($"Step {_steps.Count} of the schedule \"{_replayed}\" is of a thread that has ended.");
                chosen = ScheduleTree.Nobody;
            }
        }

        if (chosen == ScheduleTree.Nobody)
            chosen = current != ScheduleTree.Nobody ? current : BitOperations.TrailingZeroCount(_alive);
        return _threads[chosen];
    }

    /// <summary>Judges the schedule that has ended and begins the next. Null if there is none or none is wanted.</summary>
    private ExploredThread? NextSchedule()
    {
        if (_isCut)
            _failure = null; // the same happens in a schedule that is walked to its end
        else
            Judge();
        if (_failure is not null || _replayed is not null || !_tree.MoveNext())
            return null;
        try
        {
            _scenario = _setUp();
            if (_scenario.Threads.Length != _threads.Length)
                throw new InvalidOperationException("A scenario must have the same threads each time it is set up.");
        }
        catch (Exception exception)
        {
            _broken = ExceptionDispatchInfo.Capture(exception);
            return null;
        }

        Begin();
        return Next(ScheduleTree.Nobody);
    }

    private void Judge()
    {
        _schedules++;
        if (_failure is not null)
            return;
        try
        {
            _scenario.Check();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    private string Schedule() => string.Concat(_steps.Select(step => (char)('A' + step.Thread)));

    private string Trace()
    {
        var trace = new StringBuilder();
        var locations = new Dictionary<nint, int>();
        foreach (MemoryStep step in _steps)
        {
            if (!locations.TryGetValue(step.Address, out int location))
                locations.Add(step.Address, location = locations.Count + 1);
            trace.Append(CultureInfo.InvariantCulture, $"{(trace.Length == 0 ? "" : ", ")}{(char)('A' + step.Thread)} {step.Operation} #{location}");
        }

        return trace.ToString();
    }
}
