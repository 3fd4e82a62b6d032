using System.Collections.Concurrent;
using ExecGraph.Limits;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>
/// What the calls of one column weigh, in one run: from the estimate until the call has ended. By call: its row, or the number that a call over
/// many rows has.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class CallWeights(Func<CellInputs, long> estimate)
{
    private readonly ConcurrentDictionary<long, Call> _calls = new();

    /// <summary>Asks the user's code about one row.</summary>
    /// <exception cref="InvalidOperationException">The answer is negative.</exception>
    internal long Ask(ColumnBuffer?[] buffers, RunnerBinding binding, int index)
    {
        long weight = estimate(new CellInputs(buffers, binding, index));
        return weight >= 0 ? weight : throw new InvalidOperationException($"The weight of a call of column '{binding.Column}' was estimated at {weight}; it cannot be negative.");
    }

    internal void Expect(long call, int attempt, long weight) => _calls[call] = new Call(attempt, weight);

    internal long Of(IEnumerable<long> calls)
    {
        long sum = 0;
        foreach (long call in calls)
            sum = Of(call) is var weight && weight <= long.MaxValue - sum ? sum + weight : long.MaxValue;
        return sum;
    }

    /// <summary>How many of them, from the first on, weigh no more than the limit together; at least one.</summary>
    internal int CountWithin(IEnumerable<long> calls, long limit)
    {
        int count = 0;
        foreach (long call in calls)
        {
            limit -= Math.Min(limit, Of(call)) is var weight && weight < Of(call) ? long.MaxValue : weight;
            if (limit < 0)
                break;
            count++;
        }

        return Math.Max(1, count);
    }

    internal void Began(IEnumerable<long> calls, CallPermit permit)
    {
        foreach (long call in calls)
        {
            if (_calls.TryGetValue(call, out Call? known))
                known.Permit = permit;
        }
    }

    /// <summary>An attempt says what it really weighs; of no effect once it has ended or was given up on.</summary>
    internal void Report(long call, int attempt, long actual)
    {
        if (_calls.TryGetValue(call, out Call? known) && known.Attempt == attempt)
            known.Actual = actual;
    }

    /// <summary>The call has ended, or will not be made.</summary>
    /// <param name="call">The call.</param>
    /// <param name="permit">What it took.</param>
    /// <param name="actual">What it weighed, if it said so.</param>
    /// <returns>Whether it was made and said so.</returns>
    internal bool End(long call, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CallPermit? permit, out long actual)
    {
        bool isKnown = _calls.TryRemove(call, out Call? known);
        permit = isKnown ? known!.Permit : null;
        actual = isKnown ? known!.Actual : Call.Unknown;
        return permit is not null && actual != Call.Unknown;
    }

    private long Of(long call) => _calls.TryGetValue(call, out Call? known) ? known.Weight : 0;

    private sealed class Call(int attempt, long weight)
    {
        internal const long Unknown = -1;

        private long _actual = Unknown;

        internal int Attempt => attempt;

        internal long Weight => weight;

        internal CallPermit? Permit { get; set; }

        internal long Actual
        {
            get => Volatile.Read(ref _actual);
            set => Volatile.Write(ref _actual, value);
        }
    }
}
