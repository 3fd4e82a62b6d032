using System.Text;

namespace ExecGraph.Tests.Support;

/// <summary>
/// Walks a small concurrent program through every interleaving of its atomic steps, in the manner of CHESS and loom: threads run one at
/// a time, each operation of <see cref="ExploredMemory"/> is a point where another may go on, and the choices are replayed depth-first.
/// </summary>
/// <remarks>Covers sequentially consistent interleavings only. One exploration at a time in a process.</remarks>
internal sealed class Explorer
{
    private const int MaxSteps = 10_000;

    [ThreadStatic]
    private static Explored? _self;

    private readonly List<Choice> _choices = [];
    private readonly SemaphoreSlim _ended = new(0);
    private readonly int? _preemptionBound;
    private Explored[] _threads = [];
    private int _depth;
    private int _preemptions;
    private Exception? _failure;

    private Explorer(int? preemptionBound) => _preemptionBound = preemptionBound;

    /// <summary>Explores until the first failing schedule, or all of them.</summary>
    /// <param name="setUp">Makes a fresh program for each schedule.</param>
    /// <param name="preemptionBound">Switches away from a thread that could go on; null for any number.</param>
    internal static Exploration Explore(Func<Scenario> setUp, int? preemptionBound = null)
    {
        var explorer = new Explorer(preemptionBound);
        int schedules = 0;
        try
        {
            do
            {
                schedules++;
                if (explorer.Run(setUp()) is { } failure)
                    return new Exploration(schedules, failure, explorer.Trace());
            }
            while (explorer.Backtrack());
            return new Exploration(schedules, null, "");
        }
        finally
        {
            foreach (Explored thread in explorer._threads)
                thread.Quit();
        }
    }

    /// <summary>Explores and fails with the schedule that went wrong.</summary>
    /// <returns>The number of schedules.</returns>
    internal static int Verify(Func<Scenario> setUp, int? preemptionBound = null)
    {
        Exploration exploration = Explore(setUp, preemptionBound);
        if (exploration.Failure is not null)
            throw new InvalidOperationException($"Schedule {exploration.Schedules} ({exploration.Trace}): {exploration.Failure.Message}", exploration.Failure);
        return exploration.Schedules;
    }

    /// <summary>The point before an atomic operation: another thread may go on first.</summary>
    internal static void Step() => _self?.Step();

    private Exception? Run(Scenario scenario)
    {
        _depth = 0;
        _preemptions = 0;
        _failure = null;
        if (_threads.Length == 0)
            _threads = [.. scenario.Threads.Select((_, i) => new Explored(this, i))];
        for (int i = 0; i < _threads.Length; i++)
            _threads[i].Body = scenario.Threads[i];
        _threads[Choose(current: null)].Resume();
        _ended.Wait();
        if (_failure is not null)
            return _failure;
        try
        {
            scenario.Check();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Who goes on: as recorded, else the first option, which is the running thread as long as it can go on.</summary>
    private int Choose(int? current)
    {
        var options = new List<int>(_threads.Length);
        if (current is { } running)
            options.Add(running);
        if (current is null || _preemptionBound is null || _preemptions < _preemptionBound)
            options.AddRange(_threads.Where(thread => thread.IsAlive && thread.Index != current).Select(thread => thread.Index));
        if (_depth == _choices.Count)
            _choices.Add(new Choice(options.Count, 0));
        if (_depth >= MaxSteps)
            throw new InvalidOperationException("The program does not end: a loop waits for another thread.");
        int chosen = options[_choices[_depth++].Taken];
        if (current is not null && chosen != current)
            _preemptions++;
        return chosen;
    }

    /// <summary>Moves on to the next schedule in depth-first order.</summary>
    private bool Backtrack()
    {
        while (_choices.Count > 0)
        {
            Choice last = _choices[^1];
            if (last.Taken + 1 < last.Options)
            {
                _choices[^1] = last with { Taken = last.Taken + 1 };
                return true;
            }

            _choices.RemoveAt(_choices.Count - 1);
        }

        return false;
    }

    private string Trace()
    {
        var trace = new StringBuilder("choices ");
        foreach (Choice choice in _choices)
            trace.Append(choice.Taken);
        return trace.ToString();
    }

    private readonly record struct Choice(int Options, int Taken);

    /// <summary>One of the program's threads: a real one that waits for its turn.</summary>
    private sealed class Explored
    {
        private readonly Explorer _explorer;
        private readonly SemaphoreSlim _turn = new(0);
        private bool _fresh;

        internal Explored(Explorer explorer, int index)
        {
            _explorer = explorer;
            Index = index;
            new Thread(Live) { IsBackground = true }.Start();
        }

        internal int Index { get; }

        internal bool IsAlive { get; private set; }

        internal Action? Body
        {
            get;
            set
            {
                field = value;
                IsAlive = true;
                _fresh = true;
            }
        }

        internal void Resume() => _turn.Release();

        internal void Quit()
        {
            Body = null;
            _turn.Release();
        }

        internal void Step()
        {
            if (_fresh)
            {
                _fresh = false; // being chosen at the start was the choice to do the first operation
                return;
            }

            int next = _explorer.Choose(Index);
            if (next == Index)
                return;
            _explorer._threads[next].Resume();
            _turn.Wait();
        }

        private void Live()
        {
            _self = this;
            while (true)
            {
                _turn.Wait();
                if (Body is null)
                    return;
                try
                {
                    Body();
                }
                catch (Exception exception)
                {
                    _explorer._failure ??= exception;
                }

                IsAlive = false;
                if (Array.Exists(_explorer._threads, thread => thread.IsAlive))
                    _explorer._threads[_explorer.Choose(current: null)].Resume();
                else
                    _explorer._ended.Release();
            }
        }
    }
}

/// <summary>A program to explore.</summary>
/// <param name="Check">Runs when every thread has ended; throws if the outcome is wrong.</param>
/// <param name="Threads">The threads.</param>
internal sealed record Scenario(Action Check, params Action[] Threads);

/// <summary>What an exploration found.</summary>
/// <param name="Schedules">Schedules that were run.</param>
/// <param name="Failure">What the last of them failed with; null if none did.</param>
/// <param name="Trace">Its choices.</param>
internal sealed record Exploration(int Schedules, Exception? Failure, string Trace);
