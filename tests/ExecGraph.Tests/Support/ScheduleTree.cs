using System.Numerics;

namespace ExecGraph.Tests.Support;

/// <summary>
/// The tree of all schedules of a program, walked depth-first. A program cannot be taken back, only run again: so the tree keeps the path
/// of choices that led to where it stands, and each run follows the path, then extends it by first choices until the program ends.
/// </summary>
/// <remarks>
/// With reduction, schedules that differ only in the order of steps that commute are walked once, by sleep sets (Godefroid): when all that
/// follows from a thread's step has been walked, the thread sleeps in the sibling branches until a step that does not commute with its own.
/// Whether steps commute is judged by addresses within one run, and a garbage collection voids them: the run is then given up and repeated.
/// </remarks>
internal sealed class ScheduleTree(int? preemptionBound, bool reduces)
{
    /// <summary>What <see cref="Choose"/> returns when the rest of the run is of no interest.</summary>
    internal const int Nobody = -1;

    private const int MaxRepeats = 20;

    private readonly List<Choice> _path = [];
    private int _depth;
    private int _preemptions;
    private uint _asleep;
    private int _collections;
    private int _repeats;
    private bool _isVoid;
    private bool _isGivenUp;

    /// <summary>Begins a run along the path.</summary>
    internal void Restart()
    {
        _depth = 0;
        _preemptions = 0;
        _asleep = 0;
        _isVoid = false;
        _isGivenUp = false;
        _collections = GC.CollectionCount(0);
    }

    /// <summary>Who takes the next step: as on the path, else the running thread as long as it can go on, else the first.</summary>
    /// <param name="current">The running thread; <see cref="Nobody"/> if it has ended, so that to switch is no preemption.</param>
    /// <param name="alive">A bit for each thread that has not ended.</param>
    /// <param name="pending">The step that each of them is about to take; read with reduction only.</param>
    internal int Choose(int current, uint alive, MemoryStep[] pending)
    {
        if (_depth == _path.Count)
        {
            _isGivenUp = _isVoid;
            uint open = current != Nobody && _preemptions == preemptionBound ? 1u << current : alive;
            open &= ~_asleep;
            if (open == 0 || _isGivenUp)
                return Nobody;
            int first = current != Nobody && (open >> current & 1) != 0 ? current : BitOperations.TrailingZeroCount(open);
            _path.Add(new Choice(first, open & ~(1u << first), _asleep));
            _repeats = 0;
        }

        Choice choice = _path[_depth++];
        if (current != Nobody && choice.Thread != current)
            _preemptions++;
        if (_depth == _path.Count)
            _asleep = StayAsleep(choice, pending);
        return choice.Thread;
    }

    /// <summary>Moves the path on to the next schedule.</summary>
    /// <returns>False if there is none.</returns>
    internal bool MoveNext()
    {
        if (_isGivenUp)
            return true;
        while (_path.Count > 0)
        {
            Choice last = _path[^1];
            if (last.Open != 0)
            {
                int next = BitOperations.TrailingZeroCount(last.Open);
                _path[^1] = new Choice(next, last.Open & ~(1u << next), reduces ? last.Asleep | 1u << last.Thread : 0);
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    private uint StayAsleep(Choice choice, MemoryStep[] pending)
    {
        if (choice.Asleep == 0)
            return 0;
        uint asleep = 0;
        for (uint rest = choice.Asleep; rest != 0; rest &= rest - 1)
        {
            int thread = BitOperations.TrailingZeroCount(rest);
            if (pending[thread].CommutesWith(pending[choice.Thread]))
                asleep |= 1u << thread;
        }

        if (GC.CollectionCount(0) == _collections)
            return asleep;
        // A program that collects garbage in every run is not repeated for ever: to wake everyone is always right, and only slower.
        _isVoid = ++_repeats <= MaxRepeats;
        return 0;
    }

    /// <summary>One choice on the path.</summary>
    /// <param name="Thread">Who was chosen.</param>
    /// <param name="Open">Who is still to be chosen here.</param>
    /// <param name="Asleep">Whose choice here would only repeat what was walked: those of the branch, and those chosen here before.</param>
    private readonly record struct Choice(int Thread, uint Open, uint Asleep);
}
