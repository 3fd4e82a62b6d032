namespace ExecGraph.Benchmarks;

/// <summary>What a completion costs in the tracker alone.</summary>
internal static class TrackerTargets
{
    private const ulong EvenRows = 0x5555_5555_5555_5555;

    internal static async Task<IReadOnlyList<Finding>> MeasureAsync()
    {
        var table = new TrackedTable();
        ReadyBatch one = new(), other = new();
        using var threads = new TwoThreads();
        Rounds rounds = await Rounds.MeasureAsync(
            new Effort(WarmUp: 10, Rounds: 31, Seconds: 5),
            TrackedTable.Cells,
            default,
            Tracked("one cell at a time", tracker => TrackedTable.CompleteOneByOne(tracker, one, ulong.MaxValue, firstWord: 0, wordStep: 1)),
            Tracked("64 at a time", tracker => TrackedTable.CompleteByWords(tracker, one)),
            Tracked("two threads, different words", tracker => threads.Run(
                () => TrackedTable.CompleteOneByOne(tracker, one, ulong.MaxValue, firstWord: 0, wordStep: 2),
                () => TrackedTable.CompleteOneByOne(tracker, other, ulong.MaxValue, firstWord: 1, wordStep: 2))),
            Tracked("two threads, the same words", tracker => threads.Run(
                () => TrackedTable.CompleteOneByOne(tracker, one, EvenRows, firstWord: 0, wordStep: 1),
                () => TrackedTable.CompleteOneByOne(tracker, other, ~EvenRows, firstWord: 0, wordStep: 1))));
        return
        [
            Finding.Absolute("tracker, one cell at a time <= 15 ns", $"{rounds.Nanoseconds(0):F2} ns", rounds.Nanoseconds(0), 15),
            Finding.Absolute("tracker, 64 at a time <= 1 ns", $"{rounds.Nanoseconds(1):F2} ns", rounds.Nanoseconds(1), 1),
            Finding.ToKnow("tracker, two threads on different words: x faster than one", $"{rounds.Nanoseconds(2):F2} ns of wall time", rounds.Ratio(0, to: 2)),
            Finding.ToKnow("tracker, two threads on the same words: x faster than one", $"{rounds.Nanoseconds(3):F2} ns of wall time", rounds.Ratio(0, to: 3)),
        ];

        Variant Tracked(string name, Action<CompletionTracker> complete) => Variant.Of(name, _ =>
        {
            CompletionTracker tracker = table.Begin();
            complete(tracker);
            TrackedTable.Verify(tracker);
        });
    }
}
